import { describe, expect, it } from 'vitest'
import { dots, emptyChart } from '../../../../src-main/charts/chart-model.ts'
import { Pace, sizeOf } from '../../../../src-renderer/charts/pace.ts'

function chartOf(count: number) {
  const points = Array.from({ length: count }, (_, x) => ({ x, y: x }))
  return { ...emptyChart(''), marks: [dots('', 'accent', points)] }
}

describe('the pace of a chart', () => {
  it('does not wait because setting it up was slow', () => {
    const pace = new Pace(0.02)
    expect(pace.waitMs(chartOf(10))).toBe(0)
    pace.took(900)
    expect(pace.waitMs(chartOf(10))).toBe(0)
  })

  it('takes its share of the time, as the fastest of the last three repeats cost', () => {
    const pace = new Pace(0.1)
    for (const costMs of [500, 10, 400, 12]) pace.took(costMs)
    expect(pace.waitMs(chartOf(10))).toBeCloseTo(90)
    pace.took(20)
    pace.took(20)
    expect(pace.waitMs(chartOf(10))).toBeCloseTo(108)
  })

  it('never lets a reader wait for a small chart, and for a large one two seconds', () => {
    const pace = new Pace(0.02)
    for (const costMs of [100, 100]) pace.took(costMs)
    expect(pace.waitMs(chartOf(2_000))).toBe(200)
    expect(pace.waitMs(chartOf(2_001))).toBe(2_000)
    expect(sizeOf(chartOf(7))).toBe(7)
  })
})
