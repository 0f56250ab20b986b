import { expect, it } from 'vitest'
import { pruners } from '../../../../src-main/search/pruners/registry.ts'
import { type PrunerSuiteOptions, prunerSuite } from '../../../suites/pruner-suite.ts'

/** Every pruner of the registry, each with the options that are worth a run of their own. */
const runs: Readonly<Record<string, readonly PrunerSuiteOptions[]>> = {
  none: [{}],
  median: [{}, { options: { startupTrials: 0, warmupSteps: 2, intervalSteps: 3, minTrials: 2 } }],
  percentile: [{}, { options: { percentile: 80, startupTrials: 1, intervalSteps: 2 } }],
  threshold: [
    { endsFirst: [Number.NaN] },
    {
      options: { lower: 0.1, upper: 1.5, warmupSteps: 1 },
      mirroredOptions: { lower: -1.5, upper: -0.1, warmupSteps: 1 },
      endsFirst: [Number.NaN, Infinity, -Infinity],
    },
  ],
  wilcoxon: [{}, { options: { pThreshold: 0.4, startupSteps: 4 } }],
  successiveHalving: [
    {},
    { options: { minResource: 2, reductionFactor: 2, bootstrapCount: 1 } },
    { options: { minResource: 1, earlyStoppingRate: 1 } },
    // The judgment whose cost is measured crosses a rung.
    { options: { minResource: 50 } },
  ],
  asha: [
    { endsFirst: [Number.NaN] },
    { options: { minResource: 2, maxResource: 8, reductionFactor: 2 } },
  ],
  hyperband: [
    {},
    { options: { minResource: 2, maxResource: 12, bootstrapCount: 1 } },
    { options: { minResource: 50, maxResource: 99 } },
    { options: { compat: 'optuna', minResource: 50, maxResource: 99 } },
  ],
  pareto: [
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
  ],
  overfitting: [
    { mirroredOptions: { trainingDirection: 'maximize' } },
    {
      options: { patience: 2, maxGap: 0.5 },
      mirroredOptions: { patience: 2, maxGap: 0.5, trainingDirection: 'maximize' },
      // A validation value that is infinitely far behind.
      endsFirst: [Infinity],
    },
  ],
  rules: [
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
  ],
  promotion: [
    { options: { minResource: 50, maxResource: 99 } },
    { options: { minResource: 7, maxResource: 99, reductionFactor: 2, brackets: 3 } },
  ],
  patient: [
    {},
    { options: { patience: 2, minDelta: 0.01, wrapped: { name: 'median', startupTrials: 2 } } },
    { options: { patience: 0, wrapped: { name: 'asha', minResource: 2 } } },
  ],
}

it('runs over every pruner', () => {
  expect(Object.keys(runs).sort()).toEqual(Object.keys(pruners).sort())
})

for (const definition of Object.values(pruners)) {
  for (const options of runs[definition.name] ?? []) prunerSuite(definition, options)
}
