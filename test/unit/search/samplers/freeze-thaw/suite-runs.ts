import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

const gpLimits = { proposalCostLimit: 4_000_000, goalsCostLimit: 10_000_000 }

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { options: { steps: 9 }, ...gpLimits },
  { options: { steps: 4, increments: false, startupTrials: 5 }, ...gpLimits },
]
