import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { intervalMessage } from '../../core/study/difference-interval.ts'
import { bestTrial } from '../../core/trial/ranking.ts'
import { differenceInterval } from '../comparison/difference-interval.ts'
import { counts, goalValue, type GoalOf, type OutlineTrial } from '../history/progress.ts'
import type { Insight } from './insight.ts'
import { MIN_VALUES, nearReach } from './result-insights.ts'

/** Why a usual configuration was proposed. */
export const usualProposal = 'proposal.start'

/** A trial of which is known why it was proposed. */
export type ProposedTrial = OutlineTrial & { readonly proposal: MessageDescriptor }

/** What has to be known of trials beside their values; of a large study nobody wants to read it for every one. */
export interface UsualLookup<Trial> {
  readonly isUsual: (trial: Trial) => boolean
  readonly trainingsOf: (trial: Trial) => OutlineTrial['trainings']
}

/** Trials that say all of it themselves. */
export const proposedTrials: UsualLookup<ProposedTrial> = {
  isUsual: ({ proposal }) => proposal.code === usualProposal,
  trainingsOf: ({ trainings }) => trainings,
}

/**
 * That a usual configuration, one of those that are tried before any search, is the best, or as good as the best as far as anybody can
 * tell: the search has gained nothing then. Null where it is clearly behind, where none was tried, and while values are few.
 */
export function usualInsight<Trial extends OutlineTrial>(
  trials: readonly Trial[],
  goal: GoalOf,
  { isUsual, trainingsOf }: UsualLookup<Trial>,
): Insight | null {
  const withValue = trials.filter(trial => counts(trial, goal))
  const [best, usual] = [bestTrial(withValue, goal), bestTrial(withValue.filter(isUsual), goal)]
  if (withValue.length < MIN_VALUES || best === null || usual === null) return null
  const searched = withValue.filter(trial => !isUsual(trial)).length
  if (isUsual(best)) {
    return searched === 0
      ? null
      : { message: msg('insight.usualBest', { best: best.number, searched }), doubt: null }
  }
  const numbers = { usual: usual.number, best: best.number }
  const interval = differenceInterval(trainingsOf(usual), trainingsOf(best), goal.index)
  if (interval !== null) {
    if (interval.low > 0 || interval.high < 0) return null
    const values = { ...numbers, interval: intervalMessage(goal.metric, interval) }
    return { message: msg('insight.usualByChance', values), doubt: null }
  }
  const values = withValue.map(trial => goalValue(trial, goal))
  const distance = Math.abs(goalValue(usual, goal) - goalValue(best, goal))
  if (distance > nearReach(values, goal)) return null
  const equal = distance === 0 ? 'yes' : 'no'
  return { message: msg('insight.usualNear', { ...numbers, equal }), doubt: null }
}
