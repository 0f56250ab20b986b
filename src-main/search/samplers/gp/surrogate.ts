import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import {
  type FittedKernel,
  type FitSetting,
  fitKernel,
  initialKernel,
} from '../../../math/gaussian-process/fit.ts'
import { GaussianPosterior } from '../../../math/gaussian-process/posterior.ts'
import type { PriorMean } from '../../warm-start/source-studies.ts'
import type { Moments } from './acquisition.ts'
import { type Encoding, pointsOf } from './encoding.ts'
import { type KernelParameters, pairDifferences } from '../../../math/gaussian-process/kernel.ts'

/** A model of one target: the losses of a goal or the values of a constraint. */
export interface Surrogate {
  readonly posterior: Moments
  readonly kernel: FittedKernel
  /** Of the modeled trials, as the model sees them. */
  readonly values: Float64Array
  /** What is expected of the running trials, one after the other; those that repeat another point have none. */
  readonly expected: readonly ExpectedValue[]
  /** Studies of other data that have a part in its prior mean; null: it has none. */
  readonly sources: number | null
}

/** The value of a running trial, given those of the running ones before it. */
export interface ExpectedValue {
  readonly point: Float64Array
  readonly mean: number
  /** By which the mean moves for each deviation of those before. */
  readonly loadings: Float64Array
  readonly deviation: number
}

/** Of the variance 1 that the values have; a deviation of 14 %. */
const MUCH_NOISE = 0.02

/** Makes the models of one target, whose kernels it remembers. */
export class SurrogateMaker {
  readonly #encoding: Encoding
  readonly #target: KernelScheduleSetting['target']
  readonly #prior: SurrogateSetting['prior']
  readonly #schedule: KernelSchedule
  /** The same without noise. */
  readonly #exactSchedule: KernelSchedule

  constructor(setting: SurrogateSetting) {
    this.#encoding = setting.encoding
    this.#target = setting.target
    this.#prior = setting.prior
    const { target, prior } = setting
    const residuals =
      prior === undefined
        ? target
        : (trials: readonly TrialSnapshot[], trialCount: number): Float64Array => {
            const values = target(trials, trialCount)
            const points = pointsOf(setting.encoding, trials)
            return without(values, prior(trials, values, trialCount), points)
          }
    this.#schedule = new KernelSchedule({ ...setting, target: residuals })
    this.#exactSchedule = new KernelSchedule({
      ...setting,
      target: residuals,
      fit: { ...setting.fit, fitNoise: false },
    })
  }

  /**
   * @param informative all trials with results
   * @param modeled those that the model takes in, and their points, row-major
   * @param running points of trials without a result: the posterior has them with the mean that is expected there (kriging
   *   believer), from which {@link Surrogate.expected} tells how other values would move it: D. Ginsbourger, R. Le Riche, L. Carraro: Kriging is
   *   well-suited to parallelize optimization. 2010, doi:10.1007/978-3-642-10701-6_6.
   * @param doubtNoise explain the values without noise if the fit found more than a little
   */
  make(
    informative: readonly TrialSnapshot[],
    modeled: readonly TrialSnapshot[],
    points: Float64Array,
    running: readonly Float64Array[],
    doubtNoise: boolean,
  ): Surrogate {
    let kernel = this.#schedule.kernelFor(informative)
    if (doubtNoise && kernel.noise > MUCH_NOISE) kernel = this.#exactSchedule.kernelFor(informative)
    const values = this.#target(modeled, informative.length)
    const { kinds } = this.#encoding
    const prior = this.#prior?.(modeled, values, informative.length)
    const residuals = prior === undefined ? values : without(values, prior, points)
    const posterior = new GaussianPosterior(points, residuals, kinds, kernel, running.length)
    const expected = believe(posterior, running, kernel.noise)
    return {
      kernel,
      values,
      expected:
        prior === undefined
          ? expected
          : expected.map(expectation => ({
              ...expectation,
              mean: expectation.mean + prior.at(expectation.point),
            })),
      posterior: prior === undefined ? posterior : withPrior(posterior, prior),
      sources: prior?.sources ?? null,
    }
  }
}

interface SurrogateSetting extends KernelScheduleSetting {
  /** What is expected before any of these trials, given their values; absent: nothing. */
  readonly prior?:
    | ((trials: readonly TrialSnapshot[], values: Float64Array, trialCount: number) => PriorMean)
    | undefined
}

/**
 * Appends running trials with what is expected of them.
 * @param noise of the posterior's kernel
 */
export function believe(
  posterior: GaussianPosterior,
  running: readonly Float64Array[],
  noise: number,
): ExpectedValue[] {
  const expected: ExpectedValue[] = []
  for (const point of running) {
    const loadings = new Float64Array(expected.length)
    posterior.at(point)
    posterior.loadings(loadings)
    const { mean, variance } = posterior
    if (!posterior.append(point, mean)) continue
    expected.push({ point, mean, loadings, deviation: Math.sqrt(variance + noise) })
  }
  return expected
}

