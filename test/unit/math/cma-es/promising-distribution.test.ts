import { describe, expect, it } from 'vitest'
import { promisingDistribution } from '../../../../src-main/math/cma-es/promising-distribution.ts'
import { expectClose } from './reference-points.ts'

const points = Array.from({ length: 6 }, (_, i) =>
  Float64Array.from({ length: 3 }, (__, j) => Math.sin(1.3 * i + 0.7 * j) * 0.4 + 0.5),
)
const half = new Float64Array(3).fill(0.5)
const tenth = new Float64Array(3).fill(0.1)

describe('promising distribution', () => {
  // cmaes 0.13.1, get_warm_start_mgd of 60 points of which these are the best tenth.
  it('equals the cmaes package to 1e-10', () => {
    const { mean, sigma, covariance } = promisingDistribution(points, half, tenth)
    expectClose(mean, [0.5081972486948231, 0.5547913076870384, 0.5756161585362407], 10)
    expect(sigma).toBeCloseTo(0.22484136314097156, 10)
    expectClose(
      covariance,
      [
        1.5120347897547932, 1.03518516678303, 0.26928148305181415, 1.03518516678303,
        1.733476498628987, 1.3139003420822535, 0.26928148305181415, 1.3139003420822535,
        1.9383810383652698,
      ],
      10,
    )
  })

  it('takes what is known of points that lack a coordinate', () => {
    const partly = points.map((point, k) => (k % 2 ? point.with(1, Number.NaN) : point))
    const { mean, sigma, covariance } = promisingDistribution(partly, half, tenth)
    const finite = [0, 2, 4].map(k => points[k]?.[1] as number)
    expect(mean[1]).toBeCloseTo(finite.reduce((sum, value) => sum + value, 0) / 3, 12)
    for (const value of [sigma, ...covariance]) expect(Number.isFinite(value)).toBe(true)
    const unknown = points.map(point => point.with(2, Number.NaN))
    expect(promisingDistribution(unknown, half, tenth).mean[2]).toBe(0.5)
  })

  it('has the prior alone around a single point', () => {
    const { mean, sigma, covariance } = promisingDistribution(
      [Float64Array.of(0.1, 0.9)],
      Float64Array.of(0.5, 0.5),
      Float64Array.of(0.02, 0.08),
    )
    expectClose(mean, [0.1, 0.9], 12)
    expect(sigma).toBeCloseTo(0.04, 12)
    expectClose(covariance, [0.25, 0, 0, 4], 12)
  })
})
