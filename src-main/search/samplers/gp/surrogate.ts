import type { TrialSnapshot } from '../../../contract/trial.ts'
import type { FittedKernel } from '../../../math/gaussian-process/fit.ts'
import { GaussianPosterior } from '../../../math/gaussian-process/posterior.ts'
import type { Encoding } from './encoding.ts'
import { KernelSchedule, type KernelScheduleSetting } from './kernel-schedule.ts'

/** A model of one target: the losses of a goal or the values of a constraint. */
export interface Surrogate {
  readonly posterior: GaussianPosterior
  readonly kernel: FittedKernel
  /** Of the modelled trials, as the model sees them. */
  readonly values: Float64Array
}

/** Of the variance 1 that the values have; a deviation of 14 %. */
const MUCH_NOISE = 0.02

/** Makes the models of one target, whose kernels it remembers. */
export class SurrogateMaker {
  readonly #encoding: Encoding
  readonly #target: KernelScheduleSetting['target']
  readonly #schedule: KernelSchedule
  /** The same without noise. */
  readonly #exactSchedule: KernelSchedule

  constructor(setting: KernelScheduleSetting) {
    this.#encoding = setting.encoding
    this.#target = setting.target
    this.#schedule = new KernelSchedule(setting)
    this.#exactSchedule = new KernelSchedule({
      ...setting,
      fit: { ...setting.fit, fitNoise: false },
    })
  }

  /**
   * @param informative all trials with results
   * @param modelled those that the model takes in, and their points, row-major
   * @param running points of trials without a result: they count with the mean that the model has there (kriging
   *   believer), so nothing is expected from trying them again: D. Ginsbourger, R. Le Riche, L. Carraro: Kriging is
   *   well-suited to parallelize optimization. 2010, doi:10.1007/978-3-642-10701-6_6.
   * @param doubtNoise explain the values without noise if the fit found more than a little
   */
  make(
    informative: readonly TrialSnapshot[],
    modelled: readonly TrialSnapshot[],
    points: Float64Array,
    running: readonly Float64Array[],
    doubtNoise: boolean,
  ): Surrogate {
    let kernel = this.#schedule.kernelFor(informative)
    if (doubtNoise && kernel.noise > MUCH_NOISE) kernel = this.#exactSchedule.kernelFor(informative)
    const values = this.#target(modelled)
    const { kinds } = this.#encoding
    const posterior = new GaussianPosterior(points, values, kinds, kernel, running.length)
    for (const point of running) {
      posterior.at(point)
      posterior.append(point, posterior.mean)
    }
    return { posterior, kernel, values }
  }
}
