import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  {},
  { options: { startupTrials: 0, warmupSteps: 2, intervalSteps: 3, minTrials: 2 } },
]
