import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  {},
  { options: { minResource: 2, maxResource: 12, bootstrapCount: 1 } },
  { options: { minResource: 50, maxResource: 99 } },
  { options: { compat: 'optuna', minResource: 50, maxResource: 99 } },
]
