import { signedRankAbove } from '../../src-main/math/statistics/signed-rank.ts'
import type { Run } from './measure.ts'

/** Two methods on the same seeds; a lower loss is better. */
export interface Against {
  readonly better: number
  readonly worse: number
  /** Mean difference of the losses; below 0 is better. */
  readonly mean: number
  /** One-sided: how often as much or more would be gained by chance (Wilcoxon's signed-rank test). */
  readonly probability: number
}

/** Seeds that both have run; equal losses (the same training, bit for bit) are neither better nor worse. */
export function compareRuns(
  runs: readonly Run[],
  others: readonly Run[],
  loss: (run: Run) => number,
): Against {
  const gains = runs.flatMap(run => {
    const other = others.find(({ seed }) => seed === run.seed)
    return other === undefined ? [] : [loss(other) - loss(run)]
  })
  const count = (sign: number) => gains.filter(gain => Math.sign(gain) === sign).length
  return {
    better: count(1),
    worse: count(-1),
    mean: -gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
    probability: signedRankAbove(gains),
  }
}
