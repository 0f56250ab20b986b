import { msg } from '../../../core/errors/message.ts'
import { bestTrial, isBetter, signOf } from '../../../core/trial/ranking.ts'
import { z } from 'zod'
import type { Report } from '../../../core/trial/trial.ts'
import { signedRankAbove } from '../../../math/statistics/signed-rank.ts'
import { definePruner, continueTrial, prune, type PrunerContext } from '../pruner.ts'

/**
 * Ends a trial that is probably worse than the best complete one, judged by pairs of values at the same
 * step: for objectives that are means over instances, folds or seeds, one of which is a step. Not for
 * epochs: their values depend on each other and the test does not hold.
 *
 * One-sided signed-rank test on the differences at common steps. A trial lives while its mean over its
 * own steps is at least as good as the best trial's mean over all of its steps, whatever the test says;
 * and nothing is judged where one of the two has reported NaN or an infinity. The rule and the defaults
 * are those of Optuna's WilcoxonPruner; the test is exact in more cases (see `signedRankAbove`).
 *
 * Limits: with k pairs the smallest probability is 2^−k, so pThreshold 0.1 needs at least four.
 */
export const wilcoxonPruner = definePruner({
  name: 'wilcoxon',
  citation:
    'F. Wilcoxon: Individual comparisons by ranking methods. Biometrics Bulletin 1(6), 80–83, 1945.',
  optionsSchema: z.strictObject({
    pThreshold: z.number().min(0).max(1).default(0.1).describe('option.wilcoxon.pThreshold'),
    startupSteps: z.int().min(0).default(2).describe('option.wilcoxon.startupSteps'),
  }),

  create: ({ pThreshold, startupSteps }, { direction }) => ({
    judge({ trial, others }) {
      const { reports } = trial
      if (reports.length < Math.max(2, startupSteps) || !allFinite(reports)) return continueTrial
      const best = bestTrial(others, { direction })
      if (best === null || best.reports.length === 0 || !allFinite(best.reports))
        return continueTrial
      const losses = lossesAtCommonSteps(reports, best.reports, direction)
      if (losses.length < Math.max(2, startupSteps)) return continueTrial
      const mean = meanOf(reports)
      const bestMean = meanOf(best.reports)
      if (!isBetter(bestMean, mean, direction)) return continueTrial
      const probability = signedRankAbove(losses)
      if (probability >= pThreshold) return continueTrial
      const { number } = best
      const pairs = losses.length
      const reason = msg('pruning.worseThanBest', {
        trial: number,
        steps: pairs,
        probability,
        limit: pThreshold,
      })
      const step = reports.at(-1)?.step ?? null
      return prune(reason, { step, best: number, pairs, probability, mean, bestMean })
    },
  }),
})

function allFinite(reports: readonly Report[]): boolean {
  return reports.every(({ value }) => Number.isFinite(value))
}

/** How much worse the first is at each step that both have; both by rising step. */
function lossesAtCommonSteps(
  trialReports: readonly Report[],
  other: readonly Report[],
  direction: PrunerContext['direction'],
): number[] {
  const sign = signOf(direction)
  const losses: number[] = []
  let index = 0
  for (const { step, value } of trialReports) {
    while (index < other.length && (other[index] as Report).step < step) index++
    const pair = other[index]
    if (pair?.step === step) losses.push(sign * (value - pair.value))
  }
  return losses
}

function meanOf(reports: readonly Report[]): number {
  return reports.reduce((sum, { value }) => sum + value, 0) / reports.length
}
