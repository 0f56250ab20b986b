import { describe, expect, it } from 'vitest'
import { errorOf, meanRanks } from '../../../../bench/tables/scores.ts'

describe('errors of the table bench', () => {
  // roc_auc_score, log_loss and mean_squared_error of scikit-learn 1.9.1 on the same rows.
  it('are those of scikit-learn', () => {
    const shares = [0.1, 0.9, 0.4, 0.4, 0.35, 0.2].map(b => ({ a: 1 - b, b }))
    expect(errorOf('binary', ['a', 'b', 'a', 'b', 'b', 'a'], shares)).toBeCloseTo(
      0.16666666666666663,
      12,
    )
    const three = [
      { x: 0.7, y: 0.2, z: 0.1 },
      { x: 0.1, y: 0.8, z: 0.1 },
      { x: 0.3, y: 0.3, z: 0.4 },
      { x: 0.2, y: 0.5, z: 0.3 },
    ]
    expect(errorOf('classes', ['x', 'y', 'z', 'x'], three)).toBeCloseTo(0.7763867848902994, 12)
    expect(errorOf('value', [1, 2, 3.5], [1.5, 2, 3])).toBeCloseTo(0.408248290463863, 12)
  })

  it('need a prediction for every row', () => {
    expect(() => errorOf('value', [1, 2], [1])).toThrow(RangeError)
  })
})

describe('mean ranks of the table bench', () => {
  it('share places, and put a system that failed last', () => {
    const cases = [
      [0.1, 0.2, null],
      [0.3, 0.3, 0.1],
    ]
    expect(meanRanks(cases)).toEqual({ cases: 2, means: [1.75, 2.25, 2] })
  })
})
