import { leafOf } from '../../math/forest/regression-tree.ts'
import { sum } from '../../math/numbers.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { meanAndDeviation } from '../statistics/mean-and-deviation.ts'
import type { ImportanceOutcome, ParameterImportance } from './importance-outcome.ts'
import { type ImportanceQuestion, readObservations } from './observations.ts'
import {
  FITTING_SHARE,
  fitStudyForest,
  type StudyForest,
  type StudyForestOptions,
  type StudyTree,
} from './study-forest.ts'

/**
 * Mean decrease of impurity: the share of the variance among the trials that splits on a parameter take
 * away; 1 in total. Cheap, but counts what was fitted, noise included, and weighs regions by how many trials
 * they have. Breiman, Friedman, Olshen, Stone: Classification and regression trees. 1984, section 5.3.4.
 */
export function meanDecreaseImpurity(
  question: ImportanceQuestion,
  options: StudyForestOptions = {},
): ImportanceOutcome<readonly ParameterImportance[]> {
  return overTrees(question, options, impurityShares)
}

/**
 * Permutation importance: by how much the error on trials that a tree has not seen rises when a parameter's
 * values are shuffled among them, as a share of the losses' variance. 0: useless for prediction; may be
 * negative by chance, above 1 where shuffling is worse than not knowing.
 * L. Breiman: Random forests. Machine Learning 45, 2001, 5–32, doi:10.1023/A:1010933404324 (section 10).
 */
export function permutationImportance(
  question: ImportanceQuestion,
  options: StudyForestOptions = {},
): ImportanceOutcome<readonly ParameterImportance[]> {
  const random = createRandomStream({
    seed: options.seed ?? 0,
    number: 0,
    purpose: 'permutation importance',
  })
  return overTrees(question, options, (tree, { losses }) => errorRises(tree, losses, random))
}

/** @param measure one number per feature; null where a tree tells nothing */
function overTrees(
  question: ImportanceQuestion,
  options: StudyForestOptions,
  measure: (tree: StudyTree, forest: StudyForest) => readonly number[] | null,
): ImportanceOutcome<readonly ParameterImportance[]> {
  const observations = readObservations(question)
  if (!observations.ok) return observations
  const forest = (options.forestOf ?? fitStudyForest)(observations, options)
  const measured = forest.trees
    .map((tree, index) => {
      options.onProgress?.(FITTING_SHARE + ((1 - FITTING_SHARE) * index) / forest.trees.length)
      return measure(tree, forest)
    })
    .filter(numbers => numbers !== null)
  if (measured.length === 0) return { ok: false, reason: 'noVariation' }
  const parameters = forest.features.map(({ name, activeTrials }, index) => ({
    name,
    activeTrials,
    ...meanAndDeviation(measured.map(numbers => numbers[index] as number)),
  }))
  return {
    ok: true,
    trials: forest.losses.length,
    result: parameters.sort((a, b) => b.mean - a.mean),
  }
}

function impurityShares({ tree, table }: StudyTree): number[] | null {
  const decreases = new Float64Array(table.features.length)
  const impurity = (node: number): number =>
    (tree.weight[node] as number) * (tree.variance[node] as number)
  for (let node = 0; node < tree.nodeCount; node++) {
    const feature = tree.feature[node] as number
    if (feature < 0) continue
    decreases[feature] =
      (decreases[feature] as number) +
      impurity(node) -
      impurity(node + 1) -
      impurity(tree.right[node] as number)
  }
  const total = sum(decreases)
  return total > 0 ? Array.from(decreases, decrease => decrease / total) : null
}

function errorRises(
  { tree, table, drawn }: StudyTree,
  losses: Float64Array,
  random: RandomStream,
): number[] | null {
  const unseen: number[] = []
  drawn.forEach((count, row) => {
    if (count === 0) unseen.push(row)
  })
  if (unseen.length < 2) return null
  const { mean } = meanAndDeviation([...losses])
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length
  const points = unseen.map(row => table.columns.map(column => column[row] as number))
  const error = (): number =>
    points.reduce((sum, point, at) => {
      const predicted = tree.mean[leafOf(tree, point)] as number
      return sum + (predicted - (losses[unseen[at] as number] as number)) ** 2
    }, 0) / points.length
  const before = error()
  return table.columns.map((_, feature) => {
    const originalValues = points.map(point => point[feature] as number)
    random.shuffled(originalValues).forEach((value, at) => {
      ;(points[at] as number[])[feature] = value
    })
    const after = error()
    originalValues.forEach((value, at) => {
      ;(points[at] as number[])[feature] = value
    })
    return (after - before) / variance
  })
}
