import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { testFunctions } from '../../../../src-main/math/test-functions/test-functions.ts'

/** Computed with NumPy from the definitions, not with the code under test. */
const reference: readonly (readonly [string, readonly number[], number])[] = [
  ['branin', [2.677, 14.257], 135.78547852687726],
  ['branin', [-2.838, 14.23], 7.980325963952782],
  ['hartmann6', [0.828, 0.409, 0.55, 0.028, 0.754, 0.538], -0.01794605440130024],
  ['hartmann6', [0.33, 0.788, 0.303, 0.453, 0.134, 0.403], -0.5523044177291703],
  ['hartmann6', [0.203, 0.262, 0.75, 0.28, 0.485, 0.981], -0.9149408862204967],
  ['sphere', [4.727], 22.344529],
  ['sphere', [3.392, -4.478, 3.333, -3.435, -1.278], 56.099546],
  ['rastrigin', [-2.285], 17.402657413965425],
  ['rastrigin', [2.307, 1.576, -0.704, 3.761, 1.353], 94.85296647449398],
  ['ackley', [1.028], 3.758462827544744],
  ['ackley', [-2.821, 5.537, 21.74, 14.494, -8.64], 20.475860054960886],
  ['levy', [5.534], 2.1615455564716157],
  ['levy', [5.823, 5.185, 1.94, 8.354, 3.793], 38.90608463751312],
  ['rosenbrock', [-1.772, 4.59], 217.93862402559995],
  ['rosenbrock', [2.591, 6.776, -0.575, 6.532, 2.884], 378308.3240367138],
  ['griewank', [-552.489], 76.40260367022434],
  ['griewank', [25.83, -229.238, -125.332, 529.121, -358.556], 120.18650454554063],
  ['styblinskiTang', [-4.377], 19.309421390320463],
  ['styblinskiTang', [-2.145, 2.482, -0.572, -2.907, 4.05], -85.42268251167104],
  ['sixHumpCamel', [0.634, 1.224], 5.051615019640643],
  ['sixHumpCamel', [1.565, -1.894], 36.257009168014235],
]

describe.each(Object.values(testFunctions))('$name', testFunction => {
  const dimensions =
    testFunction.dimensions[0] === testFunction.dimensions[1]
      ? [testFunction.dimension]
      : [testFunction.dimensions[0], 2, 5]

  it.each(dimensions)('reaches its minimum at its minimizer in %i dimensions', dimension => {
    const minimizer = testFunction.minimizer(dimension)
    expect(minimizer).toHaveLength(dimension)
    expect(testFunction.evaluate(minimizer)).toBeCloseTo(testFunction.minimum(dimension), 12)
    minimizer.forEach((value, index) => {
      const [low, high] = testFunction.bounds(index)
      expect(value).toBeGreaterThan(low)
      expect(value).toBeLessThan(high)
    })
  })

  it.each(dimensions)('is nowhere lower within its bounds in %i dimensions', dimension => {
    const random = createRandomStream({ seed: 1, number: dimension, purpose: testFunction.name })
    const minimizer = testFunction.minimizer(dimension)
    const minimum = testFunction.minimum(dimension)
    for (let draw = 0; draw < 2_000; draw++) {
      // Half of the points anywhere, half close to the minimizer.
      const point = minimizer.map((value, index) => {
        const [low, high] = testFunction.bounds(index)
        return draw % 2 === 0
          ? low + random.uniform() * (high - low)
          : value + 1e-3 * (high - low) * random.normal()
      })
      expect(testFunction.evaluate(point)).toBeGreaterThanOrEqual(minimum - 1e-12)
    }
  })

  const values = reference.filter(([name]) => name === testFunction.name)
  it('has reference values', () => expect(values.length).toBeGreaterThan(0))
  it.each(values)('%s(%o) is %d', (_, point, expected) => {
    const relative = Math.abs(testFunction.evaluate(point) - expected) / Math.abs(expected)
    expect(relative).toBeLessThan(1e-12)
  })
})
