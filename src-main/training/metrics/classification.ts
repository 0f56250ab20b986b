import { indexOfLargest, sum } from '../../math/numbers.ts'
/**
 * Measures of a classification from raw outputs; definitions in `metric-definitions.ts`.
 * @param outputs rows × classes, logits or probabilities
 * @param labels class of every row, 0…classes−1; every class occurs
 * @returns Accuracy, BalancedAccuracy, MacroF1, and Auc for two classes
 */
export function classificationMetrics(
  outputs: Float32Array,
  labels: Int32Array,
  classes: number,
): Record<string, number> {
  const labeled = new Float64Array(classes)
  const predicted = new Float64Array(classes)
  const right = new Float64Array(classes)
  for (const [row, label] of labels.entries()) {
    const guess = indexOfLargest(outputs, row * classes, classes)
    bump(labeled, label)
    bump(predicted, guess)
    if (guess === label) bump(right, label)
  }
  let recalls = 0
  let f1Scores = 0
  for (let index = 0; index < classes; index++) {
    const hits = right[index] ?? 0
    const seen = labeled[index] ?? 0
    recalls += seen === 0 ? 0 : hits / seen
    const all = seen + (predicted[index] ?? 0)
    f1Scores += all === 0 ? 0 : (2 * hits) / all
  }
  return {
    Accuracy: sum(right) / labels.length,
    BalancedAccuracy: recalls / classes,
    MacroF1: f1Scores / classes,
    ...(classes === 2 ? { Auc: areaUnderCurve(outputs, labels) } : {}),
  }
}

/**
 * Probability that a random row of class 1 scores above one of class 0, equal scores counting half:
 * the Mann–Whitney statistic. Scores are differences of logits.
 */
function areaUnderCurve(outputs: Float32Array, labels: Int32Array): number {
  const [positives, negatives] = [
    sortedScores(outputs, labels, true),
    sortedScores(outputs, labels, false),
  ]
  // Sums of halves, so that they are exact in any order.
  let wins = 0
  let below = 0
  let notAbove = 0
  for (let at = 0; at < positives.length; at++) {
    const score = positives[at] as number
    while (below < negatives.length && (negatives[below] as number) < score) below++
    notAbove = Math.max(notAbove, below)
    while (notAbove < negatives.length && (negatives[notAbove] as number) <= score) notAbove++
    wins += (below + notAbove) / 2
  }
  return wins / (positives.length * negatives.length)
}

/** Of the rows of class 1, or of all others, ascending. */
function sortedScores(outputs: Float32Array, labels: Int32Array, ofOne: boolean): Float64Array {
  const scores = new Float64Array(labels.length)
  let count = 0
  for (let row = 0; row < labels.length; row++) {
    if ((labels[row] === 1) !== ofOne) continue
    scores[count++] = (outputs[row * 2 + 1] ?? 0) - (outputs[row * 2] ?? 0)
  }
  return scores.subarray(0, count).sort()
}

function bump(counts: Float64Array, index: number): void {
  counts[index] = (counts[index] ?? 0) + 1
}
