import type { PrunerSuiteOptions } from '../../../../suites/pruner-suite.ts'

/** Options that are worth a run of the shared suite of their own. */
export const suiteRuns: readonly PrunerSuiteOptions[] = [
  { options: { rules: [{ metric: 'value', name: 'median', startupTrials: 2 }] } },
  {
    options: {
      rules: [
        { metric: 'value', name: 'asha', minResource: 2 },
        { metric: 'trainLoss', direction: 'minimize', name: 'percentile' },
        { metric: 'trainLoss', name: 'threshold', lower: 0.02 },
      ],
    },
    mirroredOptions: {
      rules: [
        { metric: 'value', name: 'asha', minResource: 2 },
        { metric: 'trainLoss', direction: 'maximize', name: 'percentile' },
        { metric: 'trainLoss', name: 'threshold', upper: -0.02 },
      ],
    },
  },
  {
    options: {
      ends: 'all',
      rules: [
        { metric: 'value', name: 'median', startupTrials: 2 },
        { metric: 'trainLoss', direction: 'minimize', name: 'median' },
      ],
    },
    mirroredOptions: {
      ends: 'all',
      rules: [
        { metric: 'value', name: 'median', startupTrials: 2 },
        { metric: 'trainLoss', direction: 'maximize', name: 'median' },
      ],
    },
  },
]
