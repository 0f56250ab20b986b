import { describe, expect, it } from 'vitest'
import {
  fitKernel,
  initialKernel,
  LogPosterior,
} from '../../../../src-main/math/gaussian-process/fit.ts'
import {
  type KernelParameters,
  matern,
  pairDifferences,
} from '../../../../src-main/math/gaussian-process/kernel.ts'
import { MarginalLikelihood } from '../../../../src-main/math/gaussian-process/marginal-likelihood.ts'
import { GaussianPosterior } from '../../../../src-main/math/gaussian-process/posterior.ts'

/** Seven points in three dimensions; golden numbers from scikit-learn 1.9.1's GaussianProcessRegressor. */
const SIZE = 7
const DIMENSION = 3
const numeric = { numeric: DIMENSION, categorical: 0 }
const points = Float64Array.from(
  { length: SIZE * DIMENSION },
  (_, k) => (((Math.floor(k / DIMENSION) * 7 + (k % DIMENSION) * 11 + 3) * 13) % 29) / 29,
)
const values = standardized(
  Array.from({ length: SIZE }, (_, i) => {
    const [a, b, c] = points.subarray(i * DIMENSION) as unknown as [number, number, number]
    return Math.sin(3 * a) + b * b - 0.5 * c
  }),
)
const kernel: KernelParameters = {
  inverseSquaredLengths: Float64Array.of(1 / 0.4 ** 2, 1 / 0.9 ** 2, 1 / 4),
  scale: 1.7,
  noise: 0.01,
}
const queries = Float64Array.of(0.1, 0.2, 0.3, 0.9, 0.5, 0.05, 0.45, 0.55, 0.65)

function standardized(raw: readonly number[]): Float64Array {
  const mean = raw.reduce((a, b) => a + b, 0) / raw.length
  const deviation = Math.sqrt(raw.reduce((sum, y) => sum + (y - mean) ** 2, 0) / raw.length)
  return Float64Array.from(raw, y => (y - mean) / deviation)
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits)
  })
}

/** Central differences of a function of several variables. */
function slopesOf(evaluate: (x: Float64Array) => number, x: Float64Array, step = 1e-5): number[] {
  return Array.from(x, (_, i) => {
    const up = x.slice()
    const down = x.slice()
    up[i] = (up[i] as number) + step
    down[i] = (down[i] as number) - step
    return (evaluate(up) - evaluate(down)) / (2 * step)
  })
}

describe('Matérn kernel', () => {
  it('has the values of its formula', () => {
    expect(matern(0)).toBe(1)
    for (const r2 of [0.01, 0.3, 2, 30]) {
      const s = Math.sqrt(5 * r2)
      expect(matern(r2)).toBeCloseTo((1 + s + (s * s) / 3) * Math.exp(-s), 14)
    }
  })

  it('takes categories as equal or different', () => {
    const mixed = Float64Array.of(0.1, 2, 0.4, 2, 0.4, 0)
    const { squares } = pairDifferences(mixed, 3, { numeric: 1, categorical: 1 })
    expectClose(squares, [0.09, 0, 0.09, 1, 0, 1], 14)
  })
})

describe('marginal likelihood', () => {
  const likelihood = new MarginalLikelihood(pairDifferences(points, SIZE, numeric), values)
  const gradient = { logInverseSquaredLengths: new Float64Array(3), logScale: 0, noise: 0 }

  it('and its gradient are those of scikit-learn', () => {
    expect(likelihood.evaluate(kernel, gradient)).toBeCloseTo(-7.7341904605482865, 10)
    expectClose(
      gradient.logInverseSquaredLengths,
      [0.7994406595279474, -0.2811639046957838, -0.05693569070089618],
      10,
    )
    expect(gradient.logScale).toBeCloseTo(0.7878995305154524, 10)
    expect(gradient.noise).toBeCloseTo(-18.307344659145546, 8)
  })

  it('is −∞ where the matrix is not positive definite', () => {
    const twice = new Float64Array(points.length).fill(0.5)
    const singular = new MarginalLikelihood(pairDifferences(twice, SIZE, numeric), values)
    expect(singular.evaluate({ ...kernel, noise: -1 }, gradient)).toBe(Number.NEGATIVE_INFINITY)
  })
})

