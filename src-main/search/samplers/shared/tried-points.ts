import { ownValue } from '../../../core/values/named-values.ts'
import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'

/** Points of the trials that have or will have a value; follows the list from request to request. */
export class TriedPoints {
  readonly #keys = new WeakMap<object, string>()
  /** Numbers of the trials at each point. */
  readonly #numbers = new Map<string, Set<number>>()
  /** Points with a trial. */
  #different = 0
  #trials: (TrialSnapshot | undefined)[] = []

  follow(trials: readonly TrialSnapshot[]): void {
    for (let index = trials.length; index < this.#trials.length; index++) this.#forget(index)
    this.#trials.length = trials.length
    for (let index = 0; index < trials.length; index++) {
      const trial = trials[index] as TrialSnapshot
      if (this.#trials[index] === trial) continue
      this.#forget(index)
      this.#trials[index] = trial
      if (!counts(trial)) continue
      const key = this.#keyOf(trial.parameters)
      const numbers = getOrInsertComputed(this.#numbers, key, () => new Set())
      if (numbers.size === 0) this.#different++
      numbers.add(trial.number)
    }
  }

  /** Number of different points. */
  get size(): number {
    return this.#different
  }

  areEqual(a: Assignment, b: Assignment): boolean {
    return this.#keyOf(a) === this.#keyOf(b)
  }

  /** Whether a trial with a smaller number than `before` is at this point; default any trial. */
  has(parameters: Assignment, before = Number.POSITIVE_INFINITY): boolean {
    for (const number of this.#numbers.get(this.#keyOf(parameters)) ?? []) {
      if (number < before) return true
    }
    return false
  }

  #forget(index: number): void {
    const trial = this.#trials[index]
    if (trial === undefined || !counts(trial)) return
    const numbers = this.#numbers.get(this.#keyOf(trial.parameters))
    if (numbers?.delete(trial.number) === true && numbers.size === 0) this.#different--
  }

  #keyOf(parameters: Assignment): string {
    return getOrInsertComputed(this.#keys, parameters, () => assignmentKey(parameters))
  }
}

function counts({ state }: TrialSnapshot): boolean {
  return state === 'complete' || state === 'pruned' || state === 'running'
}

export function isSameAssignment(first: Assignment, second: Assignment): boolean {
  const names = Object.keys(first)
  return (
    names.length === Object.keys(second).length &&
    names.every(
      name => Object.hasOwn(second, name) && ownValue(first, name) === ownValue(second, name),
    )
  )
}

/** Equal for assignments that hold the same values, in whatever order. */
export function assignmentKey(parameters: Assignment): string {
  return JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)))
}
