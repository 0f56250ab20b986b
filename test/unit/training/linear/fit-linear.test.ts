import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import {
  fitLogistic,
  fitQuantile,
  fitRidge,
} from '../../../../src-main/training/linear/fit-linear.ts'

const rows = 200
const random = createRandomStream({ seed: 1, number: 0, purpose: 'linear' })
const features = Float32Array.from({ length: rows * 2 }, () => random.normal())
const target = Float64Array.from({ length: rows }, (_, row) => {
  const [a = 0, b = 0] = features.subarray(2 * row, 2 * row + 2)
  return 3 + 2 * a - b + 0.1 * random.normal()
})
const problem = { features, width: 2, target, weights: null }

describe('linear models', () => {
  it('solve ridge regression: the gradient is 0', () => {
    const ridge = 5
    const { slopes, intercepts } = fitRidge(problem, ridge)
    const gradient = [0, 0, 0]
    for (let row = 0; row < rows; row++) {
      const [a = 0, b = 0] = features.subarray(2 * row, 2 * row + 2)
      const [slopeA = 0, slopeB = 0] = slopes
      const residual = (intercepts[0] ?? 0) + slopeA * a + slopeB * b - (target[row] ?? 0)
      for (const [at, value] of [a, b, 1].entries())
        gradient[at] = (gradient[at] ?? 0) + residual * value
    }
    for (const at of [0, 1]) gradient[at] = (gradient[at] ?? 0) + ridge * (slopes[at] ?? 0)
    for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-9)
  })

  it('tell classes apart, with slopes that sum to 0', () => {
    const labels = target.map(value => Number(value > 3))
    const { slopes } = fitLogistic({ ...problem, target: labels }, 2, 1)
    expect(slopes[1]).toBeGreaterThan(1)
    expect((slopes[0] ?? 0) + (slopes[1] ?? 0)).toBeCloseTo(0, 4)
    const strict = fitLogistic({ ...problem, target: labels }, 2, 1_000)
    expect(Math.abs(strict.slopes[1] ?? 0)).toBeLessThan(Math.abs(slopes[1] ?? 0))
  })

  it('leave the share of a quantile below', () => {
    const { slopes, intercepts } = fitQuantile(problem, 0.9, 0)
    const below = target.filter((value, row) => {
      const [a = 0, b = 0] = features.subarray(2 * row, 2 * row + 2)
      return value < (intercepts[0] ?? 0) + (slopes[0] ?? 0) * a + (slopes[1] ?? 0) * b
    })
    expect(below.length / rows).toBeCloseTo(0.9, 1)
  })
})
