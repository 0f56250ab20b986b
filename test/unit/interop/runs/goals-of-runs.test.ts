import { expect, it } from 'vitest'
import { goalOfRuns, metricsOfRuns } from '../../../../src-main/interop/runs/goals-of-runs.ts'
import type { PastRun } from '../../../../src-main/interop/runs/past-run.ts'

const withMetrics = (...names: readonly string[]): PastRun => ({
  name: 'a',
  program: 'CSV',
  group: null,
  settings: {},
  metrics: Object.fromEntries(names.map(name => [name, { steps: [1], values: [1] }])),
  state: null,
  startedAtMs: null,
  finishedAtMs: null,
})

it.each([
  [['train_loss', 'val_loss', 'lr'], 'val_loss', 'minimize'],
  [['loss', 'accuracy', 'val_loss', 'val_accuracy'], 'val_accuracy', 'maximize'],
  [['train/box_loss', 'val/box_loss', 'metrics/mAP50-95(B)'], 'metrics/mAP50-95(B)', 'maximize'],
  [
    ['losses/value_loss', 'charts/episodic_return', 'charts/SPS'],
    'charts/episodic_return',
    'maximize',
  ],
  [['loss', 'eval_loss', 'learning_rate'], 'eval_loss', 'minimize'],
])('of %j the goal is %s', (names, metric, direction) => {
  expect(goalOfRuns(metricsOfRuns([withMetrics(...names)]))).toEqual({ metric, direction })
})

it('is a metric that most runs have', () => {
  const runs = [withMetrics('loss', 'val_loss'), withMetrics('loss'), withMetrics('loss')]
  expect(metricsOfRuns(runs)).toEqual([
    { name: 'loss', runs: 3, direction: 'minimize' },
    { name: 'val_loss', runs: 1, direction: 'minimize' },
  ])
})

it('is none where no name says what is wanted', () => {
  expect(goalOfRuns(metricsOfRuns([withMetrics('lr', 'x')]))).toBeNull()
})
