/**
 * Distribution function of Student's t with a whole number of degrees of freedom: finite sums, exact but for rounding.
 * M. Abramowitz, I. A. Stegun: Handbook of mathematical functions. 1964, 26.7.3 and 26.7.4.
 * @param freedom degrees of freedom, 1 or more
 * @returns the probability of a smaller value, in [0, 1]; about 1e-14 exact, also in the tails that a decision looks at
 */
export function studentCdf(t: number, freedom: number): number {
  if (Number.isNaN(t)) return Number.NaN
  const angle = Math.atan(Math.abs(t) / Math.sqrt(freedom))
  const cosine = Math.cos(angle)
  const isOdd = freedom % 2 === 1
  // The sum within the brackets of 26.7.3 (odd) or 26.7.4 (even).
  let term = isOdd ? cosine : 1
  let sum = freedom === 1 ? 0 : term
  for (let power = isOdd ? 3 : 2; power <= freedom - 2; power += 2) {
    term *= (cosine * cosine * (power - 1)) / power
    sum += term
  }
  const within = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
  return t < 0 ? (1 - within) / 2 : (1 + within) / 2
}

/**
 * The value below which a share of Student's t lies, by bisection of {@link studentCdf}.
 * @param share above 0 and below 1
 * @param freedom degrees of freedom, 1 or more
 */
export function studentQuantile(share: number, freedom: number): number {
  if (share < 0.5) return -studentQuantile(1 - share, freedom)
  let [low, high] = [0, 1]
  while (studentCdf(high, freedom) < share) [low, high] = [high, 2 * high]
  // Halves until the doubles in between run out.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (studentCdf(middle, freedom) < share) low = middle
    else high = middle
  }
  return high
}
