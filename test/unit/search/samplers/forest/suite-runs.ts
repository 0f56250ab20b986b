import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  {},
  { options: { costs: 'raw', randomEvery: 0, trees: 10 } },
]
