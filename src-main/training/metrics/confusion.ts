import { indexOfLargest } from '../../math/numbers.ts'

/**
 * How often rows of each class were taken for each class; from it every other measure of a classification follows.
 * @param outputs rows × classes, logits or probabilities
 * @param labels class of every row, 0…classes−1
 * @returns counts by true class (outer) and predicted class (inner)
 */
export function confusionMatrix(
  outputs: Float32Array,
  labels: Int32Array,
  classes: number,
): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (const [row, label] of labels.entries()) {
    const line = counts[label] as number[]
    const guess = indexOfLargest(outputs, row * classes, classes)
    line[guess] = (line[guess] ?? 0) + 1
  }
  return counts
}
