import { describe, expect, it } from 'vitest'
import {
  type DifferentiableFunction,
  minimizeLbfgs,
} from '../../../../src-main/math/optimize/l-bfgs.ts'

const rosenbrock: DifferentiableFunction = (x, gradient) => {
  let value = 0
  gradient.fill(0)
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] as number, x[i + 1] as number]
    value += 100 * (b - a * a) ** 2 + (1 - a) ** 2
    gradient[i] = (gradient[i] as number) - 400 * a * (b - a * a) - 2 * (1 - a)
    gradient[i + 1] = 200 * (b - a * a)
  }
  return value
}

function box(dimension: number, low: number, high: number) {
  return {
    lower: new Float64Array(dimension).fill(low),
    upper: new Float64Array(dimension).fill(high),
  }
}

describe('L-BFGS', () => {
  it('finds the minimum of Rosenbrock in 10 dimensions', () => {
    const start = Float64Array.from({ length: 10 }, (_, i) => (i % 2 ? 1 : -1.2))
    const result = minimizeLbfgs(rosenbrock, start, {
      ...box(10, -Infinity, Infinity),
      gradientTolerance: 1e-8,
      valueTolerance: 0,
    })
    for (const value of result.x) expect(value).toBeCloseTo(1, 7)
    expect(result.value).toBeLessThan(1e-14)
    // SciPy 1.17's L-BFGS-B takes about 75 evaluations.
    expect(result.evaluations).toBeLessThan(150)
  })

  it('stops at bounds and frees coordinates that leave them', () => {
    // Minimum of the convex quadratic at (2, −1, 0.3), bounds 0…1, started in a corner.
    const result = minimizeLbfgs(
      (x, gradient) => {
        const center = [2, -1, 0.3]
        const scale = [1, 10, 100]
        return center.reduce((sum, c, i) => {
          const away = (x[i] as number) - c
          gradient[i] = 2 * (scale[i] as number) * away
          return sum + (scale[i] as number) * away * away
        }, 0)
      },
      Float64Array.of(0, 1, 1),
      box(3, 0, 1),
    )
    expect(result.x[0]).toBe(1)
    expect(result.x[1]).toBe(0)
    expect(result.x[2]).toBeCloseTo(0.3, 6)
  })

  it('solves Rosenbrock in a box whose minimum lies on its edge', () => {
    const result = minimizeLbfgs(rosenbrock, Float64Array.of(-1, 0.4), {
      ...box(2, -2, 0.5),
      gradientTolerance: 1e-9,
      valueTolerance: 0,
    })
    // On x0 = 0.5: 100·(x1 − 0.25)² + 0.25.
    expect(result.x[0]).toBeCloseTo(0.5, 8)
    expect(result.x[1]).toBeCloseTo(0.25, 8)
  })

  it('never ends above its start, whatever the function does', () => {
    const jumpy: DifferentiableFunction = (x, gradient) => {
      gradient[0] = 1
      return (x[0] as number) < -0.01 ? Number.NaN : (x[0] as number)
    }
    const result = minimizeLbfgs(jumpy, Float64Array.of(0.5), box(1, -1, 1))
    expect(result.value).toBeLessThan(0.5)
    expect(result.value).toBeGreaterThanOrEqual(-0.01)
  })

  it('moves a start from outside into the box and ends at once where nothing can move', () => {
    const plane: DifferentiableFunction = (x, gradient) => {
      gradient[0] = 1
      return x[0] as number
    }
    const result = minimizeLbfgs(plane, Float64Array.of(-5), box(1, 0, 1))
    expect(result).toMatchObject({ value: 0, iterations: 0, evaluations: 1 })
  })
})
