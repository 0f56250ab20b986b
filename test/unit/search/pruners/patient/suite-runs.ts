import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  {},
  { options: { patience: 2, minDelta: 0.01, wrapped: { name: 'median', startupTrials: 2 } } },
  { options: { patience: 0, wrapped: { name: 'asha', minResource: 2 } } },
]
