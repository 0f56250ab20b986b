import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  { endsFirst: [Number.NaN] },
  {
    options: { lower: 0.1, upper: 1.5, warmupSteps: 1 },
    mirroredOptions: { lower: -1.5, upper: -0.1, warmupSteps: 1 },
    endsFirst: [Number.NaN, Infinity, -Infinity],
  },
]
