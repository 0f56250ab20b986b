import type { ChoiceDifference } from '../../core/questions/analysis.ts'
import { normalQuantile } from '../../math/distributions/normal.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { signOf } from '../../core/trial/ranking.ts'
import { type ImportanceQuestion, readObservations } from './observations.ts'

/** Two groups of fewer trials differ by chance. */
const MIN_TRIALS_PER_VALUE = 2
/** Of all parameters together, each judged at its share of it (Bonferroni). */
const ERROR_RATE = 0.05

/**
 * The parameters with choices that others are conditional on, such as a model family, between whose values the trials differ by more than chance (5 % for
 * all of them together), with the best trial of each value. Ranks are compared, so that a few terrible trials, which decide a variance, hide nothing. What nothing
 * depends on is compared by the importance of its own: its best values would say mostly how often each was tried.
 *
 * W. H. Kruskal, W. A. Wallis: Use of ranks in one-criterion variance analysis. JASA 47, 1952; quantiles of χ² after
 * E. B. Wilson, M. M. Hilferty: The distribution of chi-square. PNAS 17, 1931.
 * @returns from the largest share of the ranks' variance to the smallest; empty with too few trials
 */
export function choiceDifferences(question: ImportanceQuestion): readonly ChoiceDifference[] {
  const observations = readObservations(question)
  if (!observations.ok) return []
  const { searched, assignments, losses } = observations
  const sign = signOf(question.direction)
  const parents = new Set(
    Object.values(question.space).flatMap(({ when = {} }) => Object.keys(when)),
  )
  const judged = searched.filter(([name, parameter]) => 'choice' in parameter && parents.has(name))
  const quantile = -normalQuantile(ERROR_RATE / judged.length)
  const differences: ChoiceDifference[] = []
  for (const [name, parameter] of judged) {
    if (!('choice' in parameter)) continue
    const groups = parameter.choice
      .map(value => ({
        value,
        losses: [...losses].filter((_, at) => ownValue(assignments[at] ?? {}, name) === value),
      }))
      .filter(group => group.losses.length > 0)
    const large = groups.filter(group => group.losses.length >= MIN_TRIALS_PER_VALUE)
    const share = rankShare(
      large.map(group => group.losses),
      quantile,
    )
    if (share === null) continue
    const values = groups
      .map(group => ({
        value: group.value,
        trials: group.losses.length,
        best: sign * Math.min(...group.losses),
      }))
      .sort((a, b) => sign * (a.best - b.best))
    differences.push({ name, share, values })
  }
  return differences.sort((a, b) => b.share - a.share)
}

/** The share of the variance of ranks that lies between the groups, 0…1; null where it may be chance. @param normal quantile of the standard normal distribution */
function rankShare(groups: readonly (readonly number[])[], normal: number): number | null {
  const sorted = groups.flat().sort((a, b) => a - b)
  const count = sorted.length
  const freedom = groups.length - 1
  if (freedom < 1 || sorted[0] === sorted.at(-1)) return null
  const middle = (count + 1) / 2
  // Equal values share the mean of their ranks.
  const rankOf = (value: number): number =>
    (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1
  const total = sorted.reduce((sum, value) => sum + (rankOf(value) - middle) ** 2, 0)
  const between = groups.reduce((sum, group) => {
    const mean = group.reduce((rankSum, value) => rankSum + rankOf(value), 0) / group.length
    return sum + group.length * (mean - middle) ** 2
  }, 0)
  const share = between / total
  const scale = 2 / (9 * freedom)
  const critical = freedom * (1 - scale + normal * Math.sqrt(scale)) ** 3
  return (count - 1) * share > critical ? share : null
}
