import {
  factorize,
  invertFactor,
  multiply,
  multiplyTransposed,
  packedLength,
} from './packed-cholesky.ts'

/**
 * A Gaussian process over points and time whose past fades: k((x, t), (x′, t′)) = exp(−|x − x′|²/(2ℓ²)) · (1 − ε)^(|t − t′|/2).
 * Bogunovic, Scarlett, Cevher: Time-varying Gaussian process bandit optimization. AISTATS 2016, arXiv:1601.06650,
 * equation 7; Parker-Holder, Nguyen, Roberts (PB2). NeurIPS 2020, arXiv:2002.02518, section 4.
 */
export interface TimedObservation {
  /** Within the unit cube. */
  readonly point: readonly number[]
  readonly time: number
  readonly value: number
}

export interface TimeVaryingPosterior {
  readonly length: number
  readonly forgetting: number
  readonly noise: number
  /** Mean and standard deviation of the function, in units of the values given. */
  at(point: readonly number[], time: number): { readonly mean: number; readonly deviation: number }
}

const lengths = [0.1, 0.2, 0.4, 0.8]
const forgettings = [0.01, 0.1, 0.3]
const noises = [0.01, 0.1, 0.5]
const MIN_DEVIATION = 1e-12

/**
 * Length ℓ, forgetting ε and noise are those of a grid with the highest marginal likelihood (Rasmussen, Williams 2006,
 * equation 2.30): a few dozen observations do not decide more.
 * @param observations at least one
 */
export function fitTimeVarying(observations: readonly TimedObservation[]): TimeVaryingPosterior {
  const count = observations.length
  const mean = observations.reduce((sum, { value }) => sum + value, 0) / count
  const variance = observations.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / count
  const scale = Math.max(MIN_DEVIATION, Math.sqrt(variance))
  const values = Float64Array.from(observations, ({ value }) => (value - mean) / scale)
  let best: { likelihood: number; kernel: Kernel; factors: Factors } | null = null
  for (const length of lengths) {
    for (const forgetting of forgettings) {
      for (const noise of noises) {
        const kernel = { length, forgetting, noise }
        const factors = decompose(observations, values, kernel)
        if (factors === null) continue
        if (best === null || factors.likelihood > best.likelihood) {
          best = { likelihood: factors.likelihood, kernel, factors }
        }
      }
    }
  }
  if (best === null) throw new RangeError('the kernel matrix is not positive definite')
  const { kernel, factors } = best
  const column = new Float64Array(count)
  const whitened = new Float64Array(count)
  return {
    ...kernel,
    at(point, time) {
      observations.forEach((observation, index) => {
        column[index] = covariance(kernel, observation, { point, time })
      })
      let prediction = 0
      for (let i = 0; i < count; i++) {
        prediction += (column[i] as number) * (factors.weights[i] as number)
      }
      multiply(factors.inverse, count, column, whitened)
      let explained = 0
      for (let i = 0; i < count; i++) explained += (whitened[i] as number) ** 2
      return {
        mean: mean + scale * prediction,
        deviation: scale * Math.sqrt(Math.max(0, 1 - explained)),
      }
    },
  }
}

interface Kernel {
  readonly length: number
  readonly forgetting: number
  readonly noise: number
}

interface Factors {
  readonly likelihood: number
  /** L⁻¹ of K + noise·1 = LLᵀ, packed. */
  readonly inverse: Float64Array
  /** (K + noise·1)⁻¹·y */
  readonly weights: Float64Array
}

type TimedPoint = Pick<TimedObservation, 'point' | 'time'>

function covariance({ length, forgetting }: Kernel, a: TimedPoint, b: TimedPoint): number {
  let squared = 0
  for (let d = 0; d < a.point.length; d++) {
    squared += ((a.point[d] as number) - (b.point[d] as number)) ** 2
  }
  const space = Math.exp(-squared / (2 * length * length))
  return space * (1 - forgetting) ** (Math.abs(a.time - b.time) / 2)
}

function decompose(
  observations: readonly TimedObservation[],
  values: Float64Array,
  kernel: Kernel,
): Factors | null {
  const count = observations.length
  const factor = new Float64Array(packedLength(count))
  let at = 0
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const noise = i === j ? kernel.noise : 0
      factor[at++] =
        covariance(kernel, observations[i] as TimedPoint, observations[j] as TimedPoint) + noise
    }
  }
  if (!factorize(factor, count)) return null
  let logDeterminant = 0
  for (let i = 0; i < count; i++) {
    logDeterminant += Math.log(factor[packedLength(i + 1) - 1] as number)
  }
  const inverse = new Float64Array(packedLength(count))
  invertFactor(factor, count, inverse)
  const whitened = new Float64Array(count)
  const weights = new Float64Array(count)
  multiply(inverse, count, values, whitened)
  multiplyTransposed(inverse, count, whitened, weights)
  let fit = 0
  for (const value of whitened) fit += value * value
  const likelihood = -0.5 * fit - logDeterminant - 0.5 * count * Math.log(2 * Math.PI)
  return { likelihood, inverse, weights }
}
