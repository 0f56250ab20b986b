import type { Handlers } from '../../api/common/method.ts'
import { extendTrials, forkTrial } from './resume-trials.ts'
import { Interventions } from './interventions.ts'
import { withRemoteChecks } from './intervention-checks.ts'
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
  studyTexts,
}: MethodContext): Handlers<typeof interventionMethods> {
  const options = { store, host, now, ...(by && { by }) }
  /** For those that check nothing which takes long. */
  const interventions = new Interventions(options)
  const checked = async <Answer>(work: (interventions: Interventions) => Answer): Promise<Answer> =>
    withRemoteChecks(
      {
        study: async specification => studyTexts.checkChange(specification),
        point: async check => studyTexts.checkPoint(check),
      },
      checks => work(new Interventions({ ...options, checks })),
    )
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
    'study.change': async ({ studyId, change }) =>
      checked(interventions => interventions.change(studyId, change)),
    'study.undo': async request => {
      const event = await checked(interventions => undoEvent(interventions, store, request))
      return reportRemarks(request.studyId, event)
    },
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
    'trial.retry': async ({ studyId, number }) => {
      const event = await checked(interventions => interventions.retry(studyId, number))
      return handOver(studyId, event)
    },
    'trial.exclude': async ({ studyId, numbers, excluded }) =>
      interventions.exclude(studyId, numbers, excluded),
    'trial.note': async ({ studyId, number, text }) =>
      reportRemarks(studyId, interventions.note(studyId, number, text)),
    'trial.enqueue': async ({ studyId, parameters, from }) => {
      const origin = { kind: from === null ? 'point' : 'clone', trialNumber: from } as const
      const event = await checked(interventions =>
        interventions.enqueue(studyId, parameters, origin),
      )
      return handOver(studyId, event)
    },
    'trial.extend': async ({ studyId, numbers, epochs }) =>
      checked(interventions => extendTrials({ interventions, store }, studyId, numbers, epochs)),
    'trial.fork': async ({ studyId, number, changes, mode, epochs }) =>
      checked(interventions =>
        forkTrial({ interventions, store }, studyId, number, changes, mode, epochs),
      ),
    'trial.suspend': async ({ studyId, number }) => nothing(interventions.suspend(studyId, number)),
    'trial.unsuspend': async ({ studyId, number }) => interventions.unsuspend(studyId, number),
    'trial.withdraw': async ({ studyId, queued }) => interventions.withdraw(studyId, queued),
  }
}
