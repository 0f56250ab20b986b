import type { AugmentBatch } from './augment-images.ts'

/** Occurrences that row 0 counts as, for each category. */
const PSEUDO_COUNT = 0.25

/**
 * Teaches an embedding what to make of a category that it does not know: in training batches a category becomes row 0 with
 * probability α / (n + α), α = 0.25, where n is how often it occurs in the training rows. So row 0 learns from every
 * category alike, rare ones above all, as the next unknown one will be rare; and where values are missing, from those.
 * Kiperwasser, Goldberg: Simple and accurate dependency parsing using bidirectional LSTM feature representations.
 * TACL 4, 2016, doi:10.1162/tacl_a_00101, "word dropout" (for words).
 * @param features of the training rows, rows × width; the last `levels.length` of a row are rows of tables
 * @param levels rows of each table
 * @returns null if there are no tables
 */
export function createForgetting(
  features: Float32Array,
  width: number,
  levels: readonly number[],
): AugmentBatch | null {
  if (levels.length === 0) return null
  const first = width - levels.length
  const probabilities = levels.map((count, column) => {
    const occurrences = new Float64Array(count)
    for (let at = first + column; at < features.length; at += width) {
      const level = features[at] as number
      occurrences[level] = (occurrences[level] as number) + 1
    }
    return occurrences.map(n => PSEUDO_COUNT / (n + PSEUDO_COUNT))
  })
  return (inputs, _targets, rows, random) => {
    for (let row = 0; row < rows; row++) {
      for (const [column, chances] of probabilities.entries()) {
        const at = row * width + first + column
        if (random.uniform() < (chances[inputs[at] as number] as number)) inputs[at] = 0
      }
    }
  }
}
