/** log Σ exp(values), without overflow or underflow; −∞ for no values. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY
  for (let index = 0; index < values.length; index++) {
    largest = Math.max(largest, values[index] as number)
  }
  if (!Number.isFinite(largest)) return largest
  let sum = 0
  for (let index = 0; index < values.length; index++) {
    sum += Math.exp((values[index] as number) - largest)
  }
  return largest + Math.log(sum)
}

/** log(exp(a) − exp(b)) for a ≥ b; −∞ where they are equal. */
export function logDifferenceExp(a: number, b: number): number {
  if (b === Number.NEGATIVE_INFINITY) return a
  const gap = b - a
  // The better conditioned of two equal forms (Mächler 2012, log1mexp).
  return a + (gap > -Math.LN2 ? Math.log(-Math.expm1(gap)) : Math.log1p(-Math.exp(gap)))
}
