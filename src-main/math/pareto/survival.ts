import { compareNumbers } from '../../core/trial/ranking.ts'
import { crowdingDistances } from './crowding-distance.ts'
import { hypervolumeContributions } from './hypervolume.ts'
import { frontsOf } from './non-dominated-sort.ts'
import type { Point } from './point.ts'

/**
 * Chooses places of one front.
 * @param front indices, more than `count`
 * @param chosen those that are chosen already, of better fronts
 * @returns `count` of the front's indices
 */
export type FrontCut = (
  front: readonly number[],
  count: number,
  chosen: readonly number[],
) => readonly number[]

/**
 * Whole fronts, the best first, as long as they fit; of the first that does not, those that `cut` chooses.
 * @param ranks see `nonDominatedRanks`
 * @returns min(count, points) indices, front by front
 */
export function surviveByFronts(ranks: Int32Array, count: number, cut: FrontCut): number[] {
  const chosen: number[] = []
  for (const front of frontsOf(ranks)) {
    const free = count - chosen.length
    if (front.length > free) {
      if (free > 0) chosen.push(...cut(front, free, chosen))
      break
    }
    chosen.push(...front)
  }
  return chosen
}

/**
 * NSGA-II: the least crowded ones (Deb and others 2002, doi:10.1109/4235.996017, section III-C), of equals
 * the first.
 */
export function cutByCrowding(points: readonly Point[]): FrontCut {
  return (front, count) => {
    const distances = crowdingDistances(front.map(index => points[index] as Point))
    return [...front.keys()]
      .sort((a, b) => compareNumbers(distances[b] as number, distances[a] as number) || a - b)
      .slice(0, count)
      .map(position => front[position] as number)
  }
}

/** How far behind the worst values of the front its reference point lies, in shares of their range. */
const REFERENCE_MARGIN = 0.2

/**
 * SMS-EMOA: the one that adds least to the hypervolume leaves, again and again; objectives are scaled to
 * the range of the front.
 *
 * N. Beume, B. Naujoks, M. Emmerich: SMS-EMOA: multiobjective selection based on dominated hypervolume.
 * European Journal of Operational Research 181(3), 2007, 1653–1669, doi:10.1016/j.ejor.2006.08.008.
 */
export function cutByHypervolume(points: readonly Point[]): FrontCut {
  return (front, count) => {
    let scaled = scaleToRange(front.map(index => points[index] as Point))
    let survivors = [...front]
    const reference = new Float64Array(points[0]?.length ?? 0).fill(1 + REFERENCE_MARGIN)
    while (survivors.length > count) {
      const contributions = hypervolumeContributions(scaled, reference)
      const least = contributions.indexOf(Math.min(...contributions))
      survivors = survivors.filter((_, position) => position !== least)
      scaled = scaled.filter((_, position) => position !== least)
    }
    return survivors
  }
}

/**
 * Each objective to 0 … 1 over its finite values; −∞ lies one range below, +∞ one above; 0 where all are
 * equal.
 */
export function scaleToRange(points: readonly Point[]): Float64Array[] {
  const scaled = points.map(point => new Float64Array(point.length))
  const goals = points[0]?.length ?? 0
  for (let goal = 0; goal < goals; goal++) {
    const finite = points.map(point => point[goal] as number).filter(Number.isFinite)
    const low = Math.min(...finite)
    const range = Math.max(...finite) - low
    points.forEach((point, index) => {
      const value = point[goal] as number
      const target = scaled[index] as Float64Array
      if (Number.isFinite(value)) target[goal] = range > 0 ? (value - low) / range : 0
      else target[goal] = value > 0 ? 2 : -1
    })
  }
  return scaled
}
