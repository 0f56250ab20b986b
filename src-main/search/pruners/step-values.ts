import type { TrialSnapshot } from '../../contract/trial.ts'

/** What the complete trials reported at one step. */
export interface StepValues {
  /** Values other than NaN, from low to high. */
  readonly sorted: readonly number[]
  /** Trials that reported at this step, NaN included. */
  readonly count: number
}

const NOTHING: StepValues = { sorted: [], count: 0 }

/**
 * Intermediate values of complete trials by step. It only saves time: `read` takes in the
 * complete trials that are new since the last call, and starts over if one of them is gone, so the
 * answer depends on its arguments alone. Snapshots are recognised by identity; a complete trial's
 * snapshot never changes.
 */
export class StepValuesCache {
  readonly #known = new Set<TrialSnapshot>()
  readonly #bySteps = new Map<number, { sorted: number[]; count: number }>()

  /** @param trials in any state; only complete ones count */
  read(trials: readonly TrialSnapshot[], step: number): StepValues {
    const added: TrialSnapshot[] = []
    let seen = 0
    for (const trial of trials) {
      if (trial.state !== 'complete') continue
      if (this.#known.has(trial)) seen++
      else added.push(trial)
    }
    if (seen < this.#known.size) {
      this.#known.clear()
      this.#bySteps.clear()
      return this.read(trials, step)
    }
    for (const trial of added) this.#add(trial)
    return this.#bySteps.get(step) ?? NOTHING
  }

  #add(trial: TrialSnapshot): void {
    this.#known.add(trial)
    for (const { step, value } of trial.reports) {
      let values = this.#bySteps.get(step)
      if (values === undefined) {
        values = { sorted: [], count: 0 }
        this.#bySteps.set(step, values)
      }
      values.count++
      if (!Number.isNaN(value)) values.sorted.splice(lowerBound(values.sorted, value), 0, value)
    }
  }
}

/** First index whose item is ≥ value. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
