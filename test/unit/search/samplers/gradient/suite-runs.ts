import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  {},
  { options: { optimizer: 'gradientDescent', bounds: 'logit', start: 'random' } },
  { options: { estimator: 'spsa', optimizer: 'momentum', draws: 2, outer: { name: 'tpe' } } },
  { options: { estimator: 'central', optimizer: 'rmsprop' } },
]
