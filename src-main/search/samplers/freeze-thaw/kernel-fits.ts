import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import type { FittedKernel } from '../../../math/gaussian-process/fit.ts'

/** Share by which the trials grow from one fit to the next. */
const GROWTH = 1.15
const SMALLEST = 8

/**
 * Kernels by the number of trials that they were fitted to. A fit takes the first trials of its size and begins anew, so it is a function of the
 * trials, whether it was kept or is computed again.
 */
export class KernelFits {
  readonly #fit: (trials: readonly TrialSnapshot[]) => FittedKernel
  #last: { readonly trials: readonly TrialSnapshot[]; readonly kernel: FittedKernel } | null = null

  constructor(fit: (trials: readonly TrialSnapshot[]) => FittedKernel) {
    this.#fit = fit
  }

  /** @param trials finished ones by rising number, at least one */
  kernelFor(trials: readonly TrialSnapshot[]): FittedKernel {
    let size = Math.min(SMALLEST, trials.length)
    for (let next = size; next <= trials.length; next = Math.ceil(next * GROWTH)) size = next
    const first = trials.slice(0, size)
    const last = this.#last
    const isSame =
      last?.trials.length === size && first.every((trial, index) => trial === last.trials[index])
    if (isSame) return last.kernel
    const kernel = this.#fit(first)
    this.#last = { trials: first, kernel }
    return kernel
  }
}
