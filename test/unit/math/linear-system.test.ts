import { describe, expect, it } from 'vitest'
import { solveLinearSystem } from '../../../src-main/math/linear-system.ts'

describe('a linear system', () => {
  it('is solved for several right sides', () => {
    // 2x + y = 5, x − 3y = −1, by hand; then the columns of the inverse.
    const lines = [Float64Array.of(2, 1), Float64Array.of(1, -3)]
    const sides = [Float64Array.of(5, -1), Float64Array.of(7, 0)]
    const solved = solveLinearSystem(lines, sides)
    expect(solved?.[0]).toEqual(Float64Array.of(2, 1))
    expect(solved?.[1]?.[0]).toBeCloseTo(3, 12)
    expect(solved?.[1]?.[1]).toBeCloseTo(1, 12)
  })

  it('has no solution where it is singular, and none for no right side', () => {
    const singular = [Float64Array.of(1, 2), Float64Array.of(2, 4)]
    expect(solveLinearSystem(singular, [Float64Array.of(1, 1)])).toBeNull()
    expect(solveLinearSystem([Float64Array.of(1)], [])).toEqual([])
  })
})
