import type { Api } from '../../contract/api/methods.ts'
import type { StudyStore } from '../../storage/study-store.ts'
import { checkpointOverview } from '../../study/checkpoint-overview.ts'
import { extendTrials, forkTrial } from '../../study/interventions/go-on-trials.ts'
import type { Interventions } from '../../study/interventions/interventions.ts'
import { undoEvent } from '../../study/interventions/undo-event.ts'

type InterventionMethod =
  | 'study.change'
  | 'study.undo'
  | 'study.label'
  | 'study.delete'
  | 'study.restore'
  | 'study.queue'
  | 'trial.retry'
  | 'trial.exclude'
  | 'trial.note'
  | 'trial.enqueue'
  | 'trial.withdraw'
  | 'trial.extend'
  | 'trial.fork'
  | 'trial.suspend'
  | 'trial.unsuspend'
  | 'study.checkpoints'

/** The methods by which people change a study that is there. */
export function interventionMethods(
  interventions: Interventions,
  store: StudyStore,
): Pick<Api, InterventionMethod> {
  return {
    'study.change': async ({ studyId, change }) => interventions.change(studyId, change),
    'study.undo': async request => undoEvent(interventions, store, request),
    'study.label': async ({ studyId, labels }) => {
      const given = Object.entries(labels).filter(([, value]) => value !== undefined)
      return interventions.label(studyId, Object.fromEntries(given))
    },
    'study.delete': async ({ studyId }) => {
      interventions.remove(studyId)
      return null
    },
    'study.restore': async ({ studyId }) => {
      interventions.restore(studyId)
      return null
    },
    'study.queue': async ({ studyId }) => store.queuedPoints(studyId),
    'trial.retry': async ({ studyId, number }) => interventions.retry(studyId, number),
    'trial.exclude': async ({ studyId, numbers, excluded }) =>
      interventions.exclude(studyId, numbers, excluded),
    'trial.note': async ({ studyId, number, text }) => interventions.note(studyId, number, text),
    'trial.enqueue': async ({ studyId, parameters, from }) =>
      interventions.enqueue(studyId, parameters, {
        kind: from === null ? 'point' : 'clone',
        trialNumber: from,
      }),
    'trial.extend': async ({ studyId, numbers, epochs }) =>
      extendTrials({ interventions, store }, studyId, numbers, epochs),
    'trial.fork': async ({ studyId, number, changes, mode, epochs }) =>
      forkTrial({ interventions, store }, studyId, number, changes, mode, epochs),
    'trial.suspend': async ({ studyId, number }) => {
      interventions.suspend(studyId, number)
      return null
    },
    'trial.unsuspend': async ({ studyId, number }) => interventions.unsuspend(studyId, number),
    'study.checkpoints': async ({ studyId }) =>
      checkpointOverview(store, store.findStudy(String(studyId))),
    'trial.withdraw': async ({ studyId, queued }) => interventions.withdraw(studyId, queued),
  }
}
