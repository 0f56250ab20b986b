import type { ChoiceDifference } from '../../core/questions/analysis.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { signOf } from '../../core/trial/ranking.ts'
import { type ImportanceQuestion, readObservations } from './observations.ts'

/** Two groups of fewer trials differ by chance. */
const MIN_TRIALS_PER_VALUE = 2
/** Quantile of the standard normal distribution for 5 % beyond. */
const NORMAL_QUANTILE = 1.645

/**
 * The parameters with choices between whose values the trials differ by more than chance (5 %), with the best trial of each value. Ranks are compared,
 * so that a few terrible trials, which decide a variance, hide nothing; a parameter that others are conditional on is judged with all that follows from it.
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
  const differences: ChoiceDifference[] = []
  for (const [name, parameter] of searched) {
    if (!('choice' in parameter)) continue
    const groups = parameter.choice
      .map(value => ({
        value,
        losses: [...losses].filter((_, at) => ownValue(assignments[at] ?? {}, name) === value),
      }))
      .filter(group => group.losses.length > 0)
    const large = groups.filter(group => group.losses.length >= MIN_TRIALS_PER_VALUE)
    const share = rankShare(large.map(group => group.losses))
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

/** The share of the variance of ranks that lies between the groups, 0…1; null where it may be chance. */
function rankShare(groups: readonly (readonly number[])[]): number | null {
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
  const critical = freedom * (1 - scale + NORMAL_QUANTILE * Math.sqrt(scale)) ** 3
  return (count - 1) * share > critical ? share : null
}
