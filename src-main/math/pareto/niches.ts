import { LuDecomposition, Matrix } from 'ml-matrix'
import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'
import type { RandomStream } from '../random/random-stream.ts'
import type { Point } from './point.ts'
import { type FrontCut, scaleToRange } from './survival.ts'

/**
 * Survival of NSGA-III: points are normalized by the hyperplane through the extreme ones and belong to the
 * nearest of given directions (niches); of a front that does not fit, those in the emptiest niches are
 * taken. Without memory of former extreme points, as in DEAP's `selNSGA3` and Optuna.
 *
 * K. Deb, H. Jain: An evolutionary many-objective optimization algorithm using reference-point-based
 * nondominated sorting approach, part I. IEEE Transactions on Evolutionary Computation 18(4), 2014, 577–601,
 * doi:10.1109/TEVC.2013.2281535.
 *
 * @param points all of them; infinite values are moved near the finite ones
 * @param directions not zero, as `simplexLattice` gives them
 */
export function cutByNiches(
  points: readonly Point[],
  directions: readonly Point[],
  random: RandomStream,
): FrontCut {
  return (front, count, chosen) => {
    const considered = [...chosen, ...front]
    const normalized = normalizeByExtremes(considered.map(index => points[index] as Point))
    const niches = normalized.map(point => nearestDirection(point, directions))
    const sizes = new Int32Array(directions.length)
    for (const { niche } of niches.slice(0, chosen.length)) {
      sizes[niche] = (sizes[niche] as number) + 1
    }
    return takeFromNiches(front, niches.slice(chosen.length), count, sizes, random)
  }
}

export interface Niche {
  /** Index of the direction. */
  readonly niche: number
  readonly distance: number
}

/**
 * Section IV-C: the ideal point becomes 0, the hyperplane through the extreme point of each objective meets
 * every axis at 1; where there is no such plane, the worst values become 1.
 */
export function normalizeByExtremes(points: readonly Point[]): Float64Array[] {
  // Scaled first, so that objectives of very different size have extreme points that make sense.
  const scaled = scaleToRange(points)
  const goals = scaled[0]?.length ?? 0
  const ideal = Float64Array.from({ length: goals }, (_, goal) =>
    Math.min(...scaled.map(point => point[goal] as number)),
  )
  const moved = scaled.map(point => point.map((value, goal) => value - (ideal[goal] as number)))
  const worst = ideal.map((_, goal) => Math.max(...moved.map(point => point[goal] as number)))
  const extremes = [...ideal.keys()].map(axis => extremePoint(moved, axis))
  // No further out than the worst values, which a nearly parallel plane would do.
  const intercepts = (interceptsOf(extremes) ?? worst).map((value, goal) =>
    Math.min(value, worst[goal] as number),
  )
  return moved.map(point => point.map((value, goal) => value / ((intercepts[goal] as number) || 1)))
}

/** Weight of the other objectives (equation 4). */
const OTHER_AXIS = 1e6

/** The point with the smallest achievement scalarizing function of an axis. */
function extremePoint(points: readonly Float64Array[], axis: number): Float64Array {
  const scalarized = points.map(point =>
    Math.max(...point.map((value, goal) => (goal === axis ? value : value * OTHER_AXIS))),
  )
  return points[scalarized.indexOf(Math.min(...scalarized))] as Float64Array
}

/** Where the hyperplane through the points meets the axes; null if it does not at all, or hardly above 0. */
function interceptsOf(extremes: readonly Float64Array[]): Float64Array | null {
  const plane = new LuDecomposition(new Matrix(extremes.map(point => [...point])))
  if (plane.isSingular()) return null
  const inverse = plane.solve(Matrix.ones(extremes.length, 1)).getColumn(0)
  const intercepts = Float64Array.from(inverse, value => 1 / value)
  return intercepts.every(value => Number.isFinite(value) && value > 1e-6) ? intercepts : null
}

/** By the distance to the line through 0 (algorithm 3); of equals the first. */
export function nearestDirection(point: Point, directions: readonly Point[]): Niche {
  let niche = 0
  let nearest = Number.POSITIVE_INFINITY
  directions.forEach((direction, index) => {
    let along = 0
    let length = 0
    let square = 0
    for (let goal = 0; goal < direction.length; goal++) {
      const [value, part] = [point[goal] as number, direction[goal] as number]
      along += value * part
      length += part * part
      square += value * value
    }
    const distance = square - (along * along) / length
    if (distance < nearest) [niche, nearest] = [index, distance]
  })
  return { niche, distance: Math.sqrt(Math.max(nearest, 0)) }
}

/** Algorithm 4. */
function takeFromNiches(
  front: readonly number[],
  niches: readonly Niche[],
  count: number,
  sizes: Int32Array,
  random: RandomStream,
): number[] {
  const waiting = new Map<number, number[]>()
  niches.forEach(({ niche }, position) => {
    getOrInsertComputed(waiting, niche, () => []).push(position)
  })
  const chosen: number[] = []
  while (chosen.length < count) {
    const smallest = Math.min(...[...waiting.keys()].map(niche => sizes[niche] as number))
    const emptiest = [...waiting.keys()].filter(niche => sizes[niche] === smallest)
    for (const niche of random.shuffled(emptiest).slice(0, count - chosen.length)) {
      const members = waiting.get(niche) as number[]
      const member =
        smallest === 0 ? nearestMember(members, niches) : random.integer(members.length)
      chosen.push(front[members[member] as number] as number)
      members.splice(member, 1)
      if (members.length === 0) waiting.delete(niche)
      sizes[niche] = smallest + 1
    }
  }
  return chosen
}

function nearestMember(members: readonly number[], niches: readonly Niche[]): number {
  const distances = members.map(position => (niches[position] as Niche).distance)
  return distances.indexOf(Math.min(...distances))
}
