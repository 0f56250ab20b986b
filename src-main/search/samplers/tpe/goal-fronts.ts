import type { Goal } from '../../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { DominanceLayers } from '../../../math/pareto/dominance-layers.ts'
import { hypervolumeContributions } from '../../../math/pareto/hypervolume.ts'
import { createGreedySelection } from '../../../math/pareto/hypervolume-subset.ts'
import { nonDominatedRanks } from '../../../math/pareto/non-dominated-sort.ts'
import type { Point } from '../../../math/pareto/point.ts'
import { referenceBehind } from '../../../math/pareto/reference-point.ts'
import { scaleToRange } from '../../../math/pareto/survival.ts'
import { goalLosses, constraintViolation } from '../../ranking.ts'

/**
 * Which complete, feasible trials are good with several goals: by non-dominated rank; of the first front
 * that is not good as a whole those that together dominate most. Follows the list of trials from request
 * to request; the answer depends on the list alone.
 *
 * Y. Ozaki, Y. Tanigaki, S. Watanabe, M. Onishi: Multiobjective tree-structured Parzen estimator for
 * computationally expensive optimization problems. GECCO 2020, 533–541, doi:10.1145/3377930.3389817.
 */
export class GoalFronts {
  readonly #goals: readonly Goal[]
  #layers = new DominanceLayers()
  /** The trials of the request before; those that are no information yet may still change. */
  #trials: (TrialSnapshot | undefined)[] = []
  #cut: { front: readonly number[]; select: (count: number) => number[] } | null = null

  constructor(goals: readonly Goal[]) {
    this.#goals = goals
  }

  follow(trials: readonly TrialSnapshot[]): void {
    const hasLost = this.#trials.some(
      (trial, index) => trial !== undefined && counts(trial) && trials[index] !== trial,
    )
    if (hasLost) {
      this.#layers = new DominanceLayers()
      this.#trials = []
    }
    trials.forEach((trial, index) => {
      if (this.#trials[index] === trial) return
      if (counts(trial)) this.#layers.add(index, goalLosses(trial, this.#goals))
      this.#trials[index] = trial
    })
    this.#trials.length = trials.length
  }

  /** Places of the best `count` trials in the list, front by front; fewer if there are no more. */
  best(count: number): number[] {
    const chosen: number[] = []
    for (let rank = 0; rank < this.#layers.frontCount && chosen.length < count; rank++) {
      const front = this.#layers.front(rank)
      const free = count - chosen.length
      chosen.push(...(front.length <= free ? front : this.#cutFront(front, free)))
    }
    return chosen
  }

  /**
   * Weights of good trials by what they add to their hypervolume, the largest 1; dominated ones weigh next to
   * nothing, and so do trials that are not complete and feasible (Optuna up to 4).
   * @param best as given by `best`
   * @param count of trials in the list
   * @returns one weight per trial of the list
   */
  contributions(best: readonly number[], count: number): Float64Array {
    const weights = new Float64Array(count).fill(NO_CONTRIBUTION)
    const points = finite(best.map(index => this.#layers.pointOf(index)))
    if (best.length === 1) weights[best[0] as number] = 1
    if (best.length <= 1) return weights
    const ranks = nonDominatedRanks(points)
    const front = [...best.keys()].filter(index => ranks[index] === 0)
    const contributions = hypervolumeContributions(
      front.map(index => points[index] as Point),
      referenceBehind(points),
    )
    const largest = Math.max(...contributions, NO_CONTRIBUTION)
    front.forEach((index, position) => {
      const share = (contributions[position] as number) / largest
      weights[best[index] as number] = Math.max(share, NO_CONTRIBUTION)
    })
    return weights
  }

  #cutFront(front: readonly number[], count: number): number[] {
    if (this.#cut === null || !areEqual(this.#cut.front, front)) {
      const points = finite(front.map(index => this.#layers.pointOf(index)))
      this.#cut = { front, select: createGreedySelection(points, referenceBehind(points)) }
    }
    return this.#cut.select(count).map(index => front[index] as number)
  }
}

/** Not 0, so that the trial's kernel stays. */
const NO_CONTRIBUTION = 1e-12

function counts(trial: TrialSnapshot): boolean {
  return trial.state === 'complete' && constraintViolation(trial) === 0
}

function areEqual(first: readonly number[], second: readonly number[]): boolean {
  return (
    first.length === second.length &&
    first.every((trialIndex, index) => trialIndex === second[index])
  )
}

/** As they are, unless a value is infinite. */
function finite(points: readonly Point[]): readonly Point[] {
  const isFinite = points.every(point => Array.prototype.every.call(point, Number.isFinite))
  return isFinite ? points : scaleToRange(points)
}
