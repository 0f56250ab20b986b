import { signOf } from '../../../contract/ranking.ts'
import type { Goal } from '../../../contract/study-specification.ts'
import type { TrialSnapshot } from '../../../contract/trial.ts'
import { constraintViolation } from '../../violation.ts'

/** What a trial is to the split; the first three rank in this order. */
export const COMPLETE = 0
const PRUNED = 1
export const INFEASIBLE = 2
export const RUNNING = 3
const WITHOUT_VALUE = 4

/**
 * What trials are ranked by, one entry per trial of a list; only those that changed since the last call cost time.
 * Within a kind they rank by the first key, then by the second, lower first.
 */
export class TrialKeys {
  kinds = new Uint8Array(64)
  firstKeys = new Float64Array(64)
  secondKeys = new Float64Array(64)
  /** Of the first goal, to be minimised; NaN values are +∞, no value is NaN. */
  losses = new Float64Array(64)
  readonly #sign: number
  readonly #known: TrialSnapshot[] = []

  constructor(direction: Goal['direction']) {
    this.#sign = signOf(direction)
  }

  follow(trials: readonly TrialSnapshot[]): void {
    const known = this.#known
    if (trials.length > this.kinds.length) this.#grow(2 * trials.length)
    for (let place = 0; place < trials.length; place++) {
      const trial = trials[place] as TrialSnapshot
      if (known[place] === trial) continue
      known[place] = trial
      this.#read(place, trial)
    }
    known.length = trials.length
  }

  #read(place: number, trial: TrialSnapshot): void {
    const { kinds, firstKeys, secondKeys, losses } = this
    const { state } = trial
    firstKeys[place] = 0
    losses[place] = Number.NaN
    if (state !== 'complete' && state !== 'pruned') {
      kinds[place] = state === 'running' ? RUNNING : WITHOUT_VALUE
      return
    }
    const value = this.#lossOf(trial.values[0])
    losses[place] = value
    const violation = constraintViolation(trial)
    if (violation > 0) {
      kinds[place] = INFEASIBLE
      secondKeys[place] = violation
    } else if (state === 'pruned') {
      const last = trial.reports.at(-1)
      kinds[place] = PRUNED
      firstKeys[place] = last === undefined ? Number.POSITIVE_INFINITY : -last.step
      secondKeys[place] = this.#lossOf(last?.value)
    } else {
      kinds[place] = COMPLETE
      secondKeys[place] = value
    }
  }

  #lossOf(value: number | undefined): number {
    return value === undefined || Number.isNaN(value)
      ? Number.POSITIVE_INFINITY
      : this.#sign * value
  }

  #grow(length: number): void {
    const kinds = new Uint8Array(length)
    kinds.set(this.kinds)
    this.kinds = kinds
    this.firstKeys = enlarged(this.firstKeys, length)
    this.secondKeys = enlarged(this.secondKeys, length)
    this.losses = enlarged(this.losses, length)
  }
}

function enlarged(array: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length)
  larger.set(array)
  return larger
}
