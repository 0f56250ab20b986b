import { describe, expect, it } from 'vitest'
import { columnOf, metricColumnsFault, metricRow } from '../../../src-main/contract/metric-value.ts'
import type { MetricColumns } from '../../../src-main/contract/trainer-protocol.ts'

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
    ['no names', { names: [] }],
    ['doubled names', { names: ['loss', 'loss'] }],
    ['empty name', { names: ['', 'accuracy'] }],
    ['too few values', { values: Float64Array.of(1, 2, 3) }],
    ['plain array', { values: [1, 2, 3, 4] as unknown as Float64Array }],
    ['falling steps', { steps: Int32Array.of(2, 1) }],
    ['repeated steps', { steps: Int32Array.of(1, 1) }],
    ['negative step', { steps: Int32Array.of(-1, 1) }],
  ])('refuses %s', (_name, change) => {
    expect(metricColumnsFault({ ...good, ...change })).toMatch(/must/)
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
