import { mean } from '../numbers.ts'
import type { VectorFunction } from './vector-function.ts'

/**
 * Two-objective problems of Zitzler, Deb, Thiele: Comparison of multiobjective evolutionary algorithms: empirical
 * results. Evolutionary Computation 8, 2000, 173–195, doi:10.1162/106365600568202. ZDT5, over bit
 * strings, is left out.
 *
 * f1 depends on x0 alone; f2 = g·h with g ≥ 1 of the other coordinates. Where g = 1 (they are all 0)
 * lies the Pareto front: convex (1), concave (2), in pieces (3), convex behind 21⁹ local fronts (4),
 * concave with few points near one end (6).
 */
function problem(
  name: string,
  dimension: number,
  g: (others: readonly number[]) => number,
  f1: (x: number) => number,
  h: (f1: number, g: number) => number,
  otherBounds: readonly [number, number] = [0, 1],
): VectorFunction {
  return {
    name,
    dimension: () => dimension,
    dimensions: () => [2, 1000],
    objectives: { usual: 2, range: [2, 2] },
    constraints: 0,
    bounds: index => (index === 0 ? [0, 1] : otherBounds),
    evaluate: x => {
      const first = f1(x[0] as number)
      const scale = g(x.slice(1))
      return { objectives: [first, scale * h(first, scale)], constraints: [] }
    },
  }
}

const same = (x: number): number => x
const linear = (others: readonly number[]): number => 1 + 9 * mean(others)

export const zdt: readonly VectorFunction[] = [
  problem('zdt1', 30, linear, same, (f1, g) => 1 - Math.sqrt(f1 / g)),
  problem('zdt2', 30, linear, same, (f1, g) => 1 - (f1 / g) ** 2),
  problem(
    'zdt3',
    30,
    linear,
    same,
    (f1, g) => 1 - Math.sqrt(f1 / g) - (f1 / g) * Math.sin(10 * Math.PI * f1),
  ),
  problem(
    'zdt4',
    10,
    others =>
      1 +
      10 * others.length +
      others.reduce((total, x) => total + x * x - 10 * Math.cos(4 * Math.PI * x), 0),
    same,
    (f1, g) => 1 - Math.sqrt(f1 / g),
    [-5, 5],
  ),
  problem(
    'zdt6',
    10,
    others => 1 + 9 * mean(others) ** 0.25,
    x => 1 - Math.exp(-4 * x) * Math.sin(6 * Math.PI * x) ** 6,
    (f1, g) => 1 - (f1 / g) ** 2,
  ),
]
