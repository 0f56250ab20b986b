import { isComparable, signOf } from '../../contract/ranking.ts'
import { type ChartTexts, fillIn } from '../../contract/i18n/chart-texts.ts'
import type { Goal } from '../../contract/study-specification.ts'
import type { ChartTrial } from './chart-model.ts'

/** One goal of a study, as charts of single values look at it. */
export interface GoalOf extends Goal {
  /** Its position among the goals. */
  readonly index: number
}

export function goalValue({ values }: Pick<ChartTrial, 'values'>, { index }: GoalOf): number {
  return values[index] ?? Number.NaN
}

/** It may be the best, and can be drawn. */
export function counts(trial: ChartTrial, goal: GoalOf): boolean {
  return isComparable(trial, goal.index) && Number.isFinite(goalValue(trial, goal))
}

/** 0 for the worst value, 1 for the best; equal values share the mean place. */
export function shadesOf(trials: readonly ChartTrial[], goal: GoalOf): ReadonlyMap<number, number> {
  const sign = -signOf(goal.direction)
  const ranked = trials
    .map(trial => ({ number: trial.number, score: sign * goalValue(trial, goal) }))
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => a.score - b.score)
  const shades = new Map<number, number>()
  for (let from = 0; from < ranked.length;) {
    let to = from
    while (ranked[to + 1]?.score === ranked[from]?.score) to++
    const shade = ranked.length === 1 ? 1 : (from + to) / 2 / (ranked.length - 1)
    for (; from <= to; from++) shades.set((ranked[from] as { number: number }).number, shade)
  }
  return shades
}

/** Why no trial of these can be drawn. @param all how many there are without the filter */
export function nothingToShow(
  trials: readonly ChartTrial[],
  texts: ChartTexts,
  all = trials.length,
): string {
  if (all === 0) return texts.noTrials
  if (trials.length === 0) return texts.noneMatch
  if (trials.every(({ state }) => state === 'failed')) return texts.allFailed
  const states = new Map<string, number>()
  for (const { state } of trials) states.set(state, (states.get(state) ?? 0) + 1)
  const counted = Array.from(states, ([state, count]) => {
    const known = state === 'complete' || state === 'pruned' || state === 'failed'
    return `${count} ${known ? texts[state] : state}`
  })
  return fillIn(texts.noValues, { counts: counted.join(', ') })
}

/** A logarithmic axis only where every value allows it. */
export function scaleFor(
  values: readonly number[],
  log: boolean,
  texts: ChartTexts,
): { readonly scale: 'linear' | 'log'; readonly notes: readonly string[] } {
  if (!log) return { scale: 'linear', notes: [] }
  return values.every(value => value > 0)
    ? { scale: 'log', notes: [] }
    : { scale: 'linear', notes: [texts.logImpossible] }
}
