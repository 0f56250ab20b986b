import type { SamplerSuiteOptions } from '../../../../suites/sampler-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly SamplerSuiteOptions[] = [
  { options: { samplers: [{ name: 'tpe' }] } },
  { options: { samplers: [{ name: 'tpe', weight: 3 }, { name: 'cmaes' }, { name: 'random' }] } },
]
