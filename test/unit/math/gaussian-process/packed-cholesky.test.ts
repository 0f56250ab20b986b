import { expect, it } from 'vitest'
import {
  appendToInverse,
  factorize,
  gramOfTransposed,
  invertFactor,
  multiply,
  multiplyTransposed,
  packedLength,
} from '../../../../src-main/math/gaussian-process/packed-cholesky.ts'

/** A symmetric positive definite matrix, element (i, j). */
const element = (i: number, j: number): number =>
  Math.exp(-Math.abs(i - j) / 3) + (i === j ? 0.5 : 0) + 0.1 * Math.cos(i) * Math.cos(j)

function packed(size: number): Float64Array {
  const matrix = new Float64Array(packedLength(size))
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[packedLength(i) + j] = element(i, j)
  }
  return matrix
}

function lower(matrix: Float64Array, i: number, j: number): number {
  return j <= i ? (matrix[packedLength(i) + j] as number) : 0
}

// Sizes around the four rows that are taken at a time.
it.each([1, 2, 3, 4, 5, 6, 7, 8, 13, 30])('factorizes and inverts %i rows', size => {
  const factor = packed(size)
  expect(factorize(factor, size)).toBe(true)
  const inverse = new Float64Array(packedLength(size))
  invertFactor(factor, size, inverse)
  const gram = new Float64Array(packedLength(size))
  gramOfTransposed(inverse, size, gram)
  const x = Float64Array.from({ length: size }, (_, i) => Math.sin(i + 1))
  const product = new Float64Array(size)
  const transposed = new Float64Array(size)
  multiply(factor, size, x, product)
  multiplyTransposed(factor, size, x, transposed)
  for (let i = 0; i < size; i++) {
    let forward = 0
    let backward = 0
    for (let k = 0; k < size; k++) {
      forward += lower(factor, i, k) * (x[k] as number)
      backward += lower(factor, k, i) * (x[k] as number)
    }
    expect(product[i]).toBeCloseTo(forward, 12)
    expect(transposed[i]).toBeCloseTo(backward, 12)
    for (let j = 0; j < size; j++) {
      let square = 0
      let identity = 0
      let solved = 0
      for (let k = 0; k < size; k++) {
        square += lower(factor, i, k) * lower(factor, j, k)
        identity += lower(factor, i, k) * lower(inverse, k, j)
        const other = k >= j ? lower(gram, k, j) : lower(gram, j, k)
        solved += element(i, k) * other
      }
      expect(square).toBeCloseTo(element(i, j), 12)
      expect(identity).toBeCloseTo(i === j ? 1 : 0, 12)
      expect(solved).toBeCloseTo(i === j ? 1 : 0, 11)
    }
  }
})

it('appends a row to an inverse factor', () => {
  const size = 9
  const factor = packed(size)
  factorize(factor, size)
  const inverse = new Float64Array(packedLength(size))
  invertFactor(factor, size, inverse)
  const grown = inverse.slice()
  grown.fill(Number.NaN, packedLength(size - 1))
  const column = Float64Array.from({ length: size - 1 }, (_, j) => element(size - 1, j))
  expect(appendToInverse(grown, size - 1, column, element(size - 1, size - 1))).toBe(true)
  inverse.forEach((value, k) => {
    expect(grown[k]).toBeCloseTo(value, 12)
  })
})

it('says when a matrix is not positive definite', () => {
  expect(factorize(Float64Array.of(1, 2, 1), 2)).toBe(false)
  expect(factorize(Float64Array.of(Number.NaN), 1)).toBe(false)
  const inverse = Float64Array.of(1, 0, 0)
  expect(appendToInverse(inverse, 1, Float64Array.of(1), 1)).toBe(false)
})
