/**
 * Derivatives of the logarithm of the gamma function, for positive arguments: raised above 8 by their recurrences, then the
 * asymptotic series. About 1e-12 exact.
 * M. Abramowitz, I. A. Stegun: Handbook of mathematical functions. 1964, 6.3.5, 6.3.18, 6.4.6 and 6.4.12.
 */

const SERIES_FROM = 8

/** ψ(x) = d ln Γ(x)/dx, x > 0. */
export function digamma(x: number): number {
  let raised = x
  let sum = 0
  for (; raised < SERIES_FROM; raised++) sum -= 1 / raised
  const square = 1 / (raised * raised)
  const series =
    square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
  return sum + Math.log(raised) - 0.5 / raised - series
}

/** ψ′(x), x > 0. */
export function trigamma(x: number): number {
  let raised = x
  let sum = 0
  for (; raised < SERIES_FROM; raised++) sum += 1 / (raised * raised)
  const inverse = 1 / raised
  const square = inverse * inverse
  const series =
    1 / 6 - square * (1 / 30 - square * (1 / 42 - square * (1 / 30 - square * (5 / 66))))
  return sum + inverse + square / 2 + inverse * square * series
}

/**
 * The x > 0 of which {@link trigamma} is y > 0, by bisection of its logarithm: trigamma falls from ∞ to 0, and 1/x < ψ′(x) < 1/x + 1/x².
 */
export function inverseTrigamma(y: number): number {
  let low = Math.log(1 / y)
  let high = Math.log(1 / y + 1 / Math.sqrt(y))
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (trigamma(Math.exp(middle)) > y) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
