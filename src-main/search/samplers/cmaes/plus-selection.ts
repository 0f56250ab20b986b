import { ownValue } from '../../../core/values/named-values.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import {
  type CategoryDistribution,
  categoryDistribution,
} from '../../../math/cma-es/category-distribution.ts'
import type { CmaState } from '../../../math/cma-es/distribution.ts'
import { targetSuccessRate, updateOnePlusLambda } from '../../../math/cma-es/one-plus-lambda.ts'
import { correctMargin } from '../../../math/cma-es/margin.ts'
import { leavingProbability } from './categories.ts'
import type { Encoding } from './encoding.ts'
import { compareRanks, type Rank } from '../../ranking.ts'

/** The best trial of a run, which its children are drawn around. */
export interface Parent {
  readonly rank: Rank
  readonly parameters: Assignment
  /** Where it stands; the mean of the distribution can be moved by the margin. */
  readonly point: Float64Array
  /** Smoothed share of children that are at least as good. */
  readonly successRate: number
}

/** The part of a run that plus selection changes. */
interface PlusRun {
  readonly cma: CmaState | null
  readonly categories: CategoryDistribution
  /** Null before the first trial. */
  readonly parent: Parent | null
}

/**
 * The (1+λ) strategy of `math/cma-es/one-plus-lambda.ts`. Beyond the paper: the first trial of a run is its first
 * parent; choices keep the parent's value but with the probability that the margin leaves them.
 */
export function updatePlus(
  encoding: Encoding,
  margin: boolean,
  populationSize: number,
  state: PlusRun,
  ranked: readonly RankedTrial[],
): PlusRun & { readonly parent: Parent } {
  const [best] = ranked as readonly [RankedTrial, ...RankedTrial[]]
  const { parent, cma } = state
  const isAsGood = ({ rank }: RankedTrial): boolean =>
    parent === null || compareRanks({ ...rank, number: 0 }, { ...parent.rank, number: 0 }) <= 0
  const replaced = isAsGood(best)
  const nextParent =
    parent === null || replaced
      ? { rank: best.rank, parameters: best.parameters, point: best.point }
      : parent
  const categories = replaced
    ? categoryDistribution(aroundParent(encoding, state, best.parameters))
    : state.categories
  const target = targetSuccessRate(populationSize)
  if (cma === null || parent === null) {
    const moved = cma === null ? null : { ...cma, mean: nextParent.point }
    return { cma: moved, categories, parent: { ...nextParent, successRate: target } }
  }
  // Children were drawn from the margin correction; the strategy itself knows nothing of it.
  const plain = { ...cma, mean: parent.point, scale: new Float64Array(cma.mean.length).fill(1) }
  const next = updateOnePlusLambda(
    { cma: plain, successRate: parent.successRate },
    cma,
    best.point,
    ranked.filter(isAsGood).length,
    ranked.length,
  )
  const alpha = 1 / (encoding.numeric.length * Math.max(populationSize, 4))
  return {
    cma: margin ? correctMargin(next.cma, encoding.grids, alpha).state : next.cma,
    categories,
    parent: { ...nextParent, successRate: next.successRate },
  }
}

/** Probabilities of choices: nearly the parent's values; of inactive ones as before. */
function aroundParent(
  encoding: Encoding,
  { categories }: PlusRun,
  parameters: Assignment,
): (readonly number[])[] {
  const alpha = leavingProbability(encoding)
  return encoding.categorical.map(({ name, values }, c) =>
    Object.hasOwn(parameters, name)
      ? values.map(value =>
          value === ownValue(parameters, name) ? 1 - alpha : alpha / (values.length - 1),
        )
      : (categories.probabilities[c] as readonly number[]),
  )
}

/** A trial of a generation. */
export interface RankedTrial {
  readonly parameters: Assignment
  readonly rank: Rank
  /** Its point in the normal distribution; empty if no parameter is numeric. */
  readonly point: Float64Array
}
