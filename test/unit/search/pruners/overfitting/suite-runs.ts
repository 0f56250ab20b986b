import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  { mirroredOptions: { trainingDirection: 'maximize' } },
  {
    options: { patience: 2, maxGap: 0.5 },
    mirroredOptions: { patience: 2, maxGap: 0.5, trainingDirection: 'maximize' },
    // A validation value that is infinitely far behind.
    endsFirst: [Infinity],
  },
]
