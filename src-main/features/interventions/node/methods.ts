import type { Handlers } from '../../api/common/method.ts'
import { extendTrials, forkTrial } from './resume-trials.ts'
import { Interventions } from './interventions.ts'
import { undoEvent } from './undo-event.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { checkName } from '../../../core/study/keys/name.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { interventionMethods } from '../common/methods.ts'

/** The methods by which people change a study that is there. */
export function interventionHandlers({
  store,
  host,
  optuna,
  now,
  by,
}: MethodContext): Handlers<typeof interventionMethods> {
  const interventions = new Interventions({ store, host, now, ...(by && { by }) })
  /** Programs of Optuna can read labels and notes. */
  const reportRemarks = async <Answer>(studyId: number, answer: Answer): Promise<Answer> => {
    await optuna.reportRemarks(studyId)
    return answer
  }
  /** Where programs of Optuna try it, they are told at once. */
  const handOver = async <Answer>(studyId: number, answer: Answer): Promise<Answer> => {
    await optuna.handOver(studyId)
    return answer
  }
  return {
    'study.change': async ({ studyId, change }) => interventions.change(studyId, change),
    'study.undo': async request =>
      reportRemarks(request.studyId, undoEvent(interventions, store, request)),
    'study.label': async ({ studyId, labels }) => {
      const definedLabels = Object.entries(labels).filter(([, value]) => value !== undefined)
      const event = interventions.label(studyId, Object.fromEntries(definedLabels))
      if (labels.archived === false) await optuna.show(studyId, true)
      return reportRemarks(studyId, event)
    },
    'study.rename': async ({ studyId, name }) => {
      const problems = checkName(name)
      if (problems.length > 0) throw new AppError('specification.invalid', { problems })
      return reportRemarks(studyId, interventions.rename(studyId, name))
    },
    'study.delete': async ({ studyId }) => {
      interventions.remove(studyId)
      return nothing(await optuna.show(studyId, false))
    },
    'study.restore': async ({ studyId }) => {
      interventions.restore(studyId)
      return nothing(await optuna.show(studyId, true))
    },
    'study.queue': async ({ studyId }) => store.queuedPoints(studyId),
    'trial.retry': async ({ studyId, number }) =>
      handOver(studyId, interventions.retry(studyId, number)),
    'trial.exclude': async ({ studyId, numbers, excluded }) =>
      interventions.exclude(studyId, numbers, excluded),
    'trial.note': async ({ studyId, number, text }) =>
      reportRemarks(studyId, interventions.note(studyId, number, text)),
    'trial.enqueue': async ({ studyId, parameters, from }) =>
      handOver(
        studyId,
        interventions.enqueue(studyId, parameters, {
          kind: from === null ? 'point' : 'clone',
          trialNumber: from,
        }),
      ),
    'trial.extend': async ({ studyId, numbers, epochs }) =>
      extendTrials({ interventions, store }, studyId, numbers, epochs),
    'trial.fork': async ({ studyId, number, changes, mode, epochs }) =>
      forkTrial({ interventions, store }, studyId, number, changes, mode, epochs),
    'trial.suspend': async ({ studyId, number }) => nothing(interventions.suspend(studyId, number)),
    'trial.unsuspend': async ({ studyId, number }) => interventions.unsuspend(studyId, number),
    'trial.withdraw': async ({ studyId, queued }) => interventions.withdraw(studyId, queued),
  }
}
