import { ownValue } from '../../../core/values/named-values.ts'
import type { Tell } from '../common/ask-tell-protocol.ts'
import { constraintMetric, constraintValue } from '../../../core/study/constraints.ts'
import { msg, verbatim, type MessageDescriptor } from '../../../core/errors/message.ts'
import { bestReport } from '../../../core/trial/ranking.ts'
import type { Goal, StudySpecification } from '../../../core/study/study-specification.ts'
import type {
  Curve,
  Failure,
  FinishedTrialState,
  Report,
  TrialValues,
} from '../../../core/trial/trial.ts'
import { requestProblem } from './request-problem.ts'

/** How a told trial ends, as the store wants it. */
export interface TrialResult extends TrialValues {
  readonly state: FinishedTrialState
  readonly bestStep: number | null
  readonly reason: MessageDescriptor | null
  readonly failure: Failure | null
}

/** The trial as it is known beside the words of the program. */
export interface ReportedSoFar {
  /** Of the first goal's metric. */
  readonly reports: readonly Report[]
  /** Every metric that was reported, by name. */
  readonly metrics: () => Readonly<Record<string, Curve>>
  /** Why the pruner wanted it to end; null if it did not. */
  readonly pruneReason: MessageDescriptor | null
}

/**
 * Checks what was told against the study. A complete trial has one value per goal and constraint. A pruned one
 * may leave its values out: then the best reported value of the first goal counts, and with it the constraint metrics
 * that were reported at the same step. A failed one has no values.
 * @throws AppError `request.invalid`
 */
export function resultOfTell(
  tell: Tell,
  { goals, constraints }: Pick<StudySpecification, 'goals' | 'constraints'>,
  soFar: ReportedSoFar,
): TrialResult {
  const best = bestReport(soFar.reports, (goals[0] as Goal).direction)
  const bestStep = best?.step ?? null
  const { state, values: toldValues = [], constraints: toldConstraints } = tell
  if (state === 'failed') {
    if (toldValues.length > 0) refuse(tell, 'values', msg('rule.failedValues'))
    if (toldConstraints !== undefined && toldConstraints.length > 0) {
      refuse(tell, 'constraints', msg('rule.failedConstraints'))
    }
    const reason = tell.reason === undefined ? msg('failure.reportedFailed') : verbatim(tell.reason)
    return { state, values: [], bestStep, reason, failure: { class: 'code', reason: reason } }
  }
  if (state === 'complete' && toldValues.length !== goals.length) {
    refuse(tell, 'values', msg('rule.completeValues', { count: goals.length }))
  }
  if (toldValues.length > goals.length) {
    refuse(tell, 'values', msg('rule.prunedValues', { count: goals.length }))
  }
  const fromReports = state === 'pruned' && tell.values === undefined
  const values = fromReports ? (best === null ? [] : [best.value]) : toldValues
  const wanted = values.length === 0 ? 0 : constraints.length
  const missing = toldConstraints === undefined && fromReports
  const metricValues = missing
    ? constraints
        .slice(0, wanted)
        .map(constraint =>
          valueAt(ownValue(soFar.metrics(), constraintMetric(constraint)), bestStep),
        )
    : (toldConstraints ?? [])
  if (metricValues.length !== wanted) {
    const rule = msg('rule.constraintValues', { count: wanted })
    refuse(tell, 'constraints', rule)
  }
  const excess = constraints
    .slice(0, wanted)
    .map((constraint, position) => constraintValue(constraint, metricValues[position] as number))
  return {
    state,
    values,
    ...(wanted === 0 ? {} : { constraints: excess }),
    bestStep,
    reason: state === 'pruned' ? whyPruned(tell, soFar) : null,
    failure: null,
  }
}

function whyPruned({ reason }: Tell, { pruneReason }: ReportedSoFar): MessageDescriptor {
  return reason === undefined ? (pruneReason ?? msg('pruning.reported')) : verbatim(reason)
}

/** NaN, which no constraint allows, for a metric that was not reported at that step. */
function valueAt(curve: Curve | undefined, step: number | null): number {
  const index = curve === undefined || step === null ? -1 : curve.steps.indexOf(step)
  return curve?.values[index] ?? Number.NaN
}

function refuse(tell: Tell, field: 'values' | 'constraints', rule: MessageDescriptor): never {
  throw requestProblem('tell', [field], tell[field]?.map(String) ?? null, rule)
}
