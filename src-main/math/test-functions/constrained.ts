import { testFunctions } from './test-functions.ts'
import { fixedFunction, type VectorFunction, type VectorValue } from './vector-function.ts'

/**
 * Small problems with constraints, one objective first, then two.
 *
 * - gardner1, gardner2: Gardner, Kusner, Xu, Weinberger, Cunningham: Bayesian optimization with inequality
 *   constraints. ICML 2014, section 5.1; the second has a tiny feasible region.
 * - constrainedBranin: Gelbart, Snoek, Adams: Bayesian optimization with unknown constraints. UAI 2014; a disc
 *   that keeps one of Branin's three minima.
 * - gramacy: Gramacy and others: Modeling an augmented Lagrangian for blackbox constrained optimization.
 *   Technometrics 58, 2016, 1–11, doi:10.1080/00401706.2015.1014065.
 * - binhKorn, srinivas, tanaka, osyczka: as collected in Deb, Pratap, Agarwal, Meyarivan: A fast and elitist
 *   multiobjective genetic algorithm: NSGA-II. 2002, doi:10.1109/4235.996017 (table V), and Coello Coello,
 *   Lamont, Van Veldhuizen: Evolutionary algorithms for solving multi-objective problems. 2007.
 */
const { cos, sin, PI } = Math
const branin = testFunctions['branin'] as (typeof testFunctions)[string]

type Plane = (x: number, y: number) => readonly number[]

/** A function of two coordinates. */
function planar(
  name: string,
  bounds: readonly [readonly [number, number], readonly [number, number]],
  objectives: Plane,
  constraints: Plane,
): VectorFunction {
  const evaluate = (point: readonly number[]): VectorValue => {
    const [x, y] = point as readonly [number, number]
    return { objectives: objectives(x, y), constraints: constraints(x, y) }
  }
  return fixedFunction({ name, bounds, evaluate })
}

function square(low: number, high: number) {
  return [[low, high] as const, [low, high] as const] as const
}

export const constrained: readonly VectorFunction[] = [
  planar(
    'gardner1',
    square(0, 6),
    (x, y) => [cos(2 * x) * cos(y) + sin(x)],
    (x, y) => [cos(x) * cos(y) - sin(x) * sin(y) - 0.5],
  ),
  planar(
    'gardner2',
    square(0, 6),
    (x, y) => [sin(x) + y],
    (x, y) => [sin(x) * sin(y) + 0.95],
  ),
  planar(
    'constrainedBranin',
    [branin.bounds(0), branin.bounds(1)],
    (x, y) => [branin.evaluate([x, y])],
    (x, y) => [(x - 2.5) ** 2 + (y - 7.5) ** 2 - 50],
  ),
  planar(
    'gramacy',
    square(0, 1),
    (x, y) => [x + y],
    (x, y) => [1.5 - x - 2 * y - 0.5 * sin(2 * PI * (x * x - 2 * y)), x * x + y * y - 1.5],
  ),
  planar(
    'binhKorn',
    [
      [0, 5],
      [0, 3],
    ],
    (x, y) => [4 * x * x + 4 * y * y, (x - 5) ** 2 + (y - 5) ** 2],
    (x, y) => [(x - 5) ** 2 + y * y - 25, 7.7 - (x - 8) ** 2 - (y + 3) ** 2],
  ),
  planar(
    'srinivas',
    square(-20, 20),
    (x, y) => [2 + (x - 2) ** 2 + (y - 1) ** 2, 9 * x - (y - 1) ** 2],
    (x, y) => [x * x + y * y - 225, x - 3 * y + 10],
  ),
  planar(
    'tanaka',
    // The definition has 0 as the lower bound, where the angle of the point (0, 0) is not defined.
    square(1e-5, PI),
    (x, y) => [x, y],
    (x, y) => [
      1 + 0.1 * cos(16 * Math.atan2(x, y)) - x * x - y * y,
      (x - 0.5) ** 2 + (y - 0.5) ** 2 - 0.5,
    ],
  ),
  fixedFunction({
    name: 'osyczka',
    bounds: [
      [0, 10],
      [0, 10],
      [1, 5],
      [0, 6],
      [1, 5],
      [0, 10],
    ],
    evaluate: x => {
      const [a, b, c, d, e, f] = x as readonly [number, number, number, number, number, number]
      return {
        objectives: [
          -(25 * (a - 2) ** 2 + (b - 2) ** 2 + (c - 1) ** 2 + (d - 4) ** 2 + (e - 1) ** 2),
          x.reduce((total, value) => total + value * value, 0),
        ],
        constraints: [
          2 - a - b,
          a + b - 6,
          b - a - 2,
          a - 3 * b - 2,
          (c - 3) ** 2 + d - 4,
          4 - (e - 3) ** 2 - f,
        ],
      }
    },
  }),
]
