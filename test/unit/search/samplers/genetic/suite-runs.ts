import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { replacedAmong: 700 },
  { options: { preset: 'deap', population: 10 } },
  {
    options: {
      algorithm: 'muCommaLambda',
      population: 4,
      offspring: 6,
      crossover: 'simulatedBinary',
      islands: 2,
      migrants: 1,
    },
  },
]
