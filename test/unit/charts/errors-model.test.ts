import { expect, it } from 'vitest'
import { residualModel, slicesModel } from '../../../src-main/charts/errors-model.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')

/** A slice whose interval reaches as far below its error as the number says. */
const slice = (name: string, error: number, below: number) => ({
  name: { kind: 'category' as const, name },
  rows: 10,
  error,
  interval: [error - below, error + below] as const,
  isWorse: false,
})

function modelOf(slices: readonly ReturnType<typeof slice>[]) {
  const columns = [{ column: 'city', derived: false, slices }]
  return slicesModel({ slices: columns, slicedColumns: 1, classes: null }, t)
}

it('slices stand in the order of the bars that are drawn, in the chart and in its table', () => {
  const model = modelOf([slice('a', 5, 1), slice('b', 9, 8), slice('c', 7, 4), slice('d', 6, 1)])
  const errors = model.marks
    .flatMap(mark => (mark.kind === 'bars' ? mark.bars : []))
    .toSorted((first, other) => first.row - other.row)
    .map(({ value }) => value)
  expect(errors).toEqual([9, 7, 6, 5])
  expect(model.table.rows.map(([, , error]) => error)).toEqual([9, 7, 6, 5])
})

it('the chart leaves out those whose interval lies lowest, as a slice of few rows may do', () => {
  const sure = Array.from({ length: 20 }, (_, index) =>
    slice(`sure ${index}`, 2 + index / 100, 0.1),
  )
  const model = modelOf([slice('rare', 3, 2.9), ...sure])
  expect(model.y.rows).toHaveLength(20)
  expect(model.y.rows?.some(name => name.includes('rare'))).toBe(false)
  expect(model.table.rows[0]?.[0]).toContain('rare')
})

it('a dot of the residuals says what its row was and what was predicted', () => {
  const values = {
    points: [{ row: 163, prediction: 12.5, error: 2.5 }],
    quantiles: [],
    target: 'price',
  }
  const [, dots] = residualModel(values as never, t).marks
  const [point] = dots?.kind === 'points' ? dots.points : []
  expect(point?.text).toBe('Predicted 12.5, actual value 10, error 2.5')
})

it('ends of a range of years have no separator', () => {
  const years = { ...slice('', 1, 0.5), name: { kind: 'range' as const, low: 1950, high: 1978 } }
  const model = slicesModel(
    {
      slices: [{ column: 'built', derived: false, slices: [years] }],
      slicedColumns: 1,
      classes: null,
    },
    t,
  )
  expect(model.y.rows?.[0]).toContain('1950 – 1978')
})
