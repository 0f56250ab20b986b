import { hypervolume, hypervolumeGain } from './hypervolume.ts'
import { type Point, sortedIndices } from './point.ts'

/**
 * Which `count` points together have a large hypervolume: one after the other, always the one that adds
 * most, of equals the first. At least 1 − 1/e = 63 % of the best; usually far closer. What a point adds
 * only falls while others are chosen, so a value from before is a bound, and few are computed again.
 *
 * A. P. Guerreiro, C. M. Fonseca, L. Paquete: Greedy hypervolume subset selection in low dimensions.
 * Evolutionary Computation 24(3), 2016, 521–544, doi:10.1162/EVCO_a_00188.
 *
 * @param reference finite; points that are not below it everywhere add nothing and come last
 * @returns min(count, points) indices in the order in which they were chosen
 */
export function selectGreedily(
  points: readonly Point[],
  reference: Point,
  count: number,
): number[] {
  return createGreedySelection(points, reference)(count)
}

/** {@link selectGreedily} for one count after another; asking for more goes on where it was. */
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

/** What a point would add to those added so far. */
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

function indexOfLargest(values: Float64Array): number {
  let best = 0
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[best] as number)) best = index
  }
  return best
}

/**
 * The `count` points of two objectives whose hypervolume together is largest, exact in O(count·n + n log n):
 * the best chain that ends in a point grows from the best chains that are one shorter, and what a link
 * adds is linear in the first value of the new end, so the chains form an upper hull of lines.
 *
 * T. Kuhn, C. M. Fonseca, L. Paquete, S. Ruzika, M. M. Duarte, J. R. Figueira: Hypervolume subset selection
 * in two dimensions: formulations and algorithms. Evolutionary Computation 24(3), 2016, 411–425,
 * doi:10.1162/EVCO_a_00157.
 *
 * @param reference finite
 * @returns indices by rising first value; fewer than `count` if no more points add anything
 */
export function selectExactly2(
  points: readonly Point[],
  reference: Point,
  count: number,
): number[] {
  const front = stairs(points, reference)
  const wanted = Math.min(count, front.length)
  if (wanted === 0) return []
  const [right, top] = [reference[0] as number, reference[1] as number]
  const places = Float64Array.from(front, index => (points[index] as Point)[0] as number)
  const heights = Float64Array.from(front, index => top - ((points[index] as Point)[1] as number))
  let areas = new Float64Array(front.length)
  const before: Int32Array[] = []
  for (let length = 2; length <= wanted; length++) {
    const longer = lengthen(places, heights, areas, length)
    areas = longer.areas
    before.push(longer.before)
  }
  let end = wanted - 1
  let best = Number.NEGATIVE_INFINITY
  for (let point = wanted - 1; point < front.length; point++) {
    const whole =
      (areas[point] as number) + (right - (places[point] as number)) * (heights[point] as number)
    if (whole > best) [best, end] = [whole, point]
  }
  const chain = [end]
  for (const links of before.reverse()) chain.push(links[chain.at(-1) as number] as number)
  return chain.reverse().map(point => front[point] as number)
}

/**
 * From the chains of length − 1 points to those of `length`: the largest area left of each point among chains that
 * end there, and the point before it. Points of the staircase rise in place and in height.
 */
function lengthen(
  places: Float64Array,
  heights: Float64Array,
  areas: Float64Array,
  length: number,
): { areas: Float64Array<ArrayBuffer>; before: Int32Array } {
  const longer = new Float64Array(places.length)
  const before = new Int32Array(places.length)
  /** Area of the best chain up to `point`, which then goes on level until `place`: a line in `place`. */
  const areaAt = (point: number, place: number): number =>
    (areas[point] as number) + (place - (places[point] as number)) * (heights[point] as number)
  /** Where the steeper line of a later point overtakes. */
  const meeting = (point: number, later: number): number => {
    const origin = places[later] as number
    const lead = areaAt(point, origin) - areaAt(later, origin)
    return origin + lead / ((heights[later] as number) - (heights[point] as number))
  }
  /** Lines that are the highest somewhere from the present place on. */
  const hull: number[] = []
  let first = 0
  for (let point = length - 1; point < places.length; point++) {
    const line = point - 1
    while (hull.length - first >= 2) {
      const [a, b] = [hull[hull.length - 2] as number, hull[hull.length - 1] as number]
      if (meeting(a, line) > meeting(a, b)) break
      hull.pop()
    }
    hull.push(line)
    const place = places[point] as number
    while (
      first + 1 < hull.length &&
      areaAt(hull[first + 1] as number, place) >= areaAt(hull[first] as number, place)
    ) {
      first++
    }
    before[point] = hull[first] as number
    longer[point] = areaAt(hull[first] as number, place)
  }
  return { areas: longer, before }
}

/** The non-dominated points below the reference, by rising first value, equals once. */
function stairs(points: readonly Point[], reference: Point): number[] {
  let lowest = reference[1] as number
  return sortedIndices(points).filter(index => {
    const [x, y] = [(points[index] as Point)[0] as number, (points[index] as Point)[1] as number]
    if (!(x < (reference[0] as number) && y < lowest)) return false
    lowest = y
    return true
  })
}
