import type { RowSource } from './row-source.ts'

/**
 * Weight of a row of each class such that all classes together count alike and a row 1 on average:
 * rows / (classes · rows of the class). King, Zeng: Logistic regression in rare events data. Political Analysis 9(2),
 * 2001, section 4.2, for classes that are equally frequent elsewhere.
 * @param training one-hot targets; every class has a row
 */
export function balancedClassWeights(training: RowSource): Float32Array {
  const { rows, targetSize } = training
  const counts = new Float64Array(targetSize)
  const inputs = new Float32Array(training.inputSize)
  const targets = new Float32Array(targetSize)
  for (let row = 0; row < rows; row++) {
    training.fill(null, row, 1, inputs, targets)
    for (const [at, target] of targets.entries()) counts[at] = (counts[at] as number) + target
  }
  return Float32Array.from(counts, count => rows / (targetSize * count))
}
