import { describe, expect, it } from 'vitest'
import {
  applyTablePreprocessing,
  fitTablePreprocessing,
  mostCategories,
  type StoredTable,
} from '../../../../src-main/training/data/table-preprocessing.ts'
import { fitTargetScaling } from '../../../../src-main/training/data/target-scaling.ts'

interface Columns {
  readonly numeric?: Readonly<Record<string, readonly number[]>>
  readonly categorical?: Readonly<Record<string, readonly (string | null)[]>>
}

function tableOf({ numeric = {}, categorical = {} }: Columns): StoredTable {
  const rows = [...Object.values(numeric), ...Object.values(categorical)][0]?.length ?? 0
  const categories = Object.values(categorical).map(values =>
    [...new Set(values.filter(value => value !== null))].sort(),
  )
  return {
    schema: {
      problem: 'regression',
      target: 'y',
      classNames: null,
      classCounts: null,
      rows,
      numeric: Object.keys(numeric).map(name => ({ name, missing: 0 })),
      categorical: Object.keys(categorical).map((name, index) => ({
        name,
        missing: 0,
        categories: categories[index] ?? [],
      })),
      ignored: [],
      groupCount: null,
      time: null,
    },
    numeric: Float64Array.from(Object.values(numeric).flat()),
    categorical: Int32Array.from(
      Object.values(categorical).flatMap((values, index) =>
        values.map(value => (value === null ? -1 : (categories[index] ?? []).indexOf(value))),
      ),
    ),
  }
}

/** Features of all rows, fitted on the first `training` rows. */
function featuresOf(table: StoredTable, training: number) {
  const fit = fitTablePreprocessing(
    table,
    Int32Array.from({ length: training }, (_, i) => i),
  )
  const rows = Int32Array.from({ length: table.schema.rows }, (_, i) => i)
  const flat = [...applyTablePreprocessing(table, fit, rows)]
  return {
    names: fit.featureNames,
    rows: Array.from(rows, row => flat.slice(row * fit.width, (row + 1) * fit.width)),
  }
}

const gap = Number.NaN

describe('numeric columns', () => {
  it('are standardised with mean and deviation of the training rows', () => {
    // Mean 5, population deviation √5 of 2, 4, 6, 8.
    const { rows } = featuresOf(tableOf({ numeric: { x: [2, 4, 6, 8, 10] } }), 4)
    const expected = [-3, -1, 1, 3, 5].map(value => Math.fround(value / Math.sqrt(5)))
    expect(rows.flat()).toEqual(expected)
  })

  it('do not notice what stands in other splits', () => {
    const one = featuresOf(tableOf({ numeric: { x: [2, 4, 6, 8, 10] } }), 4)
    const other = featuresOf(tableOf({ numeric: { x: [2, 4, 6, 8, -1e9] } }), 4)
    expect(other.rows.slice(0, 4)).toEqual(one.rows.slice(0, 4))
  })

  it('get the training median and an indicator for missing values', () => {
    // Training: 1, 3, 8, missing → median 3; with it mean 3.75, deviation of 1, 3, 8, 3.
    const deviation = Math.sqrt((2.75 ** 2 + 0.75 ** 2 + 4.25 ** 2 + 0.75 ** 2) / 4)
    const { names, rows } = featuresOf(tableOf({ numeric: { x: [1, 3, 8, gap, gap, 99] } }), 4)
    expect(names).toEqual(['x', 'x (missing)'])
    expect(rows[3]).toEqual([Math.fround(-0.75 / deviation), 1])
    expect(rows[4]).toEqual(rows[3])
    expect(rows[0]).toEqual([Math.fround(-2.75 / deviation), 0])
  })

  it('without a gap in training take the median silently, as the network knows no indicator', () => {
    const { names, rows } = featuresOf(tableOf({ numeric: { x: [1, 3, gap] } }), 2)
    expect(names).toEqual(['x'])
    expect(rows[2]).toEqual([0])
  })

  it('that are constant or absent in training stay finite', () => {
    const constant = 0.1 + 0.2
    const table = tableOf({
      numeric: { same: [constant, constant, constant, 7], none: [gap, gap, gap, 5] },
    })
    const { rows } = featuresOf(table, 3)
    expect(rows).toEqual([
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 0],
    ])
  })
})

describe('categorical columns', () => {
  it('become one feature per training category; unknown and missing are zeros', () => {
    const table = tableOf({ categorical: { c: ['b', 'a', 'b', 'z', null] } })
    const { names, rows } = featuresOf(table, 3)
    expect(names).toEqual(['c = a', 'c = b'])
    expect(rows).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
      [0, 0],
      [0, 0],
    ])
  })

  it('share a feature beyond the limit, rarest first', () => {
    const many = Array.from(
      { length: mostCategories + 5 },
      (_, i) => `k${String(i).padStart(2, '0')}`,
    )
    // All occur once; the last two sorted names occur twice and keep their own feature.
    const values = [...many, 'k35', 'k36']
    const { names, rows } = featuresOf(tableOf({ categorical: { c: values } }), values.length)
    expect(names).toHaveLength(mostCategories)
    expect(names.slice(-3)).toEqual(['c = k35', 'c = k36', 'c = (other)'])
    expect(rows[0]?.indexOf(1)).toBe(0)
    expect(rows[36]?.indexOf(1)).toBe(mostCategories - 2)
    expect(rows[30]?.indexOf(1)).toBe(mostCategories - 1)
    expect(rows.every(row => row.filter(value => value === 1).length === 1)).toBe(true)
  })
})

describe('fitTargetScaling', () => {
  it('looks at the training rows alone', () => {
    const target = Float64Array.of(2, 4, 6, 8, 1e6)
    const { mean, deviation } = fitTargetScaling(target, Int32Array.of(0, 1, 2, 3))
    expect(mean).toBeCloseTo(5, 14)
    expect(deviation).toBeCloseTo(Math.sqrt(5), 14)
  })

  it('does not divide by zero', () => {
    expect(fitTargetScaling(Float64Array.of(3, 3), Int32Array.of(0, 1)).deviation).toBe(1)
  })
})
