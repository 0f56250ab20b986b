/**
 * Probabilities from logits, row by row; shifted by the largest logit, so that nothing overflows.
 * @param logits rows × width
 */
export function softmaxRows(logits: Float32Array, width: number): Float64Array {
  const result = new Float64Array(logits.length)
  for (let start = 0; start < logits.length; start += width) {
    const row = logits.subarray(start, start + width)
    const largest = row.reduce((a, b) => Math.max(a, b))
    let sum = 0
    for (const [at, logit] of row.entries()) {
      const power = Math.exp(logit - largest)
      result[start + at] = power
      sum += power
    }
    for (let at = start; at < start + width; at++) result[at] = (result[at] as number) / sum
  }
  return result
}
