/**
 * The standard normal distribution, accurate to a few units in the last place over the whole range, tails included.
 *
 * Cody: Rational Chebyshev approximations for the error function. Mathematics of Computation 23, 1969, 631–637,
 * doi:10.1090/S0025-5718-1969-0247736-4 (coefficients of three ranges).
 * Wichura: Algorithm AS 241, the percentage points of the normal distribution. Applied Statistics 37, 1988, 477–484,
 * doi:10.2307/2347330 (PPND16).
 */

const SQRT_HALF = Math.SQRT1_2
const LOG_HALF = -Math.LN2
const INVERSE_SQRT_PI = 0.5641895835477563
const LOG_SQRT_2PI = 0.9189385332046728

/** Numerators and denominators by falling power, as Horner's rule takes them. */
const ERF_P = [
  0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694,
]
const ERF_Q = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]
const MIDDLE_P = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163,
  298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
]
const MIDDLE_Q = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903,
  3290.7992357334597, 4362.619090143247, 3439.3676741437216, 1230.3393548037493,
]
const TAIL_P = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926,
  0.01608378514874228, 0.0006587491615298378,
]
const TAIL_Q = [
  1, 2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132,
  0.0023352049762686918,
]

function ratio(p: readonly number[], q: readonly number[], x: number): number {
  let numerator = 0
  let denominator = 0
  for (let index = 0; index < p.length; index++) {
    numerator = numerator * x + (p[index] as number)
    denominator = denominator * x + (q[index] as number)
  }
  return numerator / denominator
}

/** exp(x²)·erfc(x) for x ≥ 0: falls slowly, never underflows. */
export function scaledErfc(x: number): number {
  if (x <= 0.468_75) return Math.exp(x * x) * (1 - x * ratio(ERF_P, ERF_Q, x * x))
  if (x <= 4) return ratio(MIDDLE_P, MIDDLE_Q, x)
  const square = 1 / (x * x)
  return (INVERSE_SQRT_PI - square * ratio(TAIL_P, TAIL_Q, square)) / x
}

/** exp(−x²) with the rounding error of x² taken out, so that tails keep their relative accuracy. */
function expMinusSquare(x: number): number {
  if (x > 27.3) return 0
  const head = Math.trunc(x * 16) / 16
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head))
}

/** P(Z ≤ x). */
export function normalCdf(x: number): number {
  const scaled = Math.abs(x) * SQRT_HALF
  if (scaled <= 0.468_75) {
    return 0.5 + 0.5 * x * SQRT_HALF * ratio(ERF_P, ERF_Q, scaled * scaled)
  }
  const tail = 0.5 * scaledErfc(scaled) * expMinusSquare(scaled)
  return x < 0 ? tail : 1 - tail
}

/** log P(Z ≤ x); −∞ only at −∞. */
export function logNormalCdf(x: number): number {
  if (x >= -1) return x > 0 ? Math.log1p(-normalCdf(-x)) : Math.log(normalCdf(x))
  if (x === Number.NEGATIVE_INFINITY) return x
  return LOG_HALF + Math.log(scaledErfc(-x * SQRT_HALF)) - 0.5 * x * x
}

/** Log density at x. */
export function logNormalDensity(x: number): number {
  return -0.5 * x * x - LOG_SQRT_2PI
}

/** PPND16: the inverse near the middle and in two parts of the tail. */
const CENTER_A = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
]
const CENTER_B = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
]
const NEAR_A = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
]
const NEAR_B = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
]
const FAR_A = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
]
const FAR_B = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
]

/** The x with P(Z ≤ x) = probability; ∓∞ at 0 and 1, NaN outside. */
export function normalQuantile(probability: number): number {
  const centered = probability - 0.5
  if (Math.abs(centered) <= 0.425) {
    return centered * ratio(CENTER_A, CENTER_B, 0.180_625 - centered * centered)
  }
  const tail = centered < 0 ? probability : 1 - probability
  if (tail === 0) return centered < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const x = tailQuantile(Math.log(tail))
  return centered < 0 ? x : -x
}

/**
 * The x with log P(Z ≤ x) = logProbability, also where the probability itself underflows; −∞ at −∞.
 * @param logProbability ≤ 0
 */
export function normalQuantileOfLog(logProbability: number): number {
  if (logProbability > -1) return -normalQuantile(-Math.expm1(logProbability))
  if (logProbability === Number.NEGATIVE_INFINITY) return logProbability
  if (logProbability > -2.5) return normalQuantile(Math.exp(logProbability))
  let x = logProbability > -700 ? tailQuantile(logProbability) : -Math.sqrt(-2 * logProbability)
  // Newton on log Φ, which is concave, so it converges from the left of the root on.
  for (let step = 0; step < 8; step++) {
    const error = logNormalCdf(x) - logProbability
    const change = error * Math.exp(logNormalCdf(x) - logNormalDensity(x))
    x -= change
    if (Math.abs(change) <= 1e-15 * Math.abs(x)) break
  }
  return x
}

/** @param logProbability log of a probability below 0.075 */
function tailQuantile(logProbability: number): number {
  const r = Math.sqrt(-logProbability)
  return r <= 5 ? -ratio(NEAR_A, NEAR_B, r - 1.6) : -ratio(FAR_A, FAR_B, r - 5)
}
