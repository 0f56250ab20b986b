import type { TrialSnapshot } from '../../../contract/trial.ts'
import { compareRanks, type Rank, rankOf } from '../../ranking.ts'
import type { Handover } from './plan.ts'

/**
 * The trial from which the second sampler proposes: the first one, not before `earliest`, that comes more than `patience` trials
 * after the last improvement of the best; `latest` at the latest. A function of the complete trials before it, so it is
 * found again when a study goes on. (With several slots a late result can still move it.)
 * @param trials by rising number
 */
export function handoverTrial(
  trials: readonly TrialSnapshot[],
  { earliest, patience, latest }: Handover,
  minimize: boolean,
): number {
  let handover = Math.max(earliest, patience)
  let best: Rank | null = null
  for (const trial of trials) {
    if (trial.number >= Math.min(handover, latest)) break
    if (trial.state !== 'complete') continue
    const rank = rankOf(trial, minimize)
    // The number breaks ties only: an equal trial is no improvement.
    if (best !== null && compareRanks({ ...rank, number: best.number }, best) >= 0) continue
    best = rank
    handover = Math.max(earliest, trial.number + patience + 1)
  }
  return Math.min(handover, latest)
}
