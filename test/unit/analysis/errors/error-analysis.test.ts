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

  it('tell how many suspected labels are wrong behind a calibrated model alone', () => {
    // Each of ten rows of a class is right but one, and the model is as sure as that.
    const targets = Float64Array.from({ length: 20 }, (_, row) =>
      row % 10 === 9 ? (row < 10 ? 1 : 0) : row < 10 ? 0 : 1,
    )
    const sure = (chance: number): StoredPredictions => ({
      ...predictions,
      rows: Int32Array.from(targets.keys()),
      targets,
      predictions: Float64Array.from({ length: 40 }, (_, at) =>
        at < 20 === (at % 2 === 0) ? chance : 1 - chance,
      ),
    })
    expect(analyzeErrors(sure(0.9), 20).classes?.labels).toMatchObject({
      suspected: 2,
      expected: 2,
    })
    expect(analyzeErrors(sure(0.75), 20).classes?.labels).toMatchObject({
      suspected: 2,
      expected: null,
    })
  })

  it('are those of one cell, right ones too', () => {
    const rowsOf = (cell: readonly [number, number]): number[] =>
      analyzeErrors(predictions, 20, cell).worst.map(({ row }) => row)
    expect(rowsOf([0, 1])).toEqual([11])
    expect(rowsOf([1, 1])).toEqual([12])
  })
})
