import { ownValue } from '../../../core/values/named-values.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import {
  type CategoryDistribution,
  updateCategories,
} from '../../../math/cma-es/category-distribution.ts'
import type { CmaConstants } from '../../../math/cma-es/constants.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Encoding } from './encoding.ts'

/**
 * The probability that every discrete parameter keeps to leave its present value: so low that, once all
 * are settled, a point changes none of them with probability 0.73.
 */
export function leavingProbability({ grids, categorical }: Encoding): number {
  const count = categorical.length + grids.filter(grid => grid !== null).length
  return 1 - 0.73 ** (1 / count)
}

/**
 * The probabilities of choices after one generation.
 * @param assignments from the best trial to the worst; an inactive choice says nothing about its values
 */
export function learnCategories(
  encoding: Encoding,
  categories: CategoryDistribution,
  assignments: readonly Assignment[],
  { weights, parentCount }: CmaConstants,
): CategoryDistribution {
  const alpha = leavingProbability(encoding)
  return updateCategories(
    categories,
    assignments.map(assignment =>
      encoding.categorical.map(({ name, values }) =>
        Object.hasOwn(assignment, name) ? values.indexOf(ownValue(assignment, name) as never) : -1,
      ),
    ),
    weights.slice(0, parentCount),
    encoding.categorical.map(({ values }) => alpha / (values.length - 1)),
  )
}

/** Position of a value drawn from one choice's probabilities. */
export function drawCategory(probabilities: readonly number[], random: RandomStream): number {
  let remaining = random.uniform()
  for (const [position, probability] of probabilities.entries()) {
    remaining -= probability
    if (remaining < 0) return position
  }
  return probabilities.length - 1
}
