import { clamp, squaredNorm } from '../numbers.ts'
import { symmetricEigen } from '../symmetric-eigen.ts'
import { type CmaState, localStep, reshaped } from './distribution.ts'

/**
 * Learning rate adaptation: how far an update is followed depends on how clear its signal is beside its noise, judged
 * over the last updates; one rate for the mean, one for the covariance. For noisy or multimodal objectives with the
 * default population, at the price of speed on simple ones.
 *
 * M. Nomura, Y. Akimoto, I. Ono: CMA-ES with learning rate adaptation: can CMA-ES with default population size solve
 * multimodal and noisy problems? GECCO 2023, 839–847, doi:10.1145/3583131.3590358; its constants.
 */
export interface LearningRates {
  readonly mean: AdaptedRate
  readonly covariance: AdaptedRate
}

interface AdaptedRate {
  /** Share of an update that is followed, at most 1 (η). */
  readonly rate: number
  /** Moving average of the updates in local coordinates, and of their squared length (E, V). */
  readonly average: Float64Array
  readonly power: number
}

const SIGNAL_RATIO = 1.4
const MEAN_MEMORY = 0.1
const COVARIANCE_MEMORY = 0.03
const DAMPING = 0.1

export function initialLearningRates(dimension: number): LearningRates {
  const start = (length: number): AdaptedRate => ({
    rate: 1,
    average: new Float64Array(length),
    power: 0,
  })
  return { mean: start(dimension), covariance: start(dimension * dimension) }
}

/**
 * Follows an update in part. Full covariance only.
 * @param updated what the usual update made of `before`
 */
export function adaptLearningRates(
  rates: LearningRates,
  before: CmaState,
  updated: CmaState,
): { state: CmaState; rates: LearningRates } {
  const n = before.constants.dimension
  const meanStep = updated.mean.map((value, i) => value - (before.mean[i] as number))
  const covarianceStep = updated.covariance.map(
    (value, at) =>
      updated.sigma ** 2 * value - before.sigma ** 2 * (before.covariance[at] as number),
  )
  // In coordinates in which the distribution before was N(0, I).
  const localCovariance = bothSides(covarianceStep, n, column => localStep(before, column)).map(
    value => value / Math.SQRT2,
  )
  const mean = adapted(rates.mean, localStep(before, meanStep), MEAN_MEMORY)
  const covariance = adapted(rates.covariance, localCovariance, COVARIANCE_MEMORY)
  const followed = covarianceStep.map(
    (value, at) => before.sigma ** 2 * (before.covariance[at] as number) + covariance.rate * value,
  )
  const { values } = symmetricEigen(followed, n)
  const logVariance =
    values.reduce((sum, value) => sum + Math.log(Math.max(value, Number.MIN_VALUE)), 0) / n
  const state = reshaped(
    updated,
    before.mean.map((value, i) => value + mean.rate * (meanStep[i] as number)),
    // A slower mean wants a larger step size.
    Math.exp(logVariance / 2) * (rates.mean.rate / mean.rate),
    followed.map(value => value / Math.exp(logVariance)),
  )
  return { state, rates: { mean, covariance } }
}

function adapted(
  { rate, average, power }: AdaptedRate,
  step: Float64Array,
  memory: number,
): AdaptedRate {
  const nextAverage = average.map((value, i) => (1 - memory) * value + memory * (step[i] as number))
  const nextPower = (1 - memory) * power + memory * squaredNorm(step)
  const signal = squaredNorm(nextAverage)
  const noise = nextPower - signal
  const ratio =
    noise > 0 ? (signal - (memory / (2 - memory)) * nextPower) / noise : Number.POSITIVE_INFINITY
  const relative = clamp(ratio / SIGNAL_RATIO / rate - 1, -1, 1)
  return {
    rate: Math.min(1, rate * Math.exp(Math.min(DAMPING * rate, memory) * relative)),
    average: nextAverage,
    power: nextPower,
  }
}

/** T·M·Tᵀ for a symmetric linear map T, column by column. */
function bothSides(
  matrix: Float64Array,
  n: number,
  map: (vector: Float64Array) => Float64Array,
): Float64Array {
  const mapColumns = (source: Float64Array): Float64Array => {
    const result = new Float64Array(n * n)
    for (let j = 0; j < n; j++) {
      const column = map(Float64Array.from({ length: n }, (_, i) => source[i * n + j] as number))
      // Transposed, so that the second pass maps the other side.
      result.set(column, j * n)
    }
    return result
  }
  return mapColumns(mapColumns(matrix))
}
