import { describe, expect, it } from 'vitest'
import { analyzeErrors } from '../../../../src-main/analysis/errors/error-analysis.ts'
import type { StoredPredictions } from '../../../../src-main/core/models/stored-predictions.ts'

/** Four rows of two classes; rows 11 and 13 are wrong, 13 more surely. */
const predictions: StoredPredictions = {
  rows: Int32Array.of(10, 11, 12, 13),
  outputs: { kind: 'classes', names: ['a', 'b'] },
  targets: Float64Array.of(0, 0, 1, 1),
  predictions: Float64Array.of(0.6, 0.4, 0.4, 0.6, 0.1, 0.9, 0.8, 0.2),
  folds: 1,
}

describe('errors of classes', () => {
  it('are wrong rows alone, the costliest first', () => {
    const { worst, classes } = analyzeErrors(predictions, 20)
    expect(worst.map(({ row }) => row)).toEqual([13, 11])
    expect(classes?.wrong).toBe(2)
  })

  it('are counted by true and predicted class', () => {
    expect(analyzeErrors(predictions, 20).classes?.confusion).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  it('are those of one cell, right ones too', () => {
    const rowsOf = (cell: readonly [number, number]): number[] =>
      analyzeErrors(predictions, 20, cell).worst.map(({ row }) => row)
    expect(rowsOf([0, 1])).toEqual([11])
    expect(rowsOf([1, 1])).toEqual([12])
  })
})
