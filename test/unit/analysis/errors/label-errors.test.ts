import { describe, expect, it } from 'vitest'
import { findLabelErrors } from '../../../../src-main/analysis/errors/label-errors.ts'

describe('suspected label errors', () => {
  it('are those off the diagonal of the confident joint, the largest contradiction first', () => {
    const probabilities = Float64Array.from(
      [
        [0.9, 0.1],
        [0.8, 0.2],
        [0.2, 0.8],
        [0.1, 0.9],
        [0.3, 0.7],
        [0.95, 0.05],
      ].flat(),
    )
    // Thresholds by hand (equation 2): class 0: (0.9 + 0.8 + 0.2) / 3 = 0.633; class 1: (0.9 + 0.7 + 0.05) / 3 = 0.55.
    const result = findLabelErrors(probabilities, [0, 0, 0, 1, 1, 1], 2)
    expect([...result.confidentClass]).toEqual([0, 0, 1, 1, 1, 0])
    expect(result.suspected).toBe(2)
    expect(result.order.slice(0, 2)).toEqual([5, 2])
    // Equation 3: a third of three rows on each side.
    expect(result.estimate).toBeCloseTo(2, 12)
  })

  it('suspect nobody where the model is sure of nothing else', () => {
    const result = findLabelErrors(Float64Array.of(0.6, 0.4, 0.7, 0.3), [0, 0], 2)
    expect(result).toMatchObject({ suspected: 0, estimate: 0 })
    expect(result.order).toEqual([0, 1])
  })
})
