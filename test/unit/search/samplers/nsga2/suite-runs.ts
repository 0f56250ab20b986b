import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  {},
  { options: { preset: 'optuna', population: 6 } },
  { options: { preset: 'deap', population: 6, survival: 'strength' } },
  { options: { crossover: 'unimodalNormal', survival: 'hypervolume' } },
]
