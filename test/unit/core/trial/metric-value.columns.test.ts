import { describe, expect, it } from 'vitest'
import {
  columnOf,
  metricColumnsFault,
  metricRow,
} from '../../../../src-main/core/trial/metric-value.ts'
import type { MetricColumns } from '../../../../src-main/core/processes/trainer-protocol.ts'

const good: MetricColumns = {
  names: ['loss', 'accuracy'],
  steps: Int32Array.of(1, 2),
  values: Float64Array.of(0.5, 0.1, NaN, Infinity),
}

describe('metricColumnsFault', () => {
  it('accepts sound columns, NaN and infinities among them', () => {
    expect(metricColumnsFault(good)).toBeNull()
  })

  it.each([
    ['no names', 'metricNames', { names: [] }],
    ['doubled names', 'metricNamesDiffer', { names: ['loss', 'loss'] }],
    ['empty name', 'metricName', { names: ['', 'accuracy'] }],
    ['too few values', 'metricValues', { values: Float64Array.of(1, 2, 3) }],
    ['plain array', 'metricValues', { values: [1, 2, 3, 4] as unknown as Float64Array }],
    ['falling steps', 'metricStepsRise', { steps: Int32Array.of(2, 1) }],
    ['repeated steps', 'metricStepsRise', { steps: Int32Array.of(1, 1) }],
    ['negative step', 'metricStepsRise', { steps: Int32Array.of(-1, 1) }],
  ] as const)('refuses %s', (_name, rule, change) => {
    expect(metricColumnsFault({ ...good, ...change })).toMatchObject({ code: `rule.${rule}` })
  })
})

it('reads one metric back with its steps', () => {
  expect(columnOf(good, 'accuracy')).toEqual([
    { step: 1, value: 0.1 },
    { step: 2, value: Infinity },
  ])
  expect(columnOf(good, 'other')).toEqual([])
  expect(columnOf(metricRow(4, { loss: 2 }), 'loss')).toEqual([{ step: 4, value: 2 }])
})
