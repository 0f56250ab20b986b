import { expect, it } from 'vitest'
import { msg, named } from '../../../../src-main/core/errors/message.ts'
import {
  goalLabel,
  inMetricWords,
  labeledGoal,
  metricLabel,
} from '../../../../src-main/core/i18n/metric-label.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { costMetrics } from '../../../../src-main/core/trial/cost-metrics.ts'

const [t, zh] = [createTranslate('en'), createTranslate('zh-CN')]
const table = { task: 'tabular' }

it.each([
  ['validationRmse', 'validation RMSE', '验证均方根误差'],
  ['testBalancedAccuracy', 'test balanced accuracy', '测试平衡准确率'],
  ['trainLoss', 'training loss', '训练损失'],
  ['modelBytes', 'model size', '模型大小'],
])('%s of a training task has a name in words', (metric, label, chinese) => {
  expect(metricLabel(metric, table, t)).toBe(label)
  expect(metricLabel(metric, table, zh)).toBe(chinese)
})

it('every cost has one', () => {
  for (const cost of costMetrics) expect(metricLabel(cost, table, t)).not.toBe(cost)
})

it('the metrics of a person stay as they are', () => {
  const program = { command: ['python3', 'train.py'] }
  expect(metricLabel('validationRmse', program, t)).toBe('validationRmse')
  expect(metricLabel('validationRmse', null, t)).toBe('validationRmse')
  expect(metricLabel('validationScore', table, t)).toBe('validationScore')
  const goal = { metric: 'validationRmse', direction: 'minimize' } as const
  expect(goalLabel(goal)).toBe('validationRmse')
  expect(goalLabel(labeledGoal(goal, table, t))).toBe('validation RMSE')
})

it('texts about a study call metrics so, inside of stored reasons too', () => {
  const diverged = msg('error.training.nonFinite', {
    metric: 'validationLoss',
    value: 'NaN',
    step: 3,
  })
  expect(inMetricWords(t, table).format(diverged)).toContain('validation loss is NaN')
  const ruled = named(
    'validationRmse',
    msg('pruning.metricValue', { metric: 'trainLoss', value: 1 }),
  )
  expect(inMetricWords(t, table).format(ruled)).toBe('validation RMSE: training loss 1')
  const metrics = ['validationLoss', 'testLoss']
  expect(inMetricWords(t, table)('newStudy.triedUnread', { metrics, time: '1 s' })).toContain(
    'validation loss, test loss',
  )
  const program = { command: ['python3', 'train.py'] }
  expect(inMetricWords(t, program).format(diverged)).toContain('validationLoss is NaN')
})
