import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  { options: { minResource: 50, maxResource: 99 } },
  { options: { minResource: 7, maxResource: 99, reductionFactor: 2, brackets: 3 } },
]
