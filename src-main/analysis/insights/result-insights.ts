import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import {
  type DifferenceInterval,
  intervalMessage,
  isSure,
  sizeMessage,
} from '../../core/study/difference-interval.ts'
import { areShares, pointsText } from '../../core/study/share-metric.ts'
import { bestTrial, signOf } from '../../core/trial/ranking.ts'
import { type TestLooks, testLooksMessage } from '../../core/study/test-looks.ts'
import type { WinnerRecord } from '../../core/study/study.ts'
import { testMetricOf, testMetricsOfTrial } from '../../core/study/test-metric.ts'
import { isFinished } from '../../core/trial/trial.ts'
import { differenceInterval } from '../comparison/difference-interval.ts'
import {
  bestSteps,
  counts,
  goalValue,
  type GoalOf,
  type OutlineTrial,
  placeTrials,
} from '../history/progress.ts'
import type { StillImproving } from '../curves/still-improving.ts'
import type { Insight } from './insight.ts'

/** A value counts as near the best within this share of the distance between the best and the median. */
const NEAR_SHARE = 0.05
/** Fewer values than this have no middle to speak of. */
export const MIN_VALUES = 8
/** The look ahead goes so far at least, in trials. */
const MIN_AHEAD = 10

/**
 * How good the best is, and how many are nearly as good.
 * @param trainings how often a configuration is trained
 */
export function resultInsights(
  trials: readonly OutlineTrial[],
  goal: GoalOf,
  trainings = 1,
): Insight[] {
  const placed = placeTrials(trials, 'trials')
  const finished = placed.map(({ trial }) => trial)
  const progress = progressMessage(bestSteps(placed, goal), finished, goal, trainings)
  return progress === null ? [] : [{ message: progress, doubt: nearMessage(trials, goal) }]
}

/** That the best trials were still improving at their last epoch. */
export function improvingInsight({ improving, trials }: StillImproving): Insight {
  return {
    message: msg('insight.improving', { improving, trials }),
    doubt: msg('insight.improvingDoubt'),
    action: { kind: 'moreEpochs' },
  }
}

/**
 * By how much the best is better than the first value, with the interval of that, and for how long nothing was better; null before the
 * first value. This sentence is the same on the page, in charts and in reports.
 * @param trainings how often a configuration is trained. Where that is several times, a difference is named with its interval alone, in
 *   the same unit, and called better only where the interval leaves no doubt; while the trainings are not read yet, nothing is said of it
 */
export function progressMessage(
  steps: readonly { readonly number: number; readonly value: number }[],
  finished: readonly Pick<OutlineTrial, 'number' | 'trainings'>[],
  { metric, direction, index: goal }: Pick<GoalOf, 'metric' | 'direction' | 'index'>,
  trainings = 1,
): MessageDescriptor | null {
  const [first, last] = [steps[0], steps.at(-1)]
  if (first === undefined || last === undefined) return null
  const since = finished.length - 1 - finished.findIndex(({ number }) => number === last.number)
  const numbers = { first: first.number, best: last.number, since }
  const isBest = msg('insight.best', { best: last.number, since })
  if (steps.length === 1) return isBest
  if (trainings > 1) {
    const trainingsOfTrial = (trial: number) =>
      finished.find(({ number }) => number === trial)?.trainings
    const interval = differenceInterval(
      trainingsOfTrial(last.number),
      trainingsOfTrial(first.number),
      goal,
    )
    const gain = interval === null ? null : gainOf(interval, direction)
    // Over the trainings that both have, the best may be the worse one.
    if (gain === null || gain.low + gain.high <= 0) return isBest
    return msg(isSure(gain) ? 'insight.improvedBy' : 'insight.mayBeChance', {
      ...numbers,
      difference: sizeMessage(metric, gain),
      interval: intervalMessage(metric, gain),
    })
  }
  const interval = intervalMessage(metric, null)
  if (areShares(metric, first.value, last.value)) {
    const points = pointsText(Math.abs(last.value - first.value))
    return msg('insight.improvedPoints', { ...numbers, points, interval })
  }
  const change = Math.abs(last.value - first.value) / Math.abs(first.value)
  // A multiple of next to nothing says nothing.
  return Number.isFinite(change) && change < 10
    ? msg('insight.improved', { ...numbers, percent: Math.round(100 * change), interval })
    : isBest
}

/** By how much the first of two trials is better: above 0 for better, whatever the direction of the goal. */
function gainOf(
  { low, high, trainings }: DifferenceInterval,
  direction: GoalOf['direction'],
): DifferenceInterval {
  return direction === 'minimize' ? { low: -high, high: -low, trainings } : { low, high, trainings }
}

