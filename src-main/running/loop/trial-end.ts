import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { defined } from '../../core/values/json.ts'
import type { AttemptOutcome } from '../../core/processes/trainer-protocol.ts'
import {
  accidents,
  type Failure,
  type FinishedTrialState,
  type Report,
} from '../../core/trial/trial.ts'
import type { TrialFinish } from '../../platform/storage/trials.ts'
import { tooCostly } from './static-costs.ts'
import type { TrialToRun } from './attempt-start.ts'
import { replicatedEnd } from './replicates.ts'
import type { AttemptTrack } from './reported-metrics.ts'
import type { RunServices, StudyInProgress, StudyRun, TrialAttempt } from './run-state.ts'
import { cutReason, type EndedTrainings } from './trainings.ts'

/** What a trial ends with; its number, the metrics that are not stored and the time come with the commit. */
export type TrialEnd = Omit<TrialFinish, 'studyId' | 'trialNumber' | 'metrics' | 'atMs'>

/** Of a trial that is not trained: too costly, or like another one, with which the curves stay; null: it is trained. */
export function endWithoutTraining(
  { study, history }: StudyInProgress,
  { parameters, reused }: TrialToRun,
): TrialEnd | null {
  const untrained = { bestStep: null, failure: null, artifacts: [] } as const
  if (reused !== null) {
    const { values, constraints } = history.trial(reused)
    return { ...untrained, state: 'complete', values, ...defined({ constraints }), reason: null }
  }
  const costly = study.specification.constraints.length > 0 ? tooCostly(study, parameters) : null
  if (costly === null) return null
  const { values, constraints, reason } = costly
  return { ...untrained, state: 'pruned', values, ...defined({ constraints }), reason }
}

export type EndedOutcome = Exclude<AttemptOutcome, { readonly state: 'suspended' }>

/** Of a trial whose last attempt has this outcome. */
export function endOfTraining(
  { session, services }: StudyRun,
  { first: { track }, pruneReason }: TrialAttempt,
  outcome: EndedOutcome,
  trainings: EndedTrainings,
): TrialEnd {
  const { replicates, cut } = trainings
  const isComplete = outcome.state === 'complete'
  const summary = summarizeOutcome(outcome, track.best, trainings.pruneReason ?? pruneReason)
  const { value } = session.study.specification.replicates
  return {
    ...summary,
    ...(replicates.length > 0
      ? replicatedEnd(replicates, value, estimatedValues(services, trainings))
      : track.withConstraints(summary.values, summary.bestStep)),
    ...defined({
      reason: isComplete ? completeReason(track, trainings) : undefined,
      untilStep: isComplete ? (cut?.step ?? undefined) : undefined,
      checkpoint: 'checkpoint' in outcome ? outcome.checkpoint : undefined,
    }),
    artifacts: isComplete ? outcome.artifacts : [],
  }
}

/**
 * @param best what the trial had reported best by the first goal; null: nothing
 * @param pruneReason of a trial that was pruned
 */
function summarizeOutcome(
  outcome: EndedOutcome,
  best: Report | null,
  pruneReason: MessageDescriptor | null,
): Pick<TrialFinish, 'state' | 'values' | 'bestStep' | 'reason' | 'failure'> {
  const { state } = outcome
  const ended = { values: [], bestStep: best?.step ?? null, reason: null, failure: null }
  switch (state) {
    case 'complete':
      return { ...ended, state, values: outcome.values, bestStep: outcome.bestStep }
    case 'pruned':
      return { ...ended, state, values: best === null ? [] : [best.value], reason: pruneReason }
    case 'canceled':
      return { ...ended, state, reason: msg('ending.canceled') }
    case 'failed':
      return { ...ended, state, reason: outcome.failure.reason, failure: outcome.failure }
  }
}

/** What is to be said of a trial although it is complete; undefined: nothing. */
function completeReason(
  { nanFrom, best }: AttemptTrack,
  { cut }: EndedTrainings,
): MessageDescriptor | undefined {
  if (cut !== null) return cutReason(cut)
  if (nanFrom === null || best === null) return undefined
  return msg('ending.nanFrom', { step: nanFrom, best: best.step })
}

/** Values of a trial that has not done all its trainings; undefined: it has. */
function estimatedValues(
  { timeShares }: RunServices,
  { lostRace, cut, replicates }: EndedTrainings,
): readonly number[] | undefined {
  if (lostRace !== null) return [lostRace.value]
  if (cut === null || cut.done === cut.of) return undefined
  return timeShares.valuesOfPart(replicates.map(({ values }) => values))
}

/** See {@link accidents}. */
export function isAccident(state: FinishedTrialState, failure: Failure | null): boolean {
  return state === 'failed' && failure !== null && accidents.includes(failure.class)
}
