import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  {},
  { options: { repeats: true, restarts: 'bipop', population: 5 } },
  { options: { start: 'random', restarts: 'none', sigma: 0.3, warmStart: 10 } },
]
