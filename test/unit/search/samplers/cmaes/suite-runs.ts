import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { replacedAmong: 700 },
  { options: { covariance: 'separable', population: 5 } },
  { options: { constants: 'classic', start: 'random', restarts: 'none', margin: false } },
  { options: { selection: 'plus', restarts: 'bipop' } },
  { options: { learningRates: 'adaptive', warmStart: 10 } },
]
