import { testFunctions } from './test-functions.ts'
import { fixedFunction, type VectorFunction } from './vector-function.ts'

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

/** The coordinates of a point of two dimensions. */
function plane(x: readonly number[]): readonly [number, number] {
  return x as readonly [number, number]
}

export const constrained: readonly VectorFunction[] = [
  fixedFunction({
    name: 'gardner1',
    objectives: 1,
    constraints: 1,
    bounds: [
      [0, 6],
      [0, 6],
    ],
    evaluate: point => {
      const [x, y] = plane(point)
      return {
        objectives: [cos(2 * x) * cos(y) + sin(x)],
        constraints: [cos(x) * cos(y) - sin(x) * sin(y) - 0.5],
      }
    },
  }),
  fixedFunction({
    name: 'gardner2',
    objectives: 1,
    constraints: 1,
    bounds: [
      [0, 6],
      [0, 6],
    ],
    evaluate: point => {
      const [x, y] = plane(point)
      return { objectives: [sin(x) + y], constraints: [sin(x) * sin(y) + 0.95] }
    },
  }),
  fixedFunction({
    name: 'constrainedBranin',
    objectives: 1,
    constraints: 1,
    bounds: [branin.bounds(0), branin.bounds(1)],
    evaluate: point => {
      const [x, y] = plane(point)
      return {
        objectives: [branin.evaluate(point)],
        constraints: [(x - 2.5) ** 2 + (y - 7.5) ** 2 - 50],
      }
    },
  }),
  fixedFunction({
    name: 'gramacy',
    objectives: 1,
    constraints: 2,
    bounds: [
      [0, 1],
      [0, 1],
    ],
    evaluate: point => {
      const [x, y] = plane(point)
      return {
        objectives: [x + y],
        constraints: [1.5 - x - 2 * y - 0.5 * sin(2 * PI * (x * x - 2 * y)), x * x + y * y - 1.5],
      }
    },
  }),
  fixedFunction({
    name: 'binhKorn',
    objectives: 2,
    constraints: 2,
    bounds: [
      [0, 5],
      [0, 3],
    ],
    evaluate: point => {
      const [x, y] = plane(point)
      return {
        objectives: [4 * x * x + 4 * y * y, (x - 5) ** 2 + (y - 5) ** 2],
        constraints: [(x - 5) ** 2 + y * y - 25, 7.7 - (x - 8) ** 2 - (y + 3) ** 2],
      }
    },
  }),
  fixedFunction({
    name: 'srinivas',
    objectives: 2,
    constraints: 2,
    bounds: [
      [-20, 20],
      [-20, 20],
    ],
    evaluate: point => {
      const [x, y] = plane(point)
      return {
        objectives: [2 + (x - 2) ** 2 + (y - 1) ** 2, 9 * x - (y - 1) ** 2],
        constraints: [x * x + y * y - 225, x - 3 * y + 10],
      }
    },
  }),
  fixedFunction({
    name: 'tanaka',
    objectives: 2,
    constraints: 2,
    // The definition has 0 as the lower bound, where the angle of the point (0, 0) is not defined.
    bounds: [
      [1e-5, PI],
      [1e-5, PI],
    ],
    evaluate: point => {
      const [x, y] = plane(point)
      return {
        objectives: [x, y],
        constraints: [
          1 + 0.1 * cos(16 * Math.atan2(x, y)) - x * x - y * y,
          (x - 0.5) ** 2 + (y - 0.5) ** 2 - 0.5,
        ],
      }
    },
  }),
  fixedFunction({
    name: 'osyczka',
    objectives: 2,
    constraints: 6,
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
