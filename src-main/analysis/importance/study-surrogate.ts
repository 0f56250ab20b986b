import { signOf } from '../../core/trial/ranking.ts'
import { ownValue } from '../../core/values/named-values.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { leafOf } from '../../math/forest/regression-tree.ts'
import type { ImportanceRefusal } from './importance-outcome.ts'
import { type ImportanceQuestion, readObservations } from './observations.ts'
import { fitStudyForest, type StudyForestOptions } from './study-forest.ts'

/** A stand-in for the objective of a study. */
export interface StudySurrogate {
  readonly ok: true
  /** Complete trials that it was fitted to. */
  readonly trials: number
  /** Its value for a point, in the unit of the goal. */
  readonly predict: (assignment: Assignment) => number
  /**
   * Share of the variance between trials that it explains for trials that its trees have not seen; ≤ 1, at or below 0 where it knows nothing.
   * NaN where every trial was seen by every tree.
   */
  readonly explained: number
}

/**
 * A random forest over the complete trials of a study (L. Breiman: Random forests. Machine Learning 45, 5–32, 2001; surrogate benchmarks of this kind:
 * K. Eggensperger et al., AAAI 2015). It interpolates: it is never better than the best trial by much, and flat where no trial was.
 */
export function fitStudySurrogate(
  question: ImportanceQuestion,
  options: StudyForestOptions = {},
): StudySurrogate | ImportanceRefusal {
  const observations = readObservations(question)
  if (!observations.ok) return observations
  const { losses } = observations
  const { features, trees } = fitStudyForest(observations, options)
  const sign = signOf(question.direction)
  return {
    ok: true,
    trials: losses.length,
    explained: explainedOutOfBag(trees, losses),
    predict: assignment => {
      const point = features.map(feature => {
        const { name, domain } = feature
        const value = ownValue(assignment, name)
        if (value !== undefined) return feature.encode(value)
        // Trees were shown any value where a parameter is not active, so that it does not matter which.
        return domain.kind === 'categorical' ? 0 : (domain.low + domain.high) / 2
      })
      const sum = trees.reduce(
        (total, { tree }) => total + (tree.mean[leafOf(tree, point)] ?? 0),
        0,
      )
      return (sign * sum) / trees.length
    },
  }
}

function explainedOutOfBag(
  trees: ReturnType<typeof fitStudyForest>['trees'],
  losses: Float64Array,
): number {
  let error = 0
  let seen = 0
  let sum = 0
  let squares = 0
  losses.forEach((loss, row) => {
    let total = 0
    let count = 0
    for (const { tree, table, drawn } of trees) {
      if (drawn[row] !== 0) continue
      const point = table.columns.map(column => column[row] ?? Number.NaN)
      total += tree.mean[leafOf(tree, point)] ?? 0
      count++
    }
    if (count === 0) return
    error += (total / count - loss) ** 2
    sum += loss
    squares += loss * loss
    seen++
  })
  const variance = squares - (sum * sum) / seen
  return seen === 0 || variance <= 0 ? Number.NaN : 1 - error / variance
}
