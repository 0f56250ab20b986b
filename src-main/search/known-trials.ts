import { defined } from '../core/values/json.ts'
import { ownValue } from '../core/values/named-values.ts'
import { getOrInsertComputed } from '../core/values/get-or-insert-computed.ts'
import type { Assignment, TrialSnapshot, Report } from '../core/trial/trial.ts'
import type { SamplerContext, SamplerDefinition } from './samplers/sampler.ts'
import { assignActive, contains } from './space/conditions.ts'
import type { SearchSpace } from './space/search-space.ts'
import { fromUnit, valueIndex } from './space/unit-cube.ts'

/** How a sampler sees a trial; what is not plain is hidden. */
type Sight = 'plain' | 'excluded' | 'outside'

type KnownTrialsContext = Pick<SamplerContext, 'space'>

/**
 * The trials as those see them who learn from them. A trial that a person took out of the search appears as
 * canceled: it keeps its number, and what it goes on from, which is not gone on from twice; it teaches nothing. So does, for samplers, one that lies outside the space since
 * its ranges were changed; it then stands at some point of the space, or, where every point is listed once and
 * a canceled one counts as visited, not at all. Every trial keeps its object from call to call, which caches rely on.
 * Whoever changes the list says where.
 */
export class KnownTrials {
  readonly #space: SearchSpace
  readonly #listed: boolean
  readonly #hidden = new WeakMap<TrialSnapshot, TrialSnapshot>()
  /** Of each trial of the last call whether it is hidden: nearly all are the same in the next. */
  readonly #sights: Sight[] = []
  #hiddenCount = 0
  /** From this place on trials may have changed since the last call. */
  #changedFrom = 0

  constructor({ space }: KnownTrialsContext, { proposals }: Pick<SamplerDefinition, 'proposals'>) {
    this.#space = space
    this.#listed = proposals === 'listed'
  }

  /** The trial at this index of the list is another object now, or those after it have moved. */
  changed(index: number): void {
    this.#changedFrom = Math.min(this.#changedFrom, index)
  }

  forSampler(trials: readonly TrialSnapshot[]): readonly TrialSnapshot[] {
    this.#follow(trials)
    if (this.#hiddenCount === 0) return trials
    return trials.flatMap((trial, index) => {
      const sight = this.#sights[index]
      if (sight === 'plain') return [trial]
      return this.#listed && sight === 'outside' ? [] : [this.#withoutResult(trial)]
    })
  }

  forPruner(trials: readonly TrialSnapshot[]): readonly TrialSnapshot[] {
    if (!trials.some(({ excluded }) => excluded === true)) return trials
    return trials.map(trial => (trial.excluded === true ? this.#withoutResult(trial) : trial))
  }

  #follow(trials: readonly TrialSnapshot[]): void {
    const sights = this.#sights
    for (const sight of sights.splice(this.#changedFrom)) if (sight !== 'plain') this.#hiddenCount--
    for (const trial of trials.slice(sights.length)) {
      const sight = this.#sightOf(trial)
      sights.push(sight)
      if (sight !== 'plain') this.#hiddenCount++
    }
    this.#changedFrom = sights.length
  }

  #sightOf({ parameters, excluded }: TrialSnapshot): Sight {
    if (!contains(this.#space, parameters)) return 'outside'
    return excluded === true ? 'excluded' : 'plain'
  }

  #withoutResult(trial: TrialSnapshot): TrialSnapshot {
    const { number, parameters, origin, excluded } = trial
    return getOrInsertComputed(this.#hidden, trial, () => ({
      number,
      state: 'canceled',
      values: [],
      reports: [],
      ...defined({ origin, excluded }),
      parameters: contains(this.#space, parameters)
        ? parameters
        : somePoint(this.#space, parameters),
    }))
  }
}

/** A point of the space that keeps what the space allows; the middle of the range for the rest. */
function somePoint(space: SearchSpace, assignment: Assignment): Assignment {
  return assignActive(space, parameter => {
    const value = ownValue(assignment, parameter.name)
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
    further[name] = [
      ...(ownValue(further, name) ?? []),
      { step, value: ownValue(values, name) as number },
    ]
  }
  return { further }
}
