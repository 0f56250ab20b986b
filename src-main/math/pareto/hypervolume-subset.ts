import { indexOfLargest } from '../numbers.ts'
import { hypervolume, hypervolumeGain } from './hypervolume.ts'
import type { Point } from './point.ts'

/**
 * Which `count` points together have a large hypervolume: one after the other, always the one that adds
 * most, of equals the first. At least 1 − 1/e = 63 % of the best; usually far closer. What a point adds
 * only falls while others are chosen, so a value from before is a bound, and few are computed again.
 *
 * A. P. Guerreiro, C. M. Fonseca, L. Paquete: Greedy hypervolume subset selection in low dimensions.
 * Evolutionary Computation 24(3), 2016, 521–544, doi:10.1162/EVCO_a_00188.
 *
 * @param reference finite; points that are not below it everywhere add nothing and come last
 * @returns for one count after another min(count, points) indices in the order in which they were chosen; asking for
 *   more goes on where it was
 */
export function createGreedySelection(
  points: readonly Point[],
  reference: Point,
): (count: number) => number[] {
  const boxes = Float64Array.from(points, point => hypervolume([point], reference))
  /** At least what each point would add; −1 once chosen. */
  const bounds = boxes.slice()
  /** How many were chosen when the bound was exact. */
  const exactAt = new Int32Array(points.length)
  const chosen: number[] = []
  const gainOf = reference.length === 2 ? createGain2(reference) : createGain(reference)

  function choose(index: number): void {
    chosen.push(index)
    bounds[index] = -1
    const point = points[index] as Point
    gainOf.add(point)
    for (let other = 0; other < points.length; other++) {
      if ((bounds[other] as number) <= 0) continue
      const shared = sharedBox(points[other] as Point, point, reference)
      if (shared === Number.POSITIVE_INFINITY) continue
      bounds[other] = Math.min(bounds[other] as number, (boxes[other] as number) - shared)
    }
  }

  return count => {
    while (chosen.length < Math.min(count, points.length)) {
      const index = indexOfLargest(bounds)
      if (exactAt[index] === chosen.length) choose(index)
      else {
        bounds[index] = gainOf.of(points[index] as Point)
        exactAt[index] = chosen.length
      }
    }
    return chosen.slice(0, count)
  }
}

/** The volume that a point would add to those added so far. */
interface Gain {
  of(point: Point): number
  add(point: Point): void
}

function createGain(reference: Point): Gain {
  const others: Point[] = []
  return {
    of: point => hypervolumeGain(point, others, reference),
    add: point => void others.push(point),
  }
}

/** With two objectives along the staircase of the points, which is short. */
function createGain2(reference: Point): Gain {
  const [right, top] = [reference[0] as number, reference[1] as number]
  let stairs: (readonly [x: number, y: number])[] = []
  return {
    of(point) {
      const [x, y] = [point[0] as number, point[1] as number]
      let area = 0
      let height = top - y
      let from = x
      for (const [stairX, stairY] of stairs) {
        if (stairX > x) {
          area += (Math.min(stairX, right) - from) * Math.max(height, 0)
          from = stairX
        }
        height = Math.min(height, stairY - y)
        if (height <= 0) return area
      }
      return x < right ? area + (right - from) * height : 0
    },
    add(point) {
      const [x, y] = [point[0] as number, point[1] as number]
      if (!(x < right && y < top) || stairs.some(([a, b]) => a <= x && b <= y)) return
      stairs = stairs.filter(([a, b]) => a < x || b < y)
      stairs.push([x, y])
      stairs.sort((a, b) => a[0] - b[0])
    },
  }
}

/** Volume that two points dominate both; 0 if one of them lies outside. */
function sharedBox(first: Point, second: Point, reference: Point): number {
  let product = 1
  for (let goal = 0; goal < reference.length; goal++) {
    const worse = Math.max(first[goal] as number, second[goal] as number)
    product *= Math.max((reference[goal] as number) - worse, 0)
  }
  return product
}
