import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { options: { limit: 100 } },
  { options: { limit: 100, deterministic: true } },
]
