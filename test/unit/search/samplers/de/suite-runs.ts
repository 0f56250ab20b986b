import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { replacedAmong: 700 },
  { options: { population: 8, smallestPopulation: 4, start: 'random' } },
  { options: { strategy: 'rand1', adaptation: 'jde', population: 6, bounds: 'reflect' } },
]
