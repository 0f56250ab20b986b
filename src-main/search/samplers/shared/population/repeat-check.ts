import type { Assignment, TrialSnapshot } from '../../../../core/trial/trial.ts'
import type { SearchSpace } from '../../../space/search-space.ts'
import { valueCount } from '../../../space/unit-cube.ts'
import { TriedPoints } from '../tried-points.ts'

/**
 * Finds points that need not be tried again: those of a branch of the space with finitely many points that a
 * trial with a smaller number has or will have a value for.
 */
export class RepeatCheck {
  /** Names of the parameters with values without number. */
  readonly #continuous: ReadonlySet<string>
  /** Whether any branch has finitely many points. */
  readonly #applies: boolean
  readonly #tried = new TriedPoints()

  constructor({ parameters }: SearchSpace) {
    const continuous = parameters.filter(
      parameter => valueCount(parameter) === Number.POSITIVE_INFINITY,
    )
    this.#continuous = new Set(continuous.map(({ name }) => name))
    this.#applies = continuous.every(({ when }) => when.length > 0)
  }

  /** To be called with every list of trials before questions about it. */
  follow(trials: readonly TrialSnapshot[]): void {
    if (this.#applies) this.#tried.follow(trials)
  }

  isRepeat(assignment: Assignment, number: number): boolean {
    if (!this.#applies) return false
    const isFinite = Object.keys(assignment).every(name => !this.#continuous.has(name))
    return isFinite && this.#tried.has(assignment, number)
  }
}
