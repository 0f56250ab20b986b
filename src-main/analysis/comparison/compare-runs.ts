import { signOf } from '../../core/trial/ranking.ts'
import type {
  ComparedGroup,
  ComparedPair,
  ComparedTrace,
  Verdict,
} from '../../core/questions/comparison.ts'
import { cliffsDelta, effectMagnitude } from '../../math/statistics/effect-size.ts'
import { mannWhitney } from '../../math/statistics/mann-whitney.ts'
import {
  bestSteps,
  type ChartTrial,
  counts,
  type GoalOf,
  goalValue,
  placeTrials,
  type Progress,
} from '../history/progress.ts'
import { bootstrapInterval } from '../statistics/bootstrap-interval.ts'
import { median, mediansWithoutEach, quantileSorted } from '../../math/statistics/quantile.ts'

/** Trials of one run in the order of their numbers. */
export type Run = readonly ChartTrial[]

/** Points of a trace at most; a line of a few hundred pixels shows no more. */
const TRACE_POINTS = 300
const SIGNIFICANCE = 0.05

/** Every run cut to as many finished trials as the shortest one has. */
export function cutToShortest(groups: readonly (readonly Run[])[]): Run[][] {
  const finished = groups.map(runs =>
    runs.map(run => run.filter(({ finishedAtMs }) => finishedAtMs !== null)),
  )
  const shortest = Math.min(...finished.flat().map(({ length }) => length))
  return finished.map(runs => runs.map(run => run.slice(0, shortest)))
}

export function compareGroup(name: string, runs: readonly Run[], goal: GoalOf): ComparedGroup {
  return {
    name,
    finals: runs.map(
      run => bestSteps(placeTrials(run, 'trials'), goal).at(-1)?.value ?? Number.NaN,
    ),
    trialCounts: runs.map(run => run.filter(({ finishedAtMs }) => finishedAtMs !== null).length),
    values: runs.flatMap(run =>
      run.filter(trial => counts(trial, goal)).map(trial => goalValue(trial, goal)),
    ),
    traces: {
      trials: traceOf(runs, goal, 'trials'),
      wallTime: traceOf(runs, goal, 'wallTime'),
      epochs: traceOf(runs, goal, 'epochs'),
    },
  }
}

/** Median and quartiles over runs of the best so far, from where all have one to where the first ends. */
function traceOf(runs: readonly Run[], goal: GoalOf, by: Progress): ComparedTrace {
  const lines = runs.map(run => {
    const placed = placeTrials(run, by).map(({ trial, x }, index) => ({
      trial,
      // By trials: how many had ended, whatever their numbers; a run may hold a part of a study only.
      x: by === 'trials' ? index + 1 : x,
    }))
    return { steps: bestSteps(placed, goal), end: placed.at(-1)?.x ?? 0 }
  })
  const empty: ComparedTrace = { x: [], median: [], lowerQuartile: [], upperQuartile: [] }
  if (lines.length === 0 || lines.some(({ steps }) => steps.length === 0)) return empty
  const from = Math.max(...lines.map(({ steps }) => (steps[0] as { x: number }).x))
  const to = Math.min(...lines.map(({ end }) => end))
  if (from > to) return empty
  const changes = lines.flatMap(({ steps }) => steps.map(({ x }) => x))
  const all = [...new Set([from, ...changes.filter(x => x > from && x < to), to])].sort(
    (a, b) => a - b,
  )
  const stride = Math.ceil(all.length / TRACE_POINTS)
  const x = all.filter((_, index) => index % stride === 0 || index === all.length - 1)
  const columns = x.map(at =>
    lines
      .map(({ steps }) => (steps.findLast(step => step.x <= at) as { value: number }).value)
      .sort((a, b) => a - b),
  )
  return {
    x,
    median: columns.map(values => quantileSorted(values, 0.5)),
    lowerQuartile: columns.map(values => quantileSorted(values, 0.25)),
    upperQuartile: columns.map(values => quantileSorted(values, 0.75)),
  }
}

