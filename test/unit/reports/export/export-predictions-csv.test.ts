import { expect, it } from 'vitest'
import { exportPredictionsCsv } from '../../../../src-main/reports/export/export-predictions-csv.ts'

const linesOf = (values: readonly number[]): string[] =>
  exportPredictionsCsv(
    null,
    values.map((prediction, row) => ({ name: String(row), prediction, probabilities: null })),
  )
    .trim()
    .split('\r\n')
    .slice(1)
    .map(line => line.split(',')[1] ?? '')

it('writes numbers with six significant digits, and all of the whole ones', () => {
  expect(linesOf([212_420.4375, 1.0921234567e6, 0.123456789, -3.5, 12])).toEqual([
    '212420',
    '1092123',
    '0.123457',
    '-3.5',
    '12',
  ])
  const csv = exportPredictionsCsv(
    ['a', 'b'],
    [{ name: '1', prediction: 'a', probabilities: [2 / 3, 1 / 3] }],
  )
  expect(csv).toContain('1,a,0.666667,0.333333')
})
