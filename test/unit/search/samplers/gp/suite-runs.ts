import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

const gpLimits = { proposalCostLimit: 4_000_000, goalsCostLimit: 10_000_000 }

/** Options that are worth a run of the shared suite of their own. One goal costs 0.8 million blocks, three goals 2.0 to 2.3 million: each has a model of its own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { options: { limit: 100 }, ...gpLimits },
  { options: { limit: 100, deterministic: true }, ...gpLimits },
]
