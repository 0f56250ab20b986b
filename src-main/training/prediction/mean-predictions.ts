import type { Prediction } from '../../core/models/exported-model.ts'

/**
 * Joint prediction of several models for the same rows: the mean of their probabilities, or of their numbers, by their shares.
 * @param members predictions of each model, at least one
 * @param shares one for each member, that sum to 1
 * @param classNames in the order of the probabilities; null for numbers
 */
export function meanPredictions(
  members: readonly (readonly Prediction[])[],
  shares: readonly number[],
  classNames: readonly string[] | null,
): readonly Prediction[] {
  const [first = [], ...others] = members
  if (others.length === 0) return first
  return first.map(({ name }, row) => {
    const rowPredictions = members.map(predictions => predictions[row])
    if (classNames === null) {
      const values = rowPredictions.map(
        (each, index) => (shares[index] ?? 0) * Number(each?.prediction),
      )
      return { name, prediction: values.reduce((a, b) => a + b), probabilities: null }
    }
    const probabilities = classNames.map((_, classIndex) =>
      rowPredictions.reduce(
        (sum, each, index) => sum + (shares[index] ?? 0) * (each?.probabilities?.[classIndex] ?? 0),
        0,
      ),
    )
    const best = probabilities.indexOf(Math.max(...probabilities))
    return { name, prediction: classNames[best] ?? '', probabilities }
  })
}
