import { normalQuantile } from '../../../math/distributions/normal.ts'
import { createSobol, SOBOL_MAX_DIMENSION } from '../../../math/quasi-random/sobol.ts'
import { type Acquisition, logExpectedImprovement, SMALLEST_VARIANCE } from './acquisition.ts'
import type { Surrogate } from './surrogate.ts'

/**
 * Expected improvement by a point beyond what running trials bring: the mean over joint draws of their values, each of which
 * moves the model's mean and may lower what has to be improved. The variance is the same for all draws, because it does not depend on values.
 * In a logarithm, with the derivatives of the same draws.
 *
 * - D. Ginsbourger, R. Le Riche, L. Carraro: Kriging is well-suited to parallelize optimization. 2010,
 *   doi:10.1007/978-3-642-10701-6_6.
 * - J. Snoek, H. Larochelle, R. P. Adams: Practical Bayesian optimization of machine learning algorithms. NeurIPS 2012,
 *   arXiv:1206.2944, section 3.2.
 */
export function createDrawnImprovement(
  { posterior, expected }: Pick<Surrogate, 'posterior' | 'expected'>,
  best: number,
  numeric: number,
  draws: readonly Float64Array[],
): Acquisition {
  const running = expected.length
  const count = draws.length
  const improvements = draws.map(draw => logExpectedImprovement(lowestOf(expected, draw, best)))
  const loadings = new Float64Array(running)
  const logs = new Float64Array(count)
  const byMeans = new Float64Array(count)
  const byVariances = new Float64Array(count)
  const factors = new Float64Array(running)
  const [varianceSlope, loadingSlope] = [new Float64Array(numeric), new Float64Array(numeric)]
  const [means, variances] = [new Float64Array(1), new Float64Array(1)]
  const [byMean, byVariance] = [new Float64Array(1), new Float64Array(1)]

  function evaluate(mean: number, variance: number, at: Float64Array, withSlopes: boolean): number {
    variances[0] = variance + SMALLEST_VARIANCE
    let largest = Number.NEGATIVE_INFINITY
    for (let m = 0; m < count; m++) {
      means[0] = mean + product(at, draws[m] as Float64Array)
      const improvement = improvements[m] as (typeof improvements)[number]
      const value = withSlopes
        ? improvement(means, variances, byMean, byVariance)
        : improvement(means, variances)
      logs[m] = value
      if (value > largest) largest = value
      byMeans[m] = byMean[0] as number
      byVariances[m] = byVariance[0] as number
    }
    let sum = 0
    for (let m = 0; m < count; m++) sum += logs[m] = Math.exp((logs[m] as number) - largest)
    for (let m = 0; m < count; m++) logs[m] = (logs[m] as number) / sum
    return largest + Math.log(sum / count)
  }

  return {
    value(point) {
      posterior.at(point)
      posterior.loadings(loadings)
      return evaluate(posterior.mean, posterior.variance, loadings, false)
    },
    slopes(point, gradient) {
      posterior.slopesAt(point, gradient, varianceSlope)
      posterior.loadings(loadings)
      const value = evaluate(posterior.mean, posterior.variance, loadings, true)
      let [forMean, forVariance] = [0, 0]
      factors.fill(0)
      for (let m = 0; m < count; m++) {
        const draw = draws[m] as Float64Array
        const share = (logs[m] as number) * (byMeans[m] as number)
        forMean += share
        forVariance += (logs[m] as number) * (byVariances[m] as number)
        for (let k = 0; k < running; k++) {
          factors[k] = (factors[k] as number) + share * (draw[k] as number)
        }
      }
      posterior.loadingSlopes(factors, loadingSlope)
      for (let d = 0; d < numeric; d++) {
        gradient[d] =
          forMean * (gradient[d] as number) +
          forVariance * (varianceSlope[d] as number) +
          (loadingSlope[d] as number)
      }
      return value
    },
    values(points, size, out) {
      const [manyMeans, manyVariances] = [new Float64Array(size), new Float64Array(size)]
      const manyLoadings = new Float64Array(size * running)
      posterior.atMany(points, size, manyMeans, manyVariances, manyLoadings)
      for (let i = 0; i < size; i++) {
        const loadings = manyLoadings.subarray(i * running, (i + 1) * running)
        out[i] = evaluate(manyMeans[i] as number, manyVariances[i] as number, loadings, false)
      }
    },
  }
}

/**
 * How improvement beyond running trials is looked for: draws of their values, and local searches. There are twice as many while
 * the model is small and a look at a point costs little. Measured: see docs/samplers/gp.md.
 * @param modeled trials that the model takes in
 */
export function effortBeyondRunning(modeled: number): { draws: number; starts: number } {
  return modeled <= SMALL_MODEL ? { draws: 64, starts: 20 } : { draws: 32, starts: 10 }
}

const SMALL_MODEL = 100

/** Half of the distance between Sobol's coordinates, so that none is 0. */
const HALF_STEP = 2 ** -33

/** Quasi-random standard normal draws, one number for each running trial; 0, what is expected, beyond Sobol's dimensions. */
export function normalDraws(count: number, running: number, seed: number): Float64Array[] {
  const drawn = Math.min(running, SOBOL_MAX_DIMENSION)
  const sobol = createSobol(drawn, 'owen', seed)
  return Array.from({ length: count }, (_, m) => {
    const draw = new Float64Array(running)
    for (let k = 0; k < drawn; k++) draw[k] = normalQuantile(sobol.coordinate(m, k) + HALF_STEP)
    return draw
  })
}

/** The lowest of the best value and those that a draw gives to the running trials. */
function lowestOf(expected: Surrogate['expected'], draw: Float64Array, best: number): number {
  let lowest = best
  expected.forEach(({ mean, loadings, deviation }, k) => {
    const value = mean + product(loadings, draw) + deviation * (draw[k] as number)
    if (value < lowest) lowest = value
  })
  return lowest
}

/** Σ a·b over the elements of `a`. */
function product(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number)
  return sum
}
