import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { symmetricEigen } from '../../../src-main/math/symmetric-eigen.ts'

describe('symmetricEigen', () => {
  it('gives the values and vectors of a matrix solved by hand', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
    expect(values[0]).toBeCloseTo(1, 14)
    expect(values[1]).toBeCloseTo(3, 14)
    expect(Math.abs(vectors[0] ?? 0)).toBeCloseTo(Math.SQRT1_2, 14)
    expect((vectors[0] ?? 0) * (vectors[2] ?? 0)).toBeCloseTo(-0.5, 14)
    expect((vectors[1] ?? 0) * (vectors[3] ?? 0)).toBeCloseTo(0.5, 14)
  })

  it('decomposes random matrices of 30 rows, B·diag·Bᵀ = matrix to 1e-10', () => {
    const n = 30
    const stream = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
    const factor = Float64Array.from({ length: n * n }, () => stream.normal())
    const matrix = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0
        for (let k = 0; k < n; k++) {
          total += (factor[i * n + k] ?? 0) * 10 ** ((-4 * k) / n) * (factor[j * n + k] ?? 0)
        }
        matrix[i * n + j] = total
      }
    }
    const { values, vectors } = symmetricEigen(matrix, n)
    expect([...values]).toEqual([...values].sort((a, b) => a - b))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let rebuilt = 0
        let product = 0
        for (let k = 0; k < n; k++) {
          rebuilt += (vectors[i * n + k] ?? 0) * (values[k] ?? 0) * (vectors[j * n + k] ?? 0)
          product += (vectors[k * n + i] ?? 0) * (vectors[k * n + j] ?? 0)
        }
        expect(Math.abs(rebuilt - (matrix[i * n + j] ?? 0))).toBeLessThan(1e-10)
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-12)
      }
    }
  })
})