function without(values: Float64Array, prior: PriorMean, points: Float64Array): Float64Array {
  const dimension = points.length / Math.max(values.length, 1)
  return values.map(
    (value, i) => value - prior.at(points.subarray(i * dimension, (i + 1) * dimension)),
  )
}

/** The posterior of what a prior leaves, with the prior. */
function withPrior(posterior: GaussianPosterior, prior: PriorMean): Moments {
  let slopes = new Float64Array(0)
  const moments = {
    mean: 0,
    variance: 0,
    loadings: (out: Float64Array): void => posterior.loadings(out),
    loadingSlopes: (factors: Float64Array, out: Float64Array): void =>
      posterior.loadingSlopes(factors, out),
    at(point: Float64Array): void {
      posterior.at(point)
      moments.mean = posterior.mean + prior.at(point)
      moments.variance = posterior.variance
    },
    slopesAt(point: Float64Array, meanSlope: Float64Array, varianceSlope: Float64Array): void {
      if (slopes.length !== meanSlope.length) slopes = new Float64Array(meanSlope.length)
      posterior.slopesAt(point, meanSlope, varianceSlope)
      moments.mean = posterior.mean + prior.slopesAt(point, slopes)
      moments.variance = posterior.variance
      slopes.forEach((slope, d) => (meanSlope[d] = (meanSlope[d] as number) + slope))
    },
    atMany(
      points: Float64Array,
      count: number,
      means: Float64Array,
      variances: Float64Array,
      loadings?: Float64Array,
    ): void {
      posterior.atMany(points, count, means, variances, loadings)
      const dimension = points.length / count
      for (let i = 0; i < count; i++) {
        const point = points.subarray(i * dimension, (i + 1) * dimension)
        means[i] = (means[i] as number) + prior.at(point)
      }
    },
  }
  return moments
}

/** Share by which the trials grow from one fit to the next. */
const GROWTH = 1.05

export interface KernelScheduleSetting {
  readonly encoding: Encoding
  /** Standardized observations of some trials of so many that are known. */
  readonly target: (trials: readonly TrialSnapshot[], trialCount: number) => Float64Array
  readonly fit: FitSetting
  /** Trials of the first fit. */
  readonly first: number
  /** Most trials that a fit takes. */
  readonly limit: number
  /** The trials that the model takes of more than `limit`. */
  readonly choose: (trials: readonly TrialSnapshot[]) => readonly TrialSnapshot[]
}

/**
 * Fits the kernel of one target after every trial up to 20, then whenever the number of trials has grown by 5 %. A
 * fit takes the first trials of its size and begins where the fit before ended, beyond the limit where the fit at
 * the limit ended: a function of the trials, whether it was kept or is computed again.
 */
export class KernelSchedule {
  readonly #setting: KernelScheduleSetting
  /** Sizes of the fits up to the limit, and the fits so far. */
  readonly #sizes: number[] = []
  readonly #fits: FittedKernel[] = []
  #late: { readonly size: number; readonly kernel: FittedKernel } | null = null
  #seen: readonly TrialSnapshot[] = []

  constructor(setting: KernelScheduleSetting) {
    this.#setting = setting
    for (let size = setting.first; size <= setting.limit; size = nextSize(size)) {
      this.#sizes.push(size)
    }
  }

  /** @param trials informative ones by rising number, at least as many as the first fit takes */
  kernelFor(trials: readonly TrialSnapshot[]): FittedKernel {
    const sizes = this.#sizes
    const fits = this.#fits
    this.#forget(trials)
    while ((sizes[fits.length] ?? Number.POSITIVE_INFINITY) <= trials.length) {
      fits.push(this.#fit(trials.slice(0, sizes[fits.length]), fits.at(-1)))
    }
    let size = nextSize(sizes.at(-1) as number)
    if (size > trials.length) return fits.at(-1) as FittedKernel
    while (nextSize(size) <= trials.length) size = nextSize(size)
    if (this.#late?.size !== size) {
      const kernel = this.#fit(this.#setting.choose(trials.slice(0, size)), fits.at(-1), size)
      this.#late = { size, kernel }
    }
    return this.#late.kernel
  }

  /** Drops the fits to trials that have changed since. */
  #forget(trials: readonly TrialSnapshot[]): void {
    const limit = Math.min(trials.length, this.#seen.length)
    let same = 0
    while (same < limit && trials[same] === this.#seen[same]) same++
    while (this.#fits.length > 0 && (this.#sizes[this.#fits.length - 1] as number) > same) {
      this.#fits.pop()
    }
    if (this.#late !== null && this.#late.size > same) this.#late = null
    this.#seen = trials
  }

  #fit(
    trials: readonly TrialSnapshot[],
    start: KernelParameters | undefined,
    trialCount = trials.length,
  ): FittedKernel {
    const { encoding, target, fit } = this.#setting
    const points = pointsOf(encoding, trials)
    return fitKernel(
      pairDifferences(points, trials.length, encoding.kinds),
      target(trials, trialCount),
      start ?? initialKernel(encoding.dimension, fit),
      fit,
    )
  }
}

function nextSize(size: number): number {
  return Math.max(size + 1, Math.ceil(size * GROWTH))
}
