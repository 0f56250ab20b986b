import type { Insight } from '../../../analysis/insights/insight.ts'
import { usualProposal } from '../../../analysis/insights/usual-insight.ts'
import { winnerInsights } from '../../../analysis/insights/winner-insights.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

/**
 * What speaks against the best trial of a stored study; nothing while it runs, when the search has yet to find something
 * better. Beside the history, which is there, only the numbers of usual configurations and two trials are read: there may be
 * 100,000.
 */
export function winnerInsightsOf(
  reader: Pick<StudyReader, 'trialsProposedFor' | 'trial'>,
  {
    id,
    state,
    specification,
    dataset,
  }: Pick<StudySummary, 'id' | 'state' | 'specification' | 'dataset'>,
  trials: readonly TrialSnapshot[],
): Insight[] {
  if (state === 'running') return []
  const usual = new Set(reader.trialsProposedFor(id, usualProposal))
  const lookup = {
    isUsual: ({ number }: TrialSnapshot) => usual.has(number),
    trainingsOf: ({ number }: TrialSnapshot) => reader.trial(id, number).trainings,
  }
  const included = trials.filter(({ excluded }) => excluded !== true)
  return winnerInsights(included, lookup, specification, dataset)
}
