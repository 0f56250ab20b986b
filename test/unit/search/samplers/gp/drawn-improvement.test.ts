import { describe, expect, it } from 'vitest'
import { GaussianPosterior } from '../../../../../src-main/math/gaussian-process/posterior.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import {
  createDrawnImprovement,
  effortBeyondRunning,
  normalDraws,
} from '../../../../../src-main/search/samplers/gp/drawn-improvement.ts'
import { believe } from '../../../../../src-main/search/samplers/gp/surrogate.ts'

const kinds = { numeric: 2, categorical: 1 }
const random = createRandomStream({ seed: 2, number: 0, purpose: 'points' })
const points = Float64Array.from({ length: 24 }, (_, k) =>
  k % 3 === 2 ? random.integer(2) : random.uniform(),
)
const values = Float64Array.from({ length: 8 }, (_, i) => 0.5 * Math.sin(3 * i))
const kernel = { inverseSquaredLengths: Float64Array.of(3, 6, 0.5), scale: 1.2, noise: 1e-6 }
const running = [
  Float64Array.of(0.2, 0.6, 0),
  Float64Array.of(0.9, 0.4, 1),
  Float64Array.of(0.25, 0.55, 0),
]
const best = Math.min(...values)

function acquisitionOf(count: number): ReturnType<typeof createDrawnImprovement> {
  const posterior = new GaussianPosterior(points, values, kinds, kernel, running.length)
  const expected = believe(posterior, running, kernel.noise)
  return createDrawnImprovement(
    { posterior, expected },
    best,
    kinds.numeric,
    normalDraws(count, expected.length, 7),
  )
}

/** The lower triangular root of a covariance matrix, written without the code under test. */
function rootOf(matrix: number[][]): number[][] {
  const root = matrix.map(row => row.map(() => 0))
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let remainder = row[j]!
      for (let k = 0; k < j; k++) remainder -= root[i]![k]! * root[j]![k]!
      root[i]![j] = i === j ? Math.sqrt(Math.max(remainder, 0)) : remainder / root[j]![j]!
    }
  })
  return root
}

describe('improvement beyond running trials', () => {
  it('is what one more point adds to the best of joint draws', () => {
    const posterior = new GaussianPosterior(points, values, kinds, kernel)
    const acquisition = acquisitionOf(2048)
    for (const point of [
      [0.22, 0.58, 0],
      [0.5, 0.1, 1],
      [0.85, 0.9, 1],
    ]) {
      const all = [...running, Float64Array.from(point)]
      const means = all.map(at => posterior.meanAt(at))
      const root = rootOf(all.map(a => all.map(b => posterior.covariance(a, b))))
      const draws = 200_000
      let [sum, squares] = [0, 0]
      for (let m = 0; m < draws; m++) {
        const normal = all.map(() => random.normal())
        const drawn = means.map(
          (mean, i) => mean + root[i]!.reduce((total, factor, k) => total + factor * normal[k]!, 0),
        )
        const without = Math.max(0, best - Math.min(...drawn.slice(0, -1)))
        const gain = Math.max(0, best - Math.min(...drawn)) - without
        sum += gain
        squares += gain * gain
      }
      const mean = sum / draws
      const error = Math.sqrt((squares / draws - mean * mean) / draws)
      const value = Math.exp(acquisition.value(Float64Array.from(point)))
      expect(Math.abs(value - mean), `${value} ${mean}`).toBeLessThan(4 * error + 0.01 * mean)
    }
  })

  it('has the derivatives of its value by the numeric coordinates', () => {
    const acquisition = acquisitionOf(32)
    for (const at of [Float64Array.of(0.31, 0.77, 1), Float64Array.of(0.24, 0.57, 0)]) {
      const gradient = new Float64Array(2)
      expect(acquisition.slopes(at, gradient)).toBeCloseTo(acquisition.value(at), 8)
      for (let d = 0; d < 2; d++) {
        const shifted = (sign: number): number =>
          acquisition.value(at.map((v, i) => (i === d ? v + sign * 1e-6 : v)))
        const slope = (shifted(1) - shifted(-1)) / 2e-6
        expect(Math.abs(gradient[d]! - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)))
      }
    }
  })

  it('values many points as it values one', () => {
    const acquisition = acquisitionOf(32)
    const many = Float64Array.from({ length: 15 }, (_, k) => (k % 3 === 2 ? k % 2 : (k * 0.61) % 1))
    const out = new Float64Array(5)
    acquisition.values(many, 5, out)
    for (let i = 0; i < 5; i++) {
      expect(out[i]).toBeCloseTo(acquisition.value(many.subarray(3 * i, 3 * i + 3)), 8)
    }
  })
})

describe('effort beyond running trials', () => {
  it('is twice as large while a look at a point is cheap', () => {
    expect(effortBeyondRunning(100)).toEqual({ draws: 64, starts: 20 })
    expect(effortBeyondRunning(101)).toEqual({ draws: 32, starts: 10 })
  })
})
