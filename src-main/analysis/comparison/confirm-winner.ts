import { signOf } from '../../core/trial/ranking.ts'
import type { Confirmation, ConfirmedConfiguration } from '../../core/questions/confirmation.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { mean } from '../../math/numbers.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { signPermutation } from '../../math/statistics/sign-permutation.ts'
import { bootstrapInterval } from '../statistics/bootstrap-interval.ts'
import { holm } from './compare-runs.ts'

const SIGNIFICANCE = 0.05

/** 95 %, of the mean; null for fewer than two values. */
function intervalOf(differences: readonly number[]): readonly [low: number, high: number] | null {
  if (differences.length < 2) return null
  const { low, high } = bootstrapInterval([differences], ([values = []]) => mean(values))
  return [low, high]
}

export type TrainedAgain = Omit<ConfirmedConfiguration, 'mean' | 'interval'>

type ConfirmationResult = Pick<
  Confirmation,
  'configurations' | 'pairs' | 'verdict' | 'selectionBias' | 'selectionBiasInterval'
>

/**
 * Judges the best configurations of a search by trainings with new seeds. Training k of every configuration has the same
 * seed, so differences are taken in pairs. NaN counts as the worst value of all.
 * @param trained the best of the search first; those that were trained fewer than twice are left out
 */
export function confirmWinner(
  trained: readonly TrainedAgain[],
  direction: Goal['direction'],
): ConfirmationResult {
  const repeated = trained.filter(({ values }) => values.length >= 2)
  const configurations = repeated.map((configuration): ConfirmedConfiguration => {
    const { estimate, low, high } = bootstrapInterval([configuration.values], ([values = []]) =>
      mean(values),
    )
    return { ...configuration, mean: estimate, interval: [low, high] }
  })
  const sign = signOf(direction)
  const cost = ({ mean }: ConfirmedConfiguration): number =>
    Number.isNaN(mean) ? Number.POSITIVE_INFINITY : sign * mean
  const order = configurations
    .map((_, index) => index)
    .sort((a, b) => cost(configurations[a]!) - cost(configurations[b]!) || a - b)
  const [first] = order
  const flattered = configurations.flatMap(({ originalValue, mean }) =>
    originalValue === null || !Number.isFinite(mean) ? [] : [sign * (mean - originalValue)],
  )
  const bias = {
    selectionBias: mean(flattered),
    selectionBiasInterval: intervalOf(flattered),
  }
  if (first === undefined || configurations.length < 2) {
    return { configurations, pairs: [], verdict: null, ...bias }
  }
  const tests = order.slice(1).map(second => {
    const [a, b] = [configurations[first]!, configurations[second]!]
    const differences = a.values.flatMap((value, at) => {
      const other = b.values[at]
      return other === undefined || !Number.isFinite(value - other) ? [] : [value - other]
    })
    const random = createRandomStream({ seed: 0, number: second, purpose: 'confirmation' })
    return {
      second,
      difference: a.mean - b.mean,
      interval: intervalOf(differences),
      pValue: differences.length < 2 ? 1 : signPermutation(differences, random),
      // All differences of one sign, or all of the other.
      smallestPValue: 2 / 2 ** differences.length,
    }
  })
  const adjusted = holm(tests.map(({ pValue }) => pValue))
  const pairs = tests.map((test, index) => ({ ...test, first, pValue: adjusted[index] as number }))
  const isSure = pairs.every(({ pValue }) => pValue < SIGNIFICANCE)
  const againstOriginal = pairs.find(({ second }) => second === 0)
  const verdict =
    first === 0
      ? isSure
        ? 'confirmed'
        : 'tied'
      : againstOriginal !== undefined && againstOriginal.pValue < SIGNIFICANCE
        ? 'overtaken'
        : 'tied'
  return { configurations, pairs, verdict, ...bias }
}
