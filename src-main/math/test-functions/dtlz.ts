import { ownValue } from '../../core/values/named-values.ts'
import type { VectorFunction } from './vector-function.ts'

/**
 * Problems with any number M of objectives: Deb, Thiele, Laumanns, Zitzler: Scalable test problems for
 * evolutionary multiobjective optimization. 2005, doi:10.1007/1-84628-137-7_6. The constrained C2-DTLZ2: Jain, Deb: An
 * evolutionary many-objective optimization algorithm using reference-point based nondominated sorting
 * approach, part II. IEEE Transactions on Evolutionary Computation 18, 2014, 602–622,
 * doi:10.1109/TEVC.2013.2281534.
 *
 * The first M − 1 coordinates choose a place on the front, the k others the distance g ≥ 0 from it. The front
 * is a plane (1), a part of the unit sphere (2, 3 and 4), a curve (5, 6) or 2^(M−1) pieces (7); 1 and 3
 * have many local fronts, 4 a very uneven density.
 */

/** Coordinates beyond M − 1 that are taken if no dimension is asked for. */
const USUAL_DISTANCES: Readonly<Record<string, number>> = { dtlz1: 5, dtlz7: 20 }

type Evaluate = (position: readonly number[], distances: readonly number[]) => number[]

function problem(
  name: string,
  evaluate: Evaluate,
  constraint: ((values: readonly number[]) => number) | null = null,
): VectorFunction {
  return {
    name,
    dimension: objectives => objectives - 1 + (ownValue(USUAL_DISTANCES, name) ?? 10),
    dimensions: objectives => [objectives, 1000],
    objectives: { usual: 3, range: [2, 20] },
    constraints: constraint === null ? 0 : 1,
    bounds: () => [0, 1],
    evaluate: (x, objectives) => {
      const values = evaluate(x.slice(0, objectives - 1), x.slice(objectives - 1))
      return { objectives: values, constraints: constraint === null ? [] : [constraint(values)] }
    },
  }
}

function sum(values: readonly number[], term: (value: number) => number): number {
  return values.reduce((total, value) => total + term(value), 0)
}

/** g with many local minima: 1 + 11^k of them. */
function rugged(distances: readonly number[]): number {
  const waves = sum(distances, x => (x - 0.5) ** 2 - Math.cos(20 * Math.PI * (x - 0.5)))
  return 100 * (distances.length + waves)
}

function bowl(distances: readonly number[]): number {
  return sum(distances, x => (x - 0.5) ** 2)
}

/** Objective m is the product of `up` over the first M − 1 − m coordinates, times `last` of the next. */
function products(
  position: readonly number[],
  scale: number,
  up: (x: number) => number,
  last: (x: number) => number,
): number[] {
  return Array.from({ length: position.length + 1 }, (_, objective) => {
    const head = position.length - objective
    const product = position.slice(0, head).reduce((total, x) => total * up(x), scale)
    return objective === 0 ? product : product * last(position[head] as number)
  })
}

/** On a sphere of radius 1 + g; angles in units of a right angle. */
function sphere(angles: readonly number[], g: number): number[] {
  return products(
    angles,
    1 + g,
    angle => Math.cos((angle * Math.PI) / 2),
    angle => Math.sin((angle * Math.PI) / 2),
  )
}

/** All angles but the first are pulled to the middle as g falls, so that the front is a curve. */
function curve(position: readonly number[], g: number): number[] {
  const angles = position.map((x, index) => (index === 0 ? x : (1 + 2 * g * x) / (2 * (1 + g))))
  return sphere(angles, g)
}

/** Only spheres of radius r around the corners and the middle of the front are allowed. */
function nearCorners(values: readonly number[]): number {
  const count = values.length
  const radius = count === 2 ? 0.2 : count === 3 ? 0.4 : 0.5
  const squares = sum(values, f => f * f)
  const corners = values.map(f => (f - 1) ** 2 + squares - f * f)
  const middle = sum(values, f => (f - 1 / Math.sqrt(count)) ** 2)
  return Math.min(...corners, middle) - radius ** 2
}

const dtlz2: Evaluate = (position, distances) => sphere(position, bowl(distances))

export const dtlz: readonly VectorFunction[] = [
  problem('dtlz1', (position, distances) =>
    products(
      position,
      0.5 * (1 + rugged(distances)),
      x => x,
      x => 1 - x,
    ),
  ),
  problem('dtlz2', dtlz2),
  problem('dtlz3', (position, distances) => sphere(position, rugged(distances))),
  problem('dtlz4', (position, distances) =>
    sphere(
      position.map(x => x ** 100),
      bowl(distances),
    ),
  ),
  problem('dtlz5', (position, distances) => curve(position, bowl(distances))),
  problem('dtlz6', (position, distances) =>
    curve(
      position,
      sum(distances, x => x ** 0.1),
    ),
  ),
  problem('dtlz7', (position, distances) => {
    const scale = 2 + (9 / distances.length) * sum(distances, x => x)
    const slope = sum(position, f => (f / scale) * (1 + Math.sin(3 * Math.PI * f)))
    return [...position, scale * (position.length + 1 - slope)]
  }),
  problem('c2Dtlz2', dtlz2, nearCorners),
]
