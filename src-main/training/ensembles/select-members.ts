import { ownValue } from '../../core/values/named-values.ts'
import { isBetter } from '../../core/trial/ranking.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { measureOf } from '../../core/study/test-metric.ts'
import { lossOfPredictions, measurePredictions, type PredictedRows } from './measure-predictions.ts'

/** Members of the longest ensemble, each counted as often as it was taken. */
const MAX_ROUNDS = 40

/**
 * Shares of models in an ensemble by greedy selection with replacement. Caruana, Niculescu-Mizil, Crew, Ksikes: Ensemble
 * selection from libraries of models. ICML 2004, doi:10.1145/1015330.1015432. With predictions p of candidate i and the mean P of k − 1
 * members so far, each round adds the candidate
 *
 *   i(k) = arg best of s(((k − 1) P + p(i)) / k)                                                        (1)
 *
 * where s is the measure of the goal and, of equals, the loss. The rounds up to the best one, the first of equals, are the ensemble, and
 *
 *   share(i) = times that i was added in the first k rounds / k                                         (2)
 *
 * The first round takes the best single model, so that the ensemble is never worse on these rows.
 * @param candidates predictions for the same rows, best first
 * @param goal its measure may have any split before its name; one that is no measure of predictions counts as the loss
 * @returns one share for each candidate, that sum to 1
 */
export function selectMembers(
  rows: PredictedRows,
  candidates: readonly Float64Array[],
  goal: Goal,
): number[] {
  const score = scorer(rows, goal)
  const sums = new Float64Array(candidates[0]?.length ?? 0)
  const mixed = new Float64Array(sums.length)
  const selected: number[] = []
  let best: Score | null = null
  let bestRounds = 0
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    let next: { readonly index: number; readonly score: Score } | null = null
    for (const [index, candidate] of candidates.entries()) {
      for (let at = 0; at < sums.length; at++) {
        mixed[at] = ((sums[at] as number) + (candidate[at] as number)) / round
      }
      const mixedScore = score(mixed)
      if (next === null || isBetterScore(mixedScore, next.score, goal))
        next = { index, score: mixedScore }
    }
    if (next === null) break
    const added = candidates[next.index] as Float64Array
    for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) + (added[at] as number)
    selected.push(next.index)
    if (best === null || isBetterScore(next.score, best, goal)) {
      best = next.score
      bestRounds = round
    }
  }
  const members = selected.slice(0, bestRounds)
  return candidates.map(
    (_, index) => members.filter(member => member === index).length / Math.max(1, members.length),
  )
}

interface Score {
  readonly value: number
  readonly loss: number
}

function isBetterScore(candidate: Score, other: Score, { direction }: Goal): boolean {
  if (candidate.value === other.value) return candidate.loss < other.loss
  return isBetter(candidate.value, other.value, direction)
}

function scorer(rows: PredictedRows, { metric }: Goal): (predictions: Float64Array) => Score {
  const measure = measureOf(metric)
  return predictions => {
    const loss = lossOfPredictions(rows, predictions)
    if (measure === 'Loss') return { value: loss, loss }
    const value = ownValue(measurePredictions(rows, predictions), measure)
    return { value: value ?? loss, loss }
  }
}
