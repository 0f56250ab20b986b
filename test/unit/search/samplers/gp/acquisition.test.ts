import { describe, expect, it } from 'vitest'
import { normalCdf } from '../../../../../src-main/math/distributions/normal.ts'
import { GaussianPosterior } from '../../../../../src-main/math/gaussian-process/posterior.ts'
import { decomposeBelow } from '../../../../../src-main/math/pareto/box-decomposition.ts'
import { hypervolumeGain } from '../../../../../src-main/math/pareto/hypervolume.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import {
  createAcquisition,
  logExpectedImprovement,
  type MomentFunction,
  withFeasibility,
} from '../../../../../src-main/search/samplers/gp/acquisition.ts'
import { logHypervolumeImprovement } from '../../../../../src-main/search/samplers/gp/hypervolume-improvement.ts'

const front = [
  [0.1, 0.9, 0.5],
  [0.4, 0.5, 0.6],
  [0.8, 0.2, 0.3],
  [0.5, 0.6, 0.1],
]

/** Compares written derivatives with central differences. */
function expectSlopes(evaluate: MomentFunction, means: number[], variances: number[]): void {
  const size = means.length
  const byMean = new Float64Array(size).fill(Number.NaN)
  const byVariance = new Float64Array(size).fill(Number.NaN)
  const value = evaluate(Float64Array.from(means), Float64Array.from(variances), byMean, byVariance)
  expect(value).toBeCloseTo(evaluate(Float64Array.from(means), Float64Array.from(variances)), 12)
  const step = 1e-6
  for (let k = 0; k < size; k++) {
    const shifted = (values: number[], sign: number, scale: number): Float64Array =>
      Float64Array.from(values, (v, i) => (i === k ? v + sign * step * scale : v))
    const mean = (sign: number): number =>
      evaluate(shifted(means, sign, 1), Float64Array.from(variances))
    const scale = variances[k] as number
    const variance = (sign: number): number =>
      evaluate(Float64Array.from(means), shifted(variances, sign, scale))
    const expectedMean = (mean(1) - mean(-1)) / (2 * step)
    const expectedVariance = (variance(1) - variance(-1)) / (2 * step * scale)
    expect(byMean[k]).toBeCloseTo(expectedMean, 4 - digits(expectedMean))
    expect(byVariance[k]).toBeCloseTo(expectedVariance, 4 - digits(expectedVariance))
  }
}

/** Digits before the point beyond the first. */
function digits(value: number): number {
  return Math.max(Math.ceil(Math.log10(Math.abs(value) + 1e-300)), 0)
}

describe('expected hypervolume improvement', () => {
  it('is the mean gain of normal draws', () => {
    for (const goals of [2, 3]) {
      const points = front.map(point => point.slice(0, goals))
      const reference = new Array<number>(goals).fill(1)
      const evaluate = logHypervolumeImprovement(decomposeBelow(points, reference))
      const means = [0.35, 0.45, 0.4].slice(0, goals)
      const variances = [0.04, 0.01, 0.09].slice(0, goals)
      const random = createRandomStream({ seed: 4, number: goals, purpose: 'draws' })
      const draws = 20_000
      let sum = 0
      let squares = 0
      for (let k = 0; k < draws; k++) {
        const y = means.map((mean, g) => mean + Math.sqrt(variances[g] as number) * random.normal())
        const gain = hypervolumeGain(y, points, reference)
        sum += gain
        squares += gain * gain
      }
      const mean = sum / draws
      const error = Math.sqrt((squares / draws - mean * mean) / draws)
      const value = Math.exp(evaluate(Float64Array.from(means), Float64Array.from(variances)))
      expect(Math.abs(value - mean)).toBeLessThan(4 * error)
    }
  })

  it('is the expected improvement with one goal', () => {
    const single = logHypervolumeImprovement(decomposeBelow([[0.7]], [1]))
    const improvement = logExpectedImprovement(0.7)
    for (const mean of [0.2, 0.9, 5]) {
      const moments = [Float64Array.of(mean), Float64Array.of(0.05)] as const
      expect(single(...moments)).toBeCloseTo(improvement(...moments), 10)
    }
  })

  it.each([2, 3])('has the derivatives of its value, far away too; %i goals', goals => {
    const points = front.map(point => point.slice(0, goals))
    const evaluate = logHypervolumeImprovement(decomposeBelow(points, new Array(goals).fill(1)))
    expectSlopes(evaluate, [0.35, 0.45, 0.4].slice(0, goals), [0.04, 0.01, 0.09].slice(0, goals))
    expectSlopes(evaluate, [0.9, 0.95, 0.8].slice(0, goals), [1e-3, 1e-4, 2e-3].slice(0, goals))
    expectSlopes(evaluate, [4, 3, 2].slice(0, goals), [0.01, 0.02, 0.01].slice(0, goals))
  })
})

describe('feasibility', () => {
  it('multiplies the improvement by the probability of every constraint', () => {
    const improvement = logExpectedImprovement(0.1)
    const both = withFeasibility(improvement, 1, [0, 0.5])
    const value = both(Float64Array.of(0.3, 0.2, 0.1), Float64Array.of(0.04, 0.01, 0.25))
    const expected =
      improvement(Float64Array.of(0.3), Float64Array.of(0.04)) +
      Math.log(normalCdf(-2)) +
      Math.log(normalCdf(0.8))
    expect(value).toBeCloseTo(expected, 12)
  })

  it('has the derivatives of its value', () => {
    const means = [0.3, 0.2, -0.4]
    const variances = [0.04, 0.01, 0.25]
    expectSlopes(withFeasibility(logExpectedImprovement(0.1), 1, [0, 0.5]), means, variances)
    expectSlopes(withFeasibility(null, 1, [0, 0.5]), means, variances)
    expectSlopes(withFeasibility(null, 1, [-30, 0.5]), means, variances)
  })
})

describe('acquisition', () => {
  const kinds = { numeric: 2, categorical: 1 }
  const points = Float64Array.from({ length: 24 }, (_, k) =>
    k % 3 === 2 ? ((k / 3) % 2) | 0 : (k * 0.37) % 1,
  )
  const kernel = {
    inverseSquaredLengths: Float64Array.of(3, 1, 0.5),
    scale: 1.2,
    noise: 0.01,
  }
  const posteriors = [Math.sin, Math.cos].map(
    f =>
      new GaussianPosterior(
        points,
        Float64Array.from({ length: 8 }, (_, i) => f(3 * i)),
        kinds,
        kernel,
      ),
  )
  const acquisition = createAcquisition(
    posteriors,
    2,
    withFeasibility(logExpectedImprovement(-0.8), 1, [0.2]),
  )

  it('has the derivatives of its value by the numeric coordinates', () => {
    const at = Float64Array.of(0.31, 0.77, 1)
    const gradient = new Float64Array(2)
    const value = acquisition.slopes(at, gradient)
    expect(value).toBeCloseTo(acquisition.value(at), 12)
    for (let d = 0; d < 2; d++) {
      const shifted = (sign: number): number =>
        acquisition.value(at.map((v, i) => (i === d ? v + sign * 1e-5 : v)))
      expect(gradient[d]).toBeCloseTo((shifted(1) - shifted(-1)) / 2e-5, 5)
    }
  })

  it('values many points as it values one', () => {
    const out = new Float64Array(8)
    acquisition.values(points, 8, out)
    for (let i = 0; i < 8; i++) {
      expect(out[i]).toBeCloseTo(acquisition.value(points.subarray(3 * i, 3 * i + 3)), 8)
    }
  })
})
