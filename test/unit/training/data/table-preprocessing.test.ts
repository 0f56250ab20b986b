import { describe, expect, it } from 'vitest'
import {
  applyTablePreprocessing,
  type CategoryCoding,
  fitTablePreprocessing,
  MAX_CATEGORIES,
  type StoredTable,
} from '../../../../src-main/training/data/table-preprocessing.ts'
import {
  readTablePreprocessing,
  storeTableFit,
  tablePreprocessingSchema,
} from '../../../../src-main/training/data/stored-table-fit.ts'
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
      testRows: 0,
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
function featuresOf(table: StoredTable, training: number, coding?: CategoryCoding) {
  const fit = fitTablePreprocessing(
    table,
    Int32Array.from({ length: training }, (_, i) => i),
    coding,
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
  it('are standardized with mean and deviation of the training rows', () => {
    // Mean 5, population deviation √5 of 2, 4, 6, 8.
    const { rows } = featuresOf(tableOf({ numeric: { x: [2, 4, 6, 8, 10] } }), 4)
    const expected = [-3, -1, 1, 3, 5].map(value => Math.fround(value / Math.sqrt(5)))
    expect(rows.flat()).toEqual(expected)
  })

  it('do not notice what stands in other splits', () => {
    const first = featuresOf(tableOf({ numeric: { x: [2, 4, 6, 8, 10] } }), 4)
    const second = featuresOf(tableOf({ numeric: { x: [2, 4, 6, 8, -1e9] } }), 4)
    expect(second.rows.slice(0, 4)).toEqual(first.rows.slice(0, 4))
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
      { length: MAX_CATEGORIES + 5 },
      (_, i) => `k${String(i).padStart(2, '0')}`,
    )
    // All occur once; the last two sorted names occur twice and keep their own feature.
    const values = [...many, 'k35', 'k36']
    const { names, rows } = featuresOf(tableOf({ categorical: { c: values } }), values.length)
    expect(names).toHaveLength(MAX_CATEGORIES)
    expect(names.slice(-3)).toEqual(['c = k35', 'c = k36', 'c = (other)'])
    expect(rows[0]?.indexOf(1)).toBe(0)
    expect(rows[36]?.indexOf(1)).toBe(MAX_CATEGORIES - 2)
    expect(rows[30]?.indexOf(1)).toBe(MAX_CATEGORIES - 1)
    expect(rows.every(row => row.filter(value => value === 1).length === 1)).toBe(true)
  })
})

describe('categorical columns of an embedding', () => {
  it('become rows of tables behind the numbers; unknown and missing are row 0', () => {
    const table = tableOf({
      numeric: { x: [2, 4, 6, 8, 10, 12] },
      categorical: {
        c: ['b', 'a', 'b', 'b', 'z', null],
        // Not seen in training before the others, so that places are not those of the whole table.
        d: [null, 'q', 'r', 'q', 'a', 'r'],
      },
    })
    const { names, rows } = featuresOf(table, 4, 'embedding')
    expect(names).toEqual(['x', 'c', 'd'])
    expect(rows.map(row => row.slice(1))).toEqual([
      [2, 0],
      [1, 1],
      [2, 2],
      [2, 1],
      [0, 0],
      [0, 2],
    ])
    expect(rows.map(([x]) => x)).toEqual(featuresOf(table, 4).rows.map(([x]) => x))
  })

  it('have a row for each category, however many', () => {
    const values = Array.from({ length: MAX_CATEGORIES + 5 }, (_, i) => `k${i + 100}`)
    const { rows } = featuresOf(tableOf({ categorical: { c: values } }), values.length, 'embedding')
    expect(rows.flat()).toEqual(values.map((_, index) => index + 1))
  })
})

describe('what is kept of a table', () => {
  const table = tableOf({ numeric: { x: [1, gap, 3] }, categorical: { c: ['b', null, 'a'] } })
  const rows = Int32Array.of(0, 1, 2)

  it.each(['oneHot', 'embedding'] as const)('gives the same features again: %s', coding => {
    const fit = fitTablePreprocessing(table, rows, coding)
    const text = JSON.stringify(storeTableFit(table, fit))
    const again = readTablePreprocessing(tablePreprocessingSchema.parse(JSON.parse(text)))
    expect(again).toEqual(fit)
    expect(applyTablePreprocessing(table, again, rows)).toEqual(
      applyTablePreprocessing(table, fit, rows),
    )
  })

  it('is one-hot where it was written before there were embeddings', () => {
    const fit = fitTablePreprocessing(table, rows)
    const { coding: _, ...old } = storeTableFit(table, fit)
    expect(readTablePreprocessing(tablePreprocessingSchema.parse(old))).toEqual(fit)
  })

  it('must have a name for every feature', () => {
    const stored = storeTableFit(table, fitTablePreprocessing(table, rows))
    const changed = tablePreprocessingSchema.safeParse({ ...stored, coding: 'embedding' })
    expect(changed.error?.issues[0]?.path).toEqual(['featureNames'])
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
