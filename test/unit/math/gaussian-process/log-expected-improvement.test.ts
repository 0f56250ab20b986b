import { expect, it } from 'vitest'
import {
  improvementRatios,
  logImprovement,
} from '../../../../src-main/math/gaussian-process/log-expected-improvement.ts'

/** z, log h, Φ/h, φ/h with h = φ(z) + z·Φ(z): mpmath 1.3 with 60 digits. */
const golden = [
  [3, 1.0987396653277077, 0.3328409684517952, 0.0014770946446142933],
  [0.5, -0.3598276837450638, 0.9909227180041099, 0.504538640997945],
  [-0.5, -1.6205162643873199, 1.5598731483480797, 1.7799365741740398],
  [-1, -2.4851210257126413, 1.9042712333296918, 2.9042712333296916],
  [-1.5, -3.52993592080571, 2.2795806941564463, 4.419371041234669],
  [-5, -16.74430116266099, 5.361816241288088, 27.809081206440442],
  [-25, -319.86146358149597, 25.07962023426653, 627.9905058566633],
  [-1000, -500014.73445209116, 1000.001999994, 1000002.999994],
  [-30000, -450000021.53684384, 30000.000066666667, 900000003],
] as const

it('is accurate where the improvement itself would be 0', () => {
  const ratios = { cdf: 0, density: 0 }
  for (const [z, log, cdf, density] of golden) {
    // 1 + z·Φ/φ loses digits as z² grows.
    const tolerance = Math.max(1e-13, 1e-15 * z * z)
    expect(Math.abs(logImprovement(z) / log - 1)).toBeLessThan(1e-13)
    improvementRatios(z, ratios)
    expect(Math.abs(ratios.cdf / cdf - 1)).toBeLessThan(tolerance)
    expect(Math.abs(ratios.density / density - 1)).toBeLessThan(tolerance)
  }
})

it('joins its branches', () => {
  const ratios = { cdf: 0, density: 0 }
  for (const z of [-1, -1e5]) {
    const [left, right] = [z * (1 + 1e-12), z * (1 - 1e-12)]
    expect(logImprovement(left) / logImprovement(right)).toBeCloseTo(1, 10)
    improvementRatios(left, ratios)
    const below = ratios.density
    improvementRatios(right, ratios)
    expect(ratios.density / below).toBeCloseTo(1, 4)
  }
})
