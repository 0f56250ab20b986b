import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  // About 19 ms on a machine of its own; on one whose caches are shared, twice as much beside the unit's.
  { proposalCostLimit: 2_000_000 },
  { options: { costs: 'raw', randomEvery: 0, trees: 10 }, proposalCostLimit: 2_000_000 },
]
