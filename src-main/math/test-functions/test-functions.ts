/**
 * Closed-form functions for learning and for measuring samplers; all are minimized. Definitions:
 * Surjanovic, Bingham: Virtual library of simulation experiments, sfu.ca/~ssurjano, 2013; Hartmann 6
 * in its usual sign. Where nothing else is said, x is any vector inside the bounds.
 */
export interface TestFunction {
  readonly name: string
  /** Fixed number of dimensions, or the one taken if none is asked for. */
  readonly dimension: number
  /** Smallest and largest number of dimensions; equal for fixed ones. */
  readonly dimensions: readonly [number, number]
  /** Usual bounds of coordinate `index`. */
  bounds(index: number): readonly [number, number]
  /** A point where the minimum is reached. */
  minimizer(dimension: number): number[]
  minimum(dimension: number): number
  evaluate(x: readonly number[]): number
}

function sum(x: readonly number[], term: (value: number, index: number) => number): number {
  return x.reduce((total, value, index) => total + term(value, index), 0)
}

function at(x: readonly number[], index: number): number {
  return x[index] as number
}

/**
 * A function of any dimension.
 * @param at each coordinate of the minimum, which is 0
 */
function scalable(
  name: string,
  bounds: readonly [number, number],
  at: number,
  evaluate: TestFunction['evaluate'],
): TestFunction {
  return {
    name,
    dimension: 2,
    dimensions: [1, 1000],
    bounds: () => bounds,
    evaluate,
    minimizer: dimension => new Array<number>(dimension).fill(at),
    minimum: () => 0,
  }
}

const branin: TestFunction = {
  name: 'branin',
  dimension: 2,
  dimensions: [2, 2],
  bounds: index => (index === 0 ? [-5, 10] : [0, 15]),
  minimizer: () => [Math.PI, 2.275],
  minimum: () => 0.39788735772973816,
  evaluate: x => {
    const a = at(x, 0)
    const valley = at(x, 1) - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6
    return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10
  },
}

const sixHumpCamel: TestFunction = {
  name: 'sixHumpCamel',
  dimension: 2,
  dimensions: [2, 2],
  bounds: index => (index === 0 ? [-3, 3] : [-2, 2]),
  minimizer: () => [0.08984201368301331, -0.7126564032704135],
  minimum: () => -1.031628453489877,
  evaluate: x => {
    const [a, b] = [at(x, 0) ** 2, at(x, 1) ** 2]
    return (4 - 2.1 * a + (a * a) / 3) * a + at(x, 0) * at(x, 1) + (-4 + 4 * b) * b
  },
}

/** Rows of A and P for Hartmann's six-dimensional function, and the weights of the four rows. */
const HARTMANN_SCALES = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
] as const
const HARTMANN_CENTERS = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
] as const
const HARTMANN_WEIGHTS = [1, 1.2, 3, 3.2] as const

const hartmann6: TestFunction = {
  name: 'hartmann6',
  dimension: 6,
  dimensions: [6, 6],
  bounds: () => [0, 1],
  minimizer: () => [
    0.20168951100670543, 0.15001069182345797, 0.47687397422189703, 0.2753324304940561,
    0.31165161660011326, 0.6573005340656204,
  ],
  minimum: () => -3.322368011415515,
  evaluate: x =>
    -sum(
      HARTMANN_WEIGHTS,
      (weight, row) =>
        weight *
        Math.exp(
          -sum(
            HARTMANN_SCALES[row] as readonly number[],
            (scale, column) =>
              scale * (at(x, column) - at(HARTMANN_CENTERS[row] as readonly number[], column)) ** 2,
          ),
        ),
    ),
}

const list: readonly TestFunction[] = [
  scalable('sphere', [-5.12, 5.12], 0, x => sum(x, value => value * value)),
  branin,
  sixHumpCamel,
  hartmann6,
  {
    ...scalable('rosenbrock', [-5, 10], 1, x =>
      sum(
        x.slice(1),
        (next, index) => 100 * (next - at(x, index) ** 2) ** 2 + (1 - at(x, index)) ** 2,
      ),
    ),
    dimensions: [2, 1000],
  },
  scalable(
    'rastrigin',
    [-5.12, 5.12],
    0,
    x => 10 * x.length + sum(x, value => value * value - 10 * Math.cos(2 * Math.PI * value)),
  ),
  scalable('ackley', [-32.768, 32.768], 0, x => {
    const meanSquare = sum(x, value => value * value) / x.length
    const meanCosine = sum(x, value => Math.cos(2 * Math.PI * value)) / x.length
    return -20 * Math.exp(-0.2 * Math.sqrt(meanSquare)) - Math.exp(meanCosine) + 20 + Math.E
  }),
  scalable('levy', [-10, 10], 1, x => {
    const w = x.map(value => 1 + (value - 1) / 4)
    const last = at(w, w.length - 1)
    return (
      Math.sin(Math.PI * at(w, 0)) ** 2 +
      sum(
        w.slice(0, -1),
        value => (value - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * value + 1) ** 2),
      ) +
      (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
    )
  }),
  scalable(
    'griewank',
    [-600, 600],
    0,
    x =>
      sum(x, value => (value * value) / 4000) -
      x.reduce((product, value, index) => product * Math.cos(value / Math.sqrt(index + 1)), 1) +
      1,
  ),
  {
    ...scalable(
      'styblinskiTang',
      [-5, 5],
      -2.903534027771177,
      x => sum(x, value => value ** 4 - 16 * value ** 2 + 5 * value) / 2,
    ),
    minimum: dimension => -39.16616570377142 * dimension,
  },
]

/** Every test function by its name. */
export const testFunctions: Readonly<Record<string, TestFunction>> = Object.fromEntries(
  list.map(testFunction => [testFunction.name, testFunction]),
)
