import { sum } from '../../math/numbers.ts'

/**
 * Curves over all thresholds of a score that shall tell positive rows from negative ones. Rows with equal scores change sides together.
 * T. Fawcett: An introduction to ROC analysis. Pattern Recognition Letters 27(8), 2006, 861–874,
 * doi:10.1016/j.patrec.2005.10.010. The values are those of scikit-learn's `roc_curve`, `precision_recall_curve`,
 * `auc` and `average_precision_score`.
 */

/** Rows at and above each threshold; thresholds are the different scores, the highest first. */
export interface Ranking {
  readonly thresholds: Float64Array
  readonly truePositives: Float64Array
  readonly falsePositives: Float64Array
}

/** @param isPositive 1 for positive rows, else 0 */
export function rankRows(scores: Float64Array, isPositive: Uint8Array): Ranking {
  const order = Array.from(scores.keys()).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  )
  const thresholds: number[] = []
  const truePositives: number[] = []
  const falsePositives: number[] = []
  let positives = 0
  for (const [at, row] of order.entries()) {
    positives += isPositive[row] as number
    const next = order[at + 1]
    if (next !== undefined && scores[next] === scores[row]) continue
    thresholds.push(scores[row] as number)
    truePositives.push(positives)
    falsePositives.push(at + 1 - positives)
  }
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(truePositives),
    falsePositives: Float64Array.from(falsePositives),
  }
}

export interface RocCurve {
  /** NaN where no row is negative. */
  readonly falsePositiveRate: Float64Array
  /** NaN where no row is positive. */
  readonly truePositiveRate: Float64Array
  /** The first is ∞: no row is taken. */
  readonly thresholds: Float64Array
}

/** From no row to all rows; points in the middle of a straight stretch are left out. */
export function rocCurve({ thresholds, truePositives, falsePositives }: Ranking): RocCurve {
  const last = thresholds.length - 1
  const bends = (counts: Float64Array, at: number): boolean =>
    (counts[at + 1] as number) - 2 * (counts[at] as number) + (counts[at - 1] as number) !== 0
  const bendIndices = Array.from(thresholds.keys()).filter(
    at => at === 0 || at === last || bends(truePositives, at) || bends(falsePositives, at),
  )
  const rates = (counts: Float64Array): Float64Array => {
    const all = counts[last] ?? 0
    const countsAtBends = [0, ...bendIndices.map(at => counts[at] as number)]
    return Float64Array.from(countsAtBends, count => (all === 0 ? Number.NaN : count / all))
  }
  return {
    falsePositiveRate: rates(falsePositives),
    truePositiveRate: rates(truePositives),
    thresholds: Float64Array.from([Infinity, ...bendIndices.map(at => thresholds[at] as number)]),
  }
}

export interface PrecisionRecallCurve {
  readonly precision: Float64Array
  /** 1 everywhere but at the end where no row is positive. */
  readonly recall: Float64Array
  /** Rising; one fewer than there are points. */
  readonly thresholds: Float64Array
}

/** From all rows to none, where precision is 1 by definition. */
export function precisionRecallCurve(ranking: Ranking): PrecisionRecallCurve {
  const { thresholds, truePositives, falsePositives } = ranking
  const all = truePositives.at(-1) ?? 0
  const precision = truePositives.map((hits, at) => hits / (hits + (falsePositives[at] as number)))
  const recall = truePositives.map(hits => (all === 0 ? 1 : hits / all))
  return {
    precision: extended(precision.toReversed(), 1),
    recall: extended(recall.toReversed(), 0),
    thresholds: thresholds.toReversed(),
  }
}

function extended(values: Float64Array, last: number): Float64Array {
  return Float64Array.from([...values, last])
}

/** By trapezoids. */
export function areaUnder(x: Float64Array, y: Float64Array): number {
  let area = 0
  for (let at = 1; at < x.length; at++) {
    const width = (x[at] as number) - (x[at - 1] as number)
    area += (width * ((y[at] as number) + (y[at - 1] as number))) / 2
  }
  return Math.abs(area)
}

/** Σ (Rₙ − Rₙ₋₁) Pₙ: no interpolation between points; 0 where no row is positive. */
export function averagePrecision({ precision, recall }: PrecisionRecallCurve): number {
  let area = 0
  for (let at = 0; at + 1 < recall.length; at++) {
    area += ((recall[at] as number) - (recall[at + 1] as number)) * (precision[at] as number)
  }
  return Math.max(0, area)
}

export interface GainCurve {
  /** Share of all rows that are taken, best scores first; from 0. */
  readonly rowShare: Float64Array
  /** Share of the positive rows among them. */
  readonly gain: Float64Array
  /** How many times as many as among rows taken at random; the first is that of the first rows. */
  readonly lift: Float64Array
}

/** Gain and lift of taking the rows with the highest scores first; NaN where no row is positive. */
export function gainCurve({ truePositives, falsePositives }: Ranking): GainCurve {
  const positives = truePositives.at(-1) ?? 0
  const rows = positives + (falsePositives.at(-1) ?? 0)
  const rowShare = truePositives.map((hits, at) => (hits + (falsePositives[at] as number)) / rows)
  const gain = truePositives.map(hits => (positives === 0 ? Number.NaN : hits / positives))
  const lift = gain.map((share, at) => share / (rowShare[at] as number))
  return {
    rowShare: Float64Array.from([0, ...rowShare]),
    gain: Float64Array.from([positives === 0 ? Number.NaN : 0, ...gain]),
    lift: Float64Array.from([lift[0] ?? Number.NaN, ...lift]),
  }
}

/** Mean of squared distances between probabilities and truth: 0 … 1 for two classes, 0 … 2 for more. */
export function brierScore(probabilities: Float64Array, labels: ArrayLike<number>): number {
  const classes = probabilities.length / labels.length
  const squares = probabilities.map((probability, at) => {
    const isOwn = labels[Math.floor(at / classes)] === at % classes
    return (probability - (isOwn ? 1 : 0)) ** 2
  })
  return sum(squares) / labels.length / (classes === 2 ? 2 : 1)
}
