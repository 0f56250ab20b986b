import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { options: { steps: 9 } },
  { options: { steps: 4, increments: false, startupTrials: 5 } },
]
