import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { replacedAmong: 700 },
  { options: { topology: 'ring', inertia: 'falling', walls: 'periodic' } },
  { options: { swarms: 2, particles: 4, changeBeyond: 0 } },
]