/** Trials so near the best that another seed may well turn their order round. */
function nearMessage(trials: readonly OutlineTrial[], goal: GoalOf): MessageDescriptor | null {
  const values = trials.filter(trial => counts(trial, goal)).map(trial => goalValue(trial, goal))
  if (values.length < MIN_VALUES) return msg('insight.few', { trials: values.length })
  const best = values.reduce((a, b) => ((goal.direction === 'minimize') === a < b ? a : b))
  const reach = nearReach(values, goal)
  const equal = values.filter(value => value === best).length - 1
  const near = values.filter(value => Math.abs(value - best) <= reach).length - 1 - equal
  if (equal > 0 && near > 0) return msg('insight.nearAndEqual', { equal, near })
  if (equal > 0) return msg('insight.equal', { count: equal })
  return near > 0 ? msg('insight.near', { count: near }) : msg('insight.alone')
}

/** How far behind the best of the values another one counts as near it. */
export function nearReach(values: readonly number[], { direction }: GoalOf): number {
  const fromBest = values.toSorted((a, b) => (direction === 'minimize' ? a - b : b - a))
  const middle = fromBest[Math.floor(fromBest.length / 2)] ?? Number.NaN
  return NEAR_SHARE * Math.abs(middle - (fromBest[0] ?? Number.NaN))
}

/**
 * What became of the trials, and what blind luck would still find.
 * @param trialsLeft that the study may still finish; null or 0: nobody knows, or a person would have to raise the limit
 */
export function searchInsights(
  trials: readonly OutlineTrial[],
  goal: GoalOf,
  trialsLeft: number | null,
): Insight[] {
  const finished = trials.filter(({ state }) => isFinished(state))
  if (finished.length === 0) return []
  const countOf = (state: OutlineTrial['state']): number =>
    finished.filter(trial => trial.state === state).length
  const [pruned, failed, canceled] = [countOf('pruned'), countOf('failed'), countOf('canceled')]
  const seen = finished.filter(trial => counts(trial, goal)).length
  const ends: Insight = {
    message: msg('insight.ends', { trials: finished.length, pruned, failed, canceled }),
    doubt: null,
    ...(failed > 0 ? { action: { kind: 'failed' } as const } : {}),
  }
  if (seen < MIN_VALUES) return [ends]
  // A power of ten: a share of the trials so far would have the same chance for ever.
  const round = Math.max(MIN_AHEAD, 10 ** Math.floor(Math.log10(seen)))
  const ahead = trialsLeft === null || trialsLeft === 0 ? round : Math.min(round, trialsLeft)
  // Of n + k values in a random order, the best is one of the last k with probability k / (n + k).
  const percent = Math.round((100 * ahead) / (seen + ahead))
  const luck = msg('insight.ahead', { ahead, percent })
  return [ends, { message: luck, doubt: msg('insight.aheadDoubt') }]
}

/**
 * Whether the best was more than one lucky trial.
 * @param winner the trial that was tested, its metrics on the test rows, and how often these were looked at; null: none
 */
export function trustInsights(
  trials: readonly OutlineTrial[],
  goal: GoalOf,
  winner: (Pick<WinnerRecord, 'trialNumber' | 'metrics'> & Partial<WinnerRecord>) | null,
): Insight[] {
  const best = bestTrial(trials, goal)
  if (best === null) return []
  const chosen = trials.filter(trial => counts(trial, goal)).length
  const action = { kind: 'confirm' } as const
  const once: Insight = {
    message: msg('insight.once', { best: best.number, trials: chosen }),
    doubt: msg('insight.onceDoubt'),
    action,
  }
  // With a filter, at another moment or by another goal, the best is another trial than the one that was tested.
  const tested = testMetricOf(goal.metric, testMetricsOfTrial(winner, best.number))
  if (tested === null) return [once]
  const value = goalValue(best, goal)
  const worse = signOf(goal.direction) * (tested.value - value)
  const share = Math.abs(worse) / Math.abs(value)
  if (!Number.isFinite(share)) return [once]
  const percent = Math.round(100 * share)
  const key =
    percent === 0 ? 'insight.testEqual' : worse > 0 ? 'insight.testWorse' : 'insight.testBetter'
  return [
    { message: msg(key, { best: best.number, percent }), doubt: looksDoubt(winner?.looks ?? null) },
    once,
  ]
}

function looksDoubt(looks: TestLooks | null): MessageDescriptor {
  return looks === null ? msg('insight.testDoubt') : testLooksMessage(looks)
}
