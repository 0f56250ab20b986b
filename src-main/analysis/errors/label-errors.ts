import { indexOfLargest } from '../../math/numbers.ts'

/**
 * Confident learning: which labels are probably wrong, from probabilities for rows that the model has not learned from.
 * C. G. Northcutt, L. Jiang, I. L. Chuang: Confident learning: estimating uncertainty in dataset labels. Journal of Artificial
 * Intelligence Research 70, 2021, 1373–1411, doi:10.1613/jair.1.12125, arXiv:1911.00068.
 */
export interface LabelErrors {
  /** Rows, the most suspicious first; all of them. */
  readonly order: readonly number[]
  /** How many of the first are suspected: rows off the diagonal of the confident joint. */
  readonly suspected: number
  /** For each row, the class that it counts as; −1 where the model is sure of none. */
  readonly confidentClass: Int32Array
  /** How many labels are wrong, by the calibrated joint. */
  readonly estimate: number
}

/**
 * @param probabilities rows × classes
 * @param labels class of every row
 */
export function findLabelErrors(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): LabelErrors {
  const rows = labels.length
  const thresholds = classThresholds(probabilities, labels, classes)
  const confidentClass = new Int32Array(rows).fill(-1)
  /** Confident joint: label × class that the model is sure of. */
  const joint = new Float64Array(classes * classes)
  const counts = new Float64Array(classes)
  for (let row = 0; row < rows; row++) {
    const rowProbabilities = probabilities.subarray(row * classes, (row + 1) * classes)
    const label = labels[row] as number
    counts[label] = (counts[label] as number) + 1
    // Equation 1: of the classes above their thresholds, the most probable.
    const sure = rowProbabilities.map((value, at) =>
      value >= (thresholds[at] as number) ? value : -1,
    )
    const best = indexOfLargest(sure)
    if ((sure[best] as number) < 0) continue
    confidentClass[row] = best
    const at = label * classes + best
    joint[at] = (joint[at] as number) + 1
  }
  const isSuspected = (row: number): boolean =>
    confidentClass[row] !== -1 && confidentClass[row] !== labels[row]
  const margins = Float64Array.from({ length: rows }, (_, row) =>
    normalizedMargin(probabilities, labels[row] as number, row, classes),
  )
  const order = Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) =>
      Number(isSuspected(b)) - Number(isSuspected(a)) ||
      (margins[a] as number) - (margins[b] as number) ||
      a - b,
  )
  return {
    order,
    suspected: order.filter(isSuspected).length,
    confidentClass,
    estimate: wrongLabels(joint, counts),
  }
}

/** Equation 2: the mean probability of a class among the rows that are labeled so; ∞ for a class without rows. */
function classThresholds(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  const sums = new Float64Array(classes)
  const counts = new Float64Array(classes)
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number
    sums[label] = (sums[label] as number) + (probabilities[row * classes + label] as number)
    counts[label] = (counts[label] as number) + 1
  }
  return sums.map((total, at) => (counts[at] === 0 ? Infinity : total / (counts[at] as number)))
}

/** Section 3.2, "prune by noise rate": p(label) − max p(other); −1 … 1, low is suspicious. */
function normalizedMargin(
  probabilities: Float64Array,
  label: number,
  row: number,
  classes: number,
): number {
  let other = 0
  for (let at = 0; at < classes; at++) {
    if (at !== label) other = Math.max(other, probabilities[row * classes + at] as number)
  }
  return (probabilities[row * classes + label] as number) - other
}

/** Equation 3: every line of the joint is brought to the number of rows with that label; the rows off the diagonal. */
function wrongLabels(joint: Float64Array, counts: Float64Array): number {
  const classes = counts.length
  let wrong = 0
  for (let label = 0; label < classes; label++) {
    const line = joint.subarray(label * classes, (label + 1) * classes)
    const sure = line.reduce((all, count) => all + count, 0)
    if (sure > 0) wrong += (counts[label] as number) * (1 - (line[label] as number) / sure)
  }
  return wrong
}
