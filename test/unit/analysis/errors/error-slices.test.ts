import { describe, expect, it } from 'vitest'
import { type RowColumn, sliceErrors } from '../../../../src-main/analysis/errors/error-slices.ts'
import { wilsonInterval } from '../../../../src-main/analysis/statistics/wilson-interval.ts'

const rows = 120
/** Every row of category `b` is wrong, and a tenth of the others. */
const codes = Int32Array.from({ length: rows }, (_, row) => row % 3)
const errors = Float64Array.from(codes, (code, row) => Number(code === 1 || row % 10 === 0))
const named: RowColumn = { name: 'city', kind: 'categorical', codes, names: ['a', 'b', 'c'] }
const even: RowColumn = { name: 'age', kind: 'numeric', values: Float64Array.from(codes.keys()) }

describe('slices of errors', () => {
  it('put the column first whose worst slice lies farthest above all rows, and mark that slice', () => {
    const [first, second] = sliceErrors([even, named], { errors, areShares: true })
    expect([first?.column, second?.column]).toEqual(['city', 'age'])
    expect(first?.slices.filter(({ isWorse }) => isWorse)).toMatchObject([
      { name: { kind: 'category', name: 'b' }, rows: 40, error: 1 },
    ])
    expect(second?.slices.map(slice => slice.rows)).toEqual([30, 30, 30, 30])
    expect(second?.slices[0]?.name).toEqual({ kind: 'range', low: 0, high: 29 })
  })

  it('give missing values a slice, and leave out what is too small', () => {
    const values = Float64Array.from(codes, (_, row) => (row < 10 ? Number.NaN : row < 13 ? 1 : 2))
    const [only] = sliceErrors([{ name: 'x', kind: 'numeric', values }], {
      errors,
      areShares: true,
    })
    expect(only?.slices.map(({ name }) => name)).toEqual([
      { kind: 'range', low: 1, high: 2 },
      { kind: 'missing' },
    ])
  })

  it('have intervals of means that do not change from run to run', () => {
    const sizes = Float64Array.from(codes, (code, row) => code + (row % 7))
    const once = sliceErrors([named], { errors: sizes, areShares: false })
    expect(sliceErrors([named], { errors: sizes, areShares: false })).toEqual(once)
    for (const { interval, error } of once[0]!.slices) {
      expect(interval[0]).toBeLessThan(error)
      expect(interval[1]).toBeGreaterThan(error)
    }
  })
})

describe('the interval of a share', () => {
  // The formula by hand, with z = 1.959963984540054.
  it.each([
    [0, 10, 0, 0.27753279],
    [5, 10, 0.23659309, 0.76340691],
    [81, 263, 0.25528852, 0.36620958],
    [10, 10, 0.72246721, 1],
  ])('is that of Wilson: %s of %s', (hits, count, low, high) => {
    const [from, to] = wilsonInterval(hits, count)
    expect(from).toBeCloseTo(low, 6)
    expect(to).toBeCloseTo(high, 6)
  })
})
