import { midranks } from '../../src-main/math/statistics/midranks.ts'

export type TableKind = 'binary' | 'classes' | 'value'
/** A number per row, or the probability of each class per row. */
export type Predictions = readonly (number | Readonly<Record<string, number>>)[]

/**
 * The error that systems are ranked by, lower is better: 1 − area under the ROC curve for two classes, log loss (probabilities
 * cut at 1e-15) for more, root mean squared error for numbers.
 */
export function errorOf(
  kind: TableKind,
  truth: readonly (string | number)[],
  predictions: Predictions,
): number {
  if (truth.length !== predictions.length) {
    throw new RangeError(`${predictions.length} predictions for ${truth.length} rows`)
  }
  if (kind === 'value') {
    const squares = truth.map((value, row) => (Number(value) - Number(predictions[row])) ** 2)
    return Math.sqrt(mean(squares))
  }
  const shares = predictions as readonly Readonly<Record<string, number>>[]
  if (kind === 'classes') {
    return mean(truth.map((name, row) => -Math.log(Math.max(shares[row]?.[name] ?? 0, 1e-15))))
  }
  const positive = [...new Set(truth.map(String))].sort().at(-1) ?? ''
  const ranks = midranks(shares.map(share => share[positive] ?? Number.NaN))
  const isPositive = truth.map(name => name === positive)
  const positives = isPositive.filter(Boolean).length
  const sum = ranks.reduce((total, rank, row) => total + (isPositive[row] === true ? rank : 0), 0)
  const area = (sum - (positives * (positives + 1)) / 2) / (positives * (truth.length - positives))
  return 1 - area
}

/**
 * Mean rank of each system (1 is best, ties share) over the cases in which every system has a line; a system that failed
 * (null) is last there.
 */
export function meanRanks(cases: readonly (readonly (number | null)[])[]): {
  readonly cases: number
  readonly means: readonly number[]
} {
  const ranked = cases.map(errors => midranks(errors.map(error => error ?? Number.MAX_VALUE)))
  const systems = cases[0]?.length ?? 0
  const means = Array.from({ length: systems }, (_, index) =>
    mean(ranked.map(ranks => ranks[index] ?? Number.NaN)),
  )
  return { cases: cases.length, means }
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}