/** Every pair of groups. Runs without a usable trial count as worst: they cannot be left out without flattering their group. */
export function comparePairs(
  groups: readonly ComparedGroup[],
  direction: GoalOf['direction'],
  onPair: (done: number, of: number) => void = () => undefined,
): ComparedPair[] {
  const pairs = groups.flatMap((a, first) =>
    groups.slice(first + 1).flatMap((b, offset) => {
      // A group without any usable trial was not tried, which is not the same as bad.
      if (a.values.length === 0 || b.values.length === 0) return []
      const unit = a.finals.length > 1 && b.finals.length > 1 ? 'runs' : 'trials'
      const worst = direction === 'minimize' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
      const valuesOf = (group: ComparedGroup): readonly number[] =>
        unit === 'trials'
          ? group.values
          : group.finals.map(value => (Number.isNaN(value) ? worst : value))
      const samples = [valuesOf(a), valuesOf(b)] as const
      return [{ first, second: first + 1 + offset, unit, samples } as const]
    }),
  )
  const tests = pairs.map(({ samples: [a, b] }) => mannWhitney(a, b))
  const adjusted = holm(tests.map(({ twoSided }) => twoSided))
  return pairs.map(({ first, second, unit, samples }, index): ComparedPair => {
    const [a, b] = samples
    const test = tests[index] as (typeof tests)[number]
    const delta = -signOf(direction) * cliffsDelta(a, b) + 0
    const pValue = adjusted[index] as number
    const magnitude = effectMagnitude(delta)
    const difference = differenceOfMedians(a, b)
    const smallest = smallestPValue(a.length, b.length)
    onPair(index + 1, pairs.length)
    return {
      first,
      second,
      unit,
      counts: [a.length, b.length],
      medians: [median(a), median(b)],
      pValue,
      method: test.method,
      delta,
      magnitude,
      difference,
      verdict: verdictOf({ pValue, delta, magnitude, difference }, smallest * pairs.length),
    }
  })
}

function differenceOfMedians(
  a: readonly number[],
  b: readonly number[],
): ComparedPair['difference'] {
  const [medianOfA, medianOfB] = [median(a), median(b)]
  const { estimate, low, high } = bootstrapInterval(
    [a, b],
    ([first = [], second = []]) => median(first) - median(second),
    {
      // Thousands of values need fewer draws for the same accuracy of the ends, and each costs as much as they are many.
      resamples: a.length + b.length > 5_000 ? 200 : 2_000,
      leftOut: [
        mediansWithoutEach(a).map(value => value - medianOfB),
        mediansWithoutEach(b).map(value => medianOfA - value),
      ],
    },
  )
  return { estimate, low, high }
}

/** None is called better while the interval of the difference that stands below the verdict holds 0. @param smallest p-value that this comparison could have had at best */
function verdictOf(
  {
    pValue,
    delta,
    magnitude,
    difference: { low, high },
  }: Pick<ComparedPair, 'pValue' | 'delta' | 'magnitude' | 'difference'>,
  smallest: number,
): Verdict {
  if (pValue < SIGNIFICANCE) {
    if (magnitude === 'negligible') return 'negligible'
    if (low <= 0 && high >= 0) return 'unclear'
    return delta > 0 ? 'better' : 'worse'
  }
  return smallest >= SIGNIFICANCE ? 'tooFew' : 'unclear'
}

/** The p-value of the rank-sum test when every value of one sample is above every value of the other: 2 / (n+m over n). */
export function smallestPValue(first: number, second: number): number {
  let ways = 1
  for (let k = 1; k <= Math.min(first, second); k++) {
    ways = (ways * (Math.max(first, second) + k)) / k
  }
  return Math.min(1, 2 / ways)
}

/**
 * P-values of several tests, adjusted so that the chance of any false "significant" stays below the level.
 * S. Holm: A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 1979, 65–70.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues
    .map((_, index) => index)
    .sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0))
  const adjusted = [...pValues]
  let least = 0
  order.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, (pValues[index] as number) * (pValues.length - rank)))
    adjusted[index] = least
  })
  return adjusted
}
