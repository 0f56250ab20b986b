import { msg } from '../../core/errors/message.ts'
import { judgingRows } from '../../core/data/data-rows.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { bestTrial } from '../../core/trial/ranking.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { counts, type GoalOf, type OutlineTrial } from '../history/progress.ts'
import type { Insight } from './insight.ts'
import { MIN_VALUES } from './result-insights.ts'
import { usualInsight, type UsualLookup } from './usual-insight.ts'

/**
 * From here on luck shows. In deviations of the score of a single row: the mean over n rows deviates by 1 / √n, and of k such means
 * that differ by chance alone the largest lies about √(2 ln k) of that above their middle.
 */
const MAX_LUCK = 0.1

/**
 * What speaks against the best trial, said beside it wherever it is the result: on the page, in reports, on a terminal and to assistants.
 * None of several goals, of which no trial alone is the best.
 * @param trials without those that a person took out of the search
 * @param dataset the properties of its data
 */
export function winnerInsights<Trial extends OutlineTrial>(
  trials: readonly Trial[],
  lookup: UsualLookup<Trial>,
  { goals, folds }: Pick<StudySpecification, 'goals' | 'folds'>,
  dataset: JsonObject | null,
): Insight[] {
  const [first] = goals
  if (first === undefined || goals.length > 1) return []
  const goal = { ...first, index: 0 }
  return [
    fewRowsInsight(trials, goal, judgingRows(dataset, folds)),
    usualInsight(trials, goal, lookup),
  ].filter(insight => insight !== null)
}

/**
 * That the best of many trials, on few rows, looks better than it is.
 * @param rows by which each trial was judged; null: nobody knows
 */
function fewRowsInsight(
  trials: readonly OutlineTrial[],
  goal: GoalOf,
  rows: number | null,
): Insight | null {
  const best = bestTrial(trials, goal)
  const chosen = trials.filter(trial => counts(trial, goal)).length
  if (best === null || rows === null || rows === 0 || chosen < MIN_VALUES) return null
  if (Math.sqrt((2 * Math.log(chosen)) / rows) <= MAX_LUCK) return null
  return {
    message: msg('insight.fewRows', { best: best.number, trials: chosen, rows }),
    doubt: msg('insight.fewRowsDoubt'),
  }
}
