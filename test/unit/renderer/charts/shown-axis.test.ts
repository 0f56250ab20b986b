import { describe, expect, it } from 'vitest'
import {
  axisPosition,
  type NumericAxis,
  valueAtPosition,
} from '../../../../src-main/analysis/parallel/parameter-axis.ts'
import {
  searchedRange,
  shownRange,
  withOtherScale,
} from '../../../../src-renderer/charts/shown-axis.ts'

const rate: NumericAxis = {
  kind: 'numeric',
  name: 'rate',
  low: 0.001,
  high: 1,
  log: true,
  whole: false,
}

describe('an axis that a person arranged', () => {
  it('keeps a range where its values are, on either scale and either way round', () => {
    // 0.01 … 0.1 is the second third of the logarithmic axis.
    const part = [1 / 3, 2 / 3] as const
    const linear = withOtherScale(rate)
    const [low, high] = shownRange(rate, linear, part)
    expect(low).toBeCloseTo((0.01 - 0.001) / 0.999, 12)
    expect(high).toBeCloseTo((0.1 - 0.001) / 0.999, 12)
    const turned = shownRange(rate, { ...linear, inverted: true }, part)
    expect(turned[0]).toBeCloseTo(1 - high, 12)
    expect(turned[1]).toBeCloseTo(1 - low, 12)
  })

  it.each([
    { ...rate, inverted: false },
    { ...rate, inverted: true },
    { ...withOtherScale(rate), inverted: false },
    { ...withOtherScale(rate), inverted: true },
  ])('gives back what was brushed: log $log, inverted $inverted', shownAxis => {
    const brushed = [0.2, 0.7] as const
    const back = shownRange(rate, shownAxis, searchedRange(rate, shownAxis, brushed))
    expect(back[0]).toBeCloseTo(0.2, 12)
    expect(back[1]).toBeCloseTo(0.7, 12)
  })

  it('turns choices round too', () => {
    const kind = { kind: 'categorical', name: 'kind', values: ['a', 'b', 'c'] } as const
    expect(shownRange(kind, { ...kind, inverted: true }, [0, 0.25])).toEqual([0.75, 1])
  })

  it('has the value of a position back at that position', () => {
    for (const axis of [rate, withOtherScale(rate)]) {
      for (const position of [0, 0.25, 1]) {
        const value = valueAtPosition(axis, position)
        expect(axisPosition(axis, { rate: value })).toBeCloseTo(position, 12)
      }
    }
  })
})
