import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  { endsFirst: [Number.NaN] },
  { options: { minResource: 2, maxResource: 8, reductionFactor: 2 } },
]
