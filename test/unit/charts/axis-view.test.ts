import { describe, expect, it } from 'vitest'
import { isWithin, panAxis, zoomAxis } from '../../../src-main/charts/axis-view.ts'

const full = { low: 0, high: 100 }

describe('the part of an axis that is shown', () => {
  it('comes closer around a place that stays where it is, and goes back to all of it', () => {
    expect(zoomAxis(full, { at: 0.25, factor: 0.5, full, log: false })).toEqual({
      low: 12.5,
      high: 62.5,
    })
    expect(
      zoomAxis({ low: 12.5, high: 62.5 }, { at: 0.25, factor: 2, full, log: false }),
    ).toBeNull()
  })

  it('never shows what is not there', () => {
    expect(zoomAxis({ low: 0, high: 10 }, { at: 1, factor: 4, full, log: false })).toEqual({
      low: 0,
      high: 40,
    })
    expect(panAxis({ low: 50, high: 100 }, { by: 0.5, full, log: false })).toEqual({
      low: 50,
      high: 100,
    })
    expect(panAxis({ low: 50, high: 100 }, { by: -0.5, full, log: false })).toEqual({
      low: 25,
      high: 75,
    })
  })

  it('counts in orders on a logarithmic axis', () => {
    const orders = { low: 1e-4, high: 1 }
    const half = zoomAxis(orders, { at: 0, factor: 0.5, full: orders, log: true })
    expect(half?.low).toBeCloseTo(1e-4, 10)
    expect(half?.high).toBeCloseTo(1e-2, 10)
    const moved = panAxis({ low: 1e-4, high: 1e-2 }, { by: 0.5, full: orders, log: true })
    expect(moved.low).toBeCloseTo(1e-3, 10)
    expect(moved.high).toBeCloseTo(0.1, 10)
  })

  it('has a closest look', () => {
    let visible = full
    for (let turn = 0; turn < 60; turn++)
      visible = zoomAxis(visible, { at: 0.5, factor: 0.5, full, log: false }) ?? full
    expect(visible.high - visible.low).toBeCloseTo(0.01, 8)
  })
})

describe('a loop', () => {
  const loop = [
    [0, 0],
    [10, 0],
    [10, 10],
    [5, 2],
    [0, 10],
  ] as const

  it('holds what lies inside, also where it bends inwards', () => {
    expect(isWithin(2, 2, loop)).toBe(true)
    expect(isWithin(5, 6, loop)).toBe(false)
    expect(isWithin(12, 2, loop)).toBe(false)
  })
})
