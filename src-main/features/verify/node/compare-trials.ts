import { ownValue } from '../../../core/values/named-values.ts'
import { isEstimatedFromPart } from '../../../core/study/time-share.ts'
import type { TrialComparison } from '../../../core/questions/verification.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'

/**
 * Compares two trainings of one configuration, metric by metric and step by step, over the steps that both reached, and the values of the
 * goals where both completed.
 * @param goals metrics of the goals, in their order
 * @param isComparable false for metrics that measure the machine, which never come out the same
 */
export function compareTrials(
  before: TrialRecord,
  now: TrialRecord,
  {
    goals,
    tolerance,
    isComparable,
  }: {
    readonly goals: readonly string[]
    readonly tolerance: number
    readonly isComparable: (metric: string) => boolean
  },
): TrialComparison {
  let compared = 0
  let largestDifference = 0
  let isIdentical = true
  let first: TrialComparison['first'] = null
  const judge = (metric: string, step: number, a: number, b: number): void => {
    compared++
    if (Object.is(a, b)) return
    isIdentical = false
    if (first === null || step < first.step) first = { metric, step, before: a, now: b }
    largestDifference = Math.max(largestDifference, relativeDifference(a, b))
  }
  for (const [metric, curve] of Object.entries(before.metrics)) {
    const other = ownValue(now.metrics, metric)
    if (other === undefined || !isComparable(metric)) continue
    const indexByStep = new Map(other.steps.map((step, index) => [step, index]))
    curve.steps.forEach((step, index) => {
      const match = indexByStep.get(step)
      if (match !== undefined)
        judge(metric, step, curve.values[index] ?? Number.NaN, other.values[match] ?? Number.NaN)
    })
  }
  // A trial that is trained again has all its trainings.
  const isWhole = !isEstimatedFromPart(before.reason)
  if (before.state === 'complete' && now.state === 'complete' && isWhole) {
    goals.forEach((metric, goal) => {
      if (!isComparable(metric)) return
      const step = before.bestStep ?? 0
      judge(metric, step, before.values[goal] ?? Number.NaN, now.values[goal] ?? Number.NaN)
    })
  }
  const sameEnd = before.state === now.state || before.state === 'pruned'
  return {
    number: before.number,
    states: [before.state, now.state],
    outcome:
      compared === 0
        ? 'nothingToCompare'
        : !sameEnd || largestDifference > tolerance
          ? 'different'
          : isIdentical
            ? 'identical'
            : 'withinTolerance',
    compared,
    largestDifference,
    first,
    engines: [before.attempts.at(-1)?.engine ?? null, now.attempts.at(-1)?.engine ?? null],
  }
}

function relativeDifference(a: number, b: number): number {
  if (Number.isNaN(a) && Number.isNaN(b)) return 0
  const difference = Math.abs(a - b)
  if (difference === 0) return 0
  const size = Math.max(Math.abs(a), Math.abs(b))
  return Number.isFinite(difference) ? difference / size : Number.POSITIVE_INFINITY
}