describe('fit', () => {
  const mixed = { numeric: 2, categorical: 1 }
  const coordinates = points.map((value, k) => (k % 3 === 2 ? Math.round(value) : value))
  const differences = pairDifferences(coordinates, SIZE, mixed)

  it.each([
    [true, 'middling'],
    [false, 'middling'],
    [true, 'growing'],
  ] as const)(
    'has the gradient of its density; noise fitted: %s, %s lengths',
    (fitNoise, prior) => {
      const setting = { minimumNoise: 1e-4, fitNoise, lengthPrior: prior }
      const posterior = new LogPosterior(differences, values, setting)
      const raw = Float64Array.of(0.3, -0.7, 1.1, 0.4, ...(fitNoise ? [-3] : []))
      const gradient = new Float64Array(raw.length)
      posterior.negative(raw, gradient)
      const expected = slopesOf(x => posterior.negative(x, new Float64Array(raw.length)), raw)
      expectClose(gradient, expected, 7)
    },
  )

  it('ends where the density is level, with at least the density of the start', () => {
    const setting = { minimumNoise: 1e-6, fitNoise: true, lengthPrior: 'middling' as const }
    const start = initialKernel(DIMENSION, setting)
    const fitted = fitKernel(differences, values, start, setting)
    const posterior = new LogPosterior(differences, values, setting)
    const gradient = new Float64Array(posterior.rawCount)
    posterior.negative(posterior.rawOf(fitted), gradient)
    for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(0.05)
    const before = -posterior.negative(posterior.rawOf(start), gradient)
    expect(fitted.logDensity).toBeGreaterThan(before)
  })

  it('finds which coordinate matters and how much noise there is', () => {
    // 60 values of a function of the first coordinate, noise of deviation 0.1 before scaling.
    const size = 60
    const cube = Float64Array.from(
      { length: size * 2 },
      (_, k) => (k * 0.6180339887 * (1 + (k % 2))) % 1,
    )
    const noisy = Array.from(
      { length: size },
      (_, i) =>
        Math.sin(6 * (cube[2 * i] as number)) + 0.1 * Math.sqrt(3) * (((i * 37) % 61) / 30 - 1),
    )
    const setting = { minimumNoise: 1e-6, fitNoise: true, lengthPrior: 'middling' as const }
    const fitted = fitKernel(
      pairDifferences(cube, size, { numeric: 2, categorical: 0 }),
      standardized(noisy),
      initialKernel(2, setting),
      setting,
    )
    const [first, second] = fitted.inverseSquaredLengths as unknown as [number, number]
    expect(first).toBeGreaterThan(10 * second)
    expect(fitted.noise).toBeGreaterThan(0.005)
    expect(fitted.noise).toBeLessThan(0.06)
  })
})

describe('posterior', () => {
  const MEANS = [-1.8678199320382358, 0.21505195360440243, 0.9042003876970393]
  const VARIANCES = [0.11884567288511817, 0.4743831721560042, 0.12404264776367313]

  it('has the means and variances of scikit-learn', () => {
    const posterior = new GaussianPosterior(points, values, numeric, kernel)
    for (let q = 0; q < 3; q++) {
      posterior.at(queries.subarray(q * 3, q * 3 + 3))
      expect(posterior.mean).toBeCloseTo(MEANS[q] as number, 10)
      expect(posterior.variance).toBeCloseTo(VARIANCES[q] as number, 10)
      expect(posterior.meanAt(queries.subarray(q * 3, q * 3 + 3))).toBe(posterior.mean)
    }
  })

  it('computes many points as it computes one', () => {
    const posterior = new GaussianPosterior(points, values, numeric, kernel)
    const means = new Float64Array(3)
    const variances = new Float64Array(3)
    posterior.atMany(queries, 3, means, variances)
    expectClose(means, MEANS, 10)
    expectClose(variances, VARIANCES, 10)
  })

  it('has the derivatives of mean and variance, categories held', () => {
    const kinds = { numeric: 2, categorical: 1 }
    const mixed = points.map((value, k) => (k % 3 === 2 ? Math.round(value) : value))
    const posterior = new GaussianPosterior(mixed, values, kinds, kernel)
    const meanSlope = new Float64Array(2)
    const varianceSlope = new Float64Array(2)
    const at = Float64Array.of(0.37, 0.81, 1)
    posterior.slopesAt(at, meanSlope, varianceSlope)
    const meanAt = (x: Float64Array): number => {
      posterior.at(Float64Array.of(...x, 1))
      return posterior.mean
    }
    const varianceAt = (x: Float64Array): number => {
      posterior.at(Float64Array.of(...x, 1))
      return posterior.variance
    }
    expectClose(meanSlope, slopesOf(meanAt, at.slice(0, 2)), 7)
    expectClose(varianceSlope, slopesOf(varianceAt, at.slice(0, 2)), 7)
  })

  it('appends observations as if they had been there from the start', () => {
    const grown = new GaussianPosterior(
      points.slice(0, 4 * DIMENSION),
      values.slice(0, 4),
      numeric,
      kernel,
      3,
    )
    for (let i = 4; i < SIZE; i++) {
      expect(grown.append(points.slice(i * 3, i * 3 + 3), values[i] as number)).toBe(true)
    }
    for (let q = 0; q < 3; q++) {
      grown.at(queries.subarray(q * 3, q * 3 + 3))
      expect(grown.mean).toBeCloseTo(MEANS[q] as number, 9)
      expect(grown.variance).toBeCloseTo(VARIANCES[q] as number, 9)
    }
    expect(() => grown.append(points.slice(0, 3), 0)).toThrow('room')
  })

  it('bears repeated points without noise', () => {
    const twice = new Float64Array([...points, ...points])
    const posterior = new GaussianPosterior(
      twice,
      new Float64Array([...values, ...values]),
      numeric,
      { ...kernel, noise: 0 },
    )
    posterior.at(points.subarray(0, 3))
    expect(posterior.mean).toBeCloseTo(values[0] as number, 4)
    expect(posterior.variance).toBeLessThan(1e-6)
  })
})
