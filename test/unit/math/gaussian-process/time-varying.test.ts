import { inverse, Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import {
  fitTimeVarying,
  type TimedObservation,
} from '../../../../src-main/math/gaussian-process/time-varying.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

/** Equations 2.25, 2.26 and 2.30 of Rasmussen, Williams 2006, with ml-matrix's inverse and determinant. */
function reference(
  observations: readonly TimedObservation[],
  { length, forgetting, noise }: { length: number; forgetting: number; noise: number },
) {
  const values = observations.map(({ value }) => value)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const scale = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
  )
  const kernel = (a: Omit<TimedObservation, 'value'>, b: Omit<TimedObservation, 'value'>): number =>
    Math.exp(
      -a.point.reduce((sum, x, d) => sum + (x - (b.point[d] ?? 0)) ** 2, 0) / (2 * length ** 2),
    ) * Math.sqrt((1 - forgetting) ** Math.abs(a.time - b.time))
  const covariance = new Matrix(observations.map(a => observations.map(b => kernel(a, b))))
  const noisy = Matrix.add(covariance, Matrix.eye(values.length).mul(noise))
  const inverted = inverse(noisy)
  const y = Matrix.columnVector(values.map(value => (value - mean) / scale))
  return {
    likelihood:
      -0.5 * y.transpose().mmul(inverted).mmul(y).get(0, 0) -
      0.5 * Math.log(determinant(noisy)) -
      0.5 * values.length * Math.log(2 * Math.PI),
    at(point: readonly number[], time: number) {
      const column = Matrix.columnVector(
        observations.map(observation => kernel(observation, { point, time })),
      )
      const weights = column.transpose().mmul(inverted)
      return {
        mean: mean + scale * weights.mmul(y).get(0, 0),
        deviation: scale * Math.sqrt(1 - weights.mmul(column).get(0, 0)),
      }
    },
  }
}

/** By elimination without exchange, which a positive definite matrix allows. */
function determinant(matrix: Matrix): number {
  const rows = matrix.to2DArray()
  let product = 1
  rows.forEach((pivot, k) => {
    const head = pivot[k] ?? 0
    product *= head
    for (const row of rows.slice(k + 1)) {
      const factor = (row[k] ?? 0) / head
      pivot.forEach((value, column) => {
        row[column] = (row[column] ?? 0) - factor * value
      })
    }
  })
  return product
}

const random = createRandomStream({ seed: 5, number: 0, purpose: 'test' })
const observations = Array.from({ length: 14 }, (_, index): TimedObservation => {
  const point = [random.uniform(), random.uniform()]
  const time = Math.floor(index / 4)
  const value = Math.sin(5 * (point[0] ?? 0)) + 0.3 * time + 0.1 * random.normal()
  return { point, time, value }
})

describe('a Gaussian process that forgets', () => {
  const fitted = fitTimeVarying(observations)

  it('has mean and deviation of the textbook, to 1e-9', () => {
    const expected = reference(observations, fitted)
    for (const [point, time] of [
      [[0.2, 0.7], 4],
      [[0.9, 0.1], 2],
      [observations[3]?.point ?? [], 0],
    ] as const) {
      const { mean, deviation } = fitted.at(point, time)
      expect(mean).toBeCloseTo(expected.at(point, time).mean, 9)
      expect(deviation).toBeCloseTo(expected.at(point, time).deviation, 9)
    }
  })

  it('has the kernel of its grid with the highest marginal likelihood', () => {
    const fittedLikelihood = reference(observations, fitted).likelihood
    for (const length of [0.1, 0.2, 0.4, 0.8]) {
      for (const forgetting of [0.01, 0.1, 0.3]) {
        for (const noise of [0.01, 0.1, 0.5]) {
          const { likelihood } = reference(observations, { length, forgetting, noise })
          expect(likelihood).toBeLessThanOrEqual(fittedLikelihood + 1e-9)
        }
      }
    }
  })

  it('knows less about a place the longer ago it was seen', () => {
    const [seen] = observations
    const deviations = [0, 5, 50].map(time => fitted.at(seen?.point ?? [], time).deviation)
    expect(deviations).toEqual(deviations.toSorted((a, b) => a - b))
    expect(deviations[2]).toBeGreaterThan((deviations[0] ?? 0) * 1.5)
  })

  it('takes values that do not differ: they give their own mean', () => {
    const flat = observations.map(observation => ({ ...observation, value: 2 }))
    expect(fitTimeVarying(flat).at([0.5, 0.5], 3).mean).toBeCloseTo(2, 9)
  })
})
