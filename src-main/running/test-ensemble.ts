import type { MessageDescriptor } from '../core/errors/message.ts'
import { metricsToJson } from '../core/trial/metric-value.ts'
import { ensemblesOf } from '../analysis/summary/ensemble.ts'
import type { StoredModel } from '../core/processes/trainer-protocol.ts'
import type { StudyRecord } from '../core/study/study.ts'
import type { Executor } from './executors/executor.ts'
import { bestTrials } from '../core/trial/ranking.ts'
import type { StudyStore } from '../platform/storage/study-store.ts'

interface StudyOfEnsemble {
  readonly store: StudyStore
  readonly study: StudyRecord
}

/**
 * Lets the best trials predict together, as many as the study file says, once they are known; the record says who they
 * were and how well they did.
 * @returns why it did not work; null if it did, or there was nothing to do
 */
export async function testEnsembleOf(
  options: StudyOfEnsemble & { readonly now: () => number },
  executor: Executor,
): Promise<MessageDescriptor | null> {
  const { store, study, now } = options
  const members = untestedEnsemble(options)
  if (members === null) return null
  const models = members.map(({ model }) => model)
  const result = await executor.test({ attemptId: -2, models })
  if (!result.ok) return result.failure.reason
  store.recordEvent(study.id, {
    kind: 'ensemble.tested',
    trialNumber: null,
    detail: {
      trials: members.map(({ number }) => number),
      shares: members.map(() => 1 / members.length),
      method: 'average',
      refit: false,
      metrics: metricsToJson(result.metrics),
    },
    atMs: now(),
  })
  return null
}

/** The trials that should predict together, best first; null if they have, or there are fewer than two with weights. */
export function untestedEnsemble({
  store,
  study,
}: StudyOfEnsemble): { readonly number: number; readonly model: StoredModel }[] | null {
  const { ensemble, goals } = study.specification
  const [goal] = goals
  if (ensemble < 2 || goal === undefined) return null
  const weights = store.artifacts(study.id).filter(({ kind }) => kind === 'weights.best')
  const best = bestTrials(store.history(study.id, [], { reports: 'none' }), goal).slice(0, ensemble)
  const members = best.flatMap(trial => {
    const path = weights.find(({ trialNumber }) => trialNumber === trial.number)?.path
    if (path === undefined) return []
    const { seed } = store.trial(study.id, trial.number)
    const model = { parameters: trial.parameters, seed, weightsPath: path }
    return [{ number: trial.number, model }]
  })
  const testedMembers = ensemblesOf(store.events(study.id))
    .findLast(({ method, refit }) => method === 'average' && !refit)
    ?.members.map(({ trialNumber }) => trialNumber)
    .join()
  const trials = members.map(({ number }) => number).join()
  return members.length < 2 || trials === testedMembers ? null : members
}
