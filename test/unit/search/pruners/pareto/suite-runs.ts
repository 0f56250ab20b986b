import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  {},
  { options: { percentile: 20, startupTrials: 2, intervalSteps: 2 } },
  {
    options: {
      metrics: [
        { metric: 'value', direction: 'minimize' },
        { metric: 'trainLoss', direction: 'minimize' },
      ],
    },
    mirroredOptions: {
      metrics: [
        { metric: 'value', direction: 'maximize' },
        { metric: 'trainLoss', direction: 'maximize' },
      ],
    },
  },
]
