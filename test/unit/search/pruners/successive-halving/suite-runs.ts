import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  {},
  { options: { minResource: 2, reductionFactor: 2, bootstrapCount: 1 } },
  { options: { minResource: 1, earlyStoppingRate: 1 } },
  // The judgment whose cost is measured crosses a rung.
  { options: { minResource: 50 } },
]
