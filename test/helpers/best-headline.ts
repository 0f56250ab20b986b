import type { BestTrialHeadline } from '../../src-main/analysis/summary/best-trial-headline.ts'

/** The headline of the best trial of a study that minimizes its loss, trained once and not tested. */
export function bestHeadline(
  number: number,
  value: number,
  change: Partial<BestTrialHeadline> = {},
): BestTrialHeadline {
  return {
    number,
    value,
    goals: [{ metric: 'loss', direction: 'minimize', value, test: null }],
    feasible: true,
    trainings: null,
    basis: null,
    testMetrics: null,
    testModel: null,
    testGap: null,
    testLooks: null,
    ...change,
  }
}
