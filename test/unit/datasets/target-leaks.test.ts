import { describe, expect, it } from 'vitest'
import { parseTime } from '../../../src-main/datasets/written-time.ts'
import { findTargetLeaks } from '../../../src-main/datasets/target-leaks.ts'

const rows = 60
const column = (of: (row: number) => number) => Float64Array.from({ length: rows }, (_, r) => of(r))
/** Something between −1 and 1 that follows no order. */
const noise = (row: number) => Math.sin(row * row * 12.9898)

function countLeaks(target: Float64Array, classes: number | null, of: (row: number) => number) {
  const values = column(of)
  const table = { rows, target, classes }
  return {
    numeric: findTargetLeaks({ ...table, categorical: [], numeric: [{ name: 'x', values }] })
      .length,
    categorical: findTargetLeaks({ ...table, numeric: [], categorical: [{ name: 'x', values }] })
      .length,
  }
}

describe('findTargetLeaks', () => {
  const classes = column(row => row % 3)
  const quantity = column(row => 10 + 3 * noise(row))

  it('finds a copy of the classes, also with other numbers', () => {
    expect(countLeaks(classes, 3, row => [7, 1, 4][row % 3] as number)).toEqual({
      numeric: 1,
      categorical: 1,
    })
  })

  it('finds a quantity of which an interval is a class', () => {
    expect(countLeaks(classes, 3, row => (row % 3) * 10 + noise(row))).toMatchObject({ numeric: 1 })
  })

  it('finds another unit of the target, and its logarithm', () => {
    const at = (row: number) => quantity[row] as number
    expect(countLeaks(quantity, null, row => 32 + 1.8 * at(row)).numeric).toBe(1)
    expect(countLeaks(quantity, null, row => -Math.log(at(row))).numeric).toBe(1)
    expect(countLeaks(quantity, null, row => Math.exp(at(row) / 3)).numeric).toBe(1)
  })

  it('leaves alone what is only related', () => {
    expect(countLeaks(classes, 3, row => (row % 3) + 2 * noise(row + 7)).numeric).toBe(0)
    expect(
      countLeaks(quantity, null, row => (quantity[row] as number) + noise(row + 7)).numeric,
    ).toBe(0)
    // One row is otherwise.
    expect(countLeaks(classes, 3, row => (row === 0 ? 1 : row % 3)).categorical).toBe(0)
  })

  it('leaves alone categories that name rows, and few rows', () => {
    expect(countLeaks(classes, 3, row => row).categorical).toBe(0)
    const values = Float64Array.of(0, 1, 0, 1)
    const few = { rows: 4, target: values, classes: 2, categorical: [{ name: 'x', values }] }
    expect(findTargetLeaks({ ...few, numeric: [] })).toEqual([])
  })
})

describe('parseTime', () => {
  it.each([
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2024/2/9', Date.UTC(2024, 1, 9)],
    ['2024-02', Date.UTC(2024, 1, 1)],
    ['2024-02-29 12:30', Date.UTC(2024, 1, 29, 12, 30)],
    ['2024-02-29T12:30:15.25Z', Date.UTC(2024, 1, 29, 12, 30, 15, 250)],
    ['2024-02-29T12:30:00+01:30', Date.UTC(2024, 1, 29, 11, 0)],
    ['2023-02-29', null],
    ['2024-13-01', null],
    ['29.02.2024', null],
    ['tomorrow', null],
  ])('%s', (text, expected) => {
    expect(parseTime(text)).toBe(expected)
  })
})
