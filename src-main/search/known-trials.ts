import { ownValue } from '../contract/named-values.ts'
import { remembered } from '../contract/remembered.ts'
import type { Assignment, TrialSnapshot, Report } from '../contract/trial.ts'
import type { SamplerContext, SamplerDefinition } from './samplers/sampler.ts'
import { assignActive, contains } from './space/conditions.ts'
import type { SearchSpace } from './space/search-space.ts'
import { fromUnit, valueIndex } from './space/unit-cube.ts'

type KnownTrialsContext = Pick<SamplerContext, 'space'>

/**
 * The trials as those see them who learn from them. A trial that a person took out of the search appears as
 * cancelled: it keeps its number and teaches nothing. So does, for samplers, one that lies outside the space since
 * its ranges were changed; it then stands at some point of the space, or, where every point is listed once and
 * a cancelled one counts as visited, not at all. Every trial keeps its object from call to call, which caches rely on.
 */
export class KnownTrials {
  readonly #space: SearchSpace
  readonly #listed: boolean
  readonly #outside = new WeakMap<TrialSnapshot, boolean>()
  readonly #hidden = new WeakMap<TrialSnapshot, TrialSnapshot>()
  /** The list of the last call and whether each of its trials is hidden: nearly all are the same in the next. */
  readonly #seen: TrialSnapshot[] = []
  readonly #flags: boolean[] = []
  #hiddenCount = 0

  constructor({ space }: KnownTrialsContext, { proposals }: Pick<SamplerDefinition, 'proposals'>) {
    this.#space = space
    this.#listed = proposals === 'listed'
  }

  forSampler(trials: readonly TrialSnapshot[]): readonly TrialSnapshot[] {
    this.#follow(trials)
    if (this.#hiddenCount === 0) return trials
    return trials.flatMap((trial, index) => {
      if (this.#flags[index] === false) return [trial]
      return this.#listed && this.#isOutside(trial) ? [] : [this.#withoutResult(trial)]
    })
  }

  forPruner(trials: readonly TrialSnapshot[]): readonly TrialSnapshot[] {
    if (!trials.some(({ excluded }) => excluded === true)) return trials
    return trials.map(trial => (trial.excluded === true ? this.#withoutResult(trial) : trial))
  }

  #follow(trials: readonly TrialSnapshot[]): void {
    const seen = this.#seen
    const flags = this.#flags
    while (seen.length > trials.length) {
      seen.pop()
      if (flags.pop() === true) this.#hiddenCount--
    }
    for (let index = 0; index < trials.length; index++) {
      const trial = trials[index] as TrialSnapshot
      if (seen[index] === trial) continue
      if (flags[index] === true) this.#hiddenCount--
      seen[index] = trial
      flags[index] = trial.excluded === true || this.#isOutside(trial)
      if (flags[index]) this.#hiddenCount++
    }
  }

  #isOutside(trial: TrialSnapshot): boolean {
    return remembered(this.#outside, trial, () => !contains(this.#space, trial.parameters))
  }

  #withoutResult(trial: TrialSnapshot): TrialSnapshot {
    const { number, parameters } = trial
    return remembered(this.#hidden, trial, () => ({
      ...{ number, state: 'cancelled', values: [], reports: [] },
      parameters: this.#isOutside(trial) ? somePoint(this.#space, parameters) : parameters,
    }))
  }
}

/** A point of the space that keeps what the space allows; the middle of the range for the rest. */
function somePoint(space: SearchSpace, given: Assignment): Assignment {
  return assignActive(space, parameter => {
    const value = ownValue(given, parameter.name)
    return value !== undefined && valueIndex(parameter, value) >= 0
      ? value
      : fromUnit(parameter, 0.5)
  })
}

/**
 * A trial's further metrics with the values of one more step, as the part of a snapshot that changes; null if there
 * are no such values.
 */
export function withFurther(
  before: TrialSnapshot['further'],
  step: number,
  values: Readonly<Record<string, number>>,
): Pick<TrialSnapshot, 'further'> | null {
  const names = Object.keys(values)
  if (names.length === 0) return null
  const further: Record<string, readonly Report[]> = { ...before }
  for (const name of names) {
    further[name] = [...(further[name] ?? []), { step, value: values[name] as number }]
  }
  return { further }
}
