import { describe, expect, it } from 'vitest'
import { logDifferenceExp } from '../../../../src-main/math/distributions/truncated-normal.ts'

describe('logDifferenceExp', () => {
  it('keeps relative accuracy for near and far pairs', () => {
    expect(logDifferenceExp(Math.log(3), Math.log(1))).toBeCloseTo(Math.log(2), 14)
    expect(logDifferenceExp(-800, -801)).toBeCloseTo(-800 + Math.log(1 - Math.exp(-1)), 12)
    expect(logDifferenceExp(1, 1 - 1e-10)).toBeCloseTo(1 + Math.log(1e-10), 6)
    expect(logDifferenceExp(2, 2)).toBe(Number.NEGATIVE_INFINITY)
    expect(logDifferenceExp(2, Number.NEGATIVE_INFINITY)).toBe(2)
  })
})
