import { covers, type Point, sortedIndices } from './point.ts'
import { RankSet } from './rank-set.ts'

/**
 * Hypervolume: the size of what at least one point dominates inside the box below `reference`. Exact; two
 * and three objectives in O(n log n), four in O(n² log n), each further one costs a factor n at worst.
 *
 * Two and three objectives: a sweep along the last one that keeps the staircase of the others.
 * - N. Beume, C. M. Fonseca, M. López-Ibáñez, L. Paquete, J. Vahrenhold: On the complexity of computing the
 *   hypervolume indicator. IEEE Transactions on Evolutionary Computation 13(5), 2009, 1075–1082,
 *   doi:10.1109/TEVC.2009.2015575.
 *
 * More: what each point adds to those before it, which is its box without the hypervolume of those
 * points moved into the box (exclusive = inclusive − limited); with the points sorted by the last
 * objective all moved points agree in it, so that one objective falls away.
 * - L. While, L. Bradstreet, L. Barone: A fast way of calculating exact hypervolumes. The same journal 16(1),
 *   2012, 86–95, doi:10.1109/TEVC.2010.2077298 (WFG).
 *
 * @param points to be minimized; those that are not below the reference everywhere add nothing
 * @param reference finite, one value per objective
 * @returns ≥ 0; +∞ if a point that counts has an infinite value
 */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const counting = points.filter(point => isInside(point, reference))
  if (counting.some(hasInfinity)) return Number.POSITIVE_INFINITY
  return volume(counting, reference, reference.length)
}

/**
 * The volume that `point` adds to the hypervolume of `others`, ≥ 0. Where both are infinite nothing can be said: 0.
 */
export function hypervolumeGain(point: Point, others: readonly Point[], reference: Point): number {
  if (!isInside(point, reference)) return 0
  const size = reference.length
  const gain =
    box(point, reference, size) -
    hypervolume(
      others.map(other => moved(other, point, size)),
      reference,
    )
  // Rounding may leave a little less than nothing.
  return gain > 0 ? gain : 0
}

/**
 * The volume that all points together would lose without each one, ≥ 0; 0 for dominated points and for
 * those that occur twice. O(n log n) for two objectives, n times the hypervolume of n points for more.
 */
export function hypervolumeContributions(points: readonly Point[], reference: Point): Float64Array {
  if (reference.length === 2) return contributions2(points, reference)
  return Float64Array.from(points, (point, index) =>
    hypervolumeGain(
      point,
      points.filter((_, other) => other !== index),
      reference,
    ),
  )
}

function isInside(point: Point, reference: Point): boolean {
  for (let goal = 0; goal < reference.length; goal++) {
    if (!((point[goal] as number) < (reference[goal] as number))) return false
  }
  return true
}

function hasInfinity(point: Point): boolean {
  return Array.prototype.includes.call(point, Number.NEGATIVE_INFINITY)
}

/** Volume between a point and the reference in the first `size` objectives. */
function box(point: Point, reference: Point, size: number): number {
  let product = 1
  for (let goal = 0; goal < size; goal++) {
    product *= (reference[goal] as number) - (point[goal] as number)
  }
  return product
}

/** `other` moved into the box of `point`, in the first `size` objectives. */
function moved(other: Point, point: Point, size: number): Float64Array {
  const result = new Float64Array(size)
  for (let goal = 0; goal < size; goal++) {
    result[goal] = Math.max(other[goal] as number, point[goal] as number)
  }
  return result
}

/** Of points inside the reference, in the first `size` objectives. */
function volume(points: readonly Point[], reference: Point, size: number): number {
  if (points.length === 0) return 0
  if (points.length === 1) return box(points[0] as Point, reference, size)
  if (size === 1) return points.reduce((best, point) => Math.max(best, box(point, reference, 1)), 0)
  if (size === 2) return area(points, reference)
  if (size === 3) return volume3(points, reference)
  const last = size - 1
  const uncovered = withoutCovered(points, size).sort(
    (a, b) => (a[last] as number) - (b[last] as number),
  )
  let total = 0
  uncovered.forEach((point, index) => {
    const before = uncovered.slice(0, index).map(other => moved(other, point, last))
    const depth = (reference[last] as number) - (point[last] as number)
    total += depth * (box(point, reference, last) - volume(before, reference, last))
  })
  return total
}

/** Leaves out points that another one covers; of equal points the first stays. */
function withoutCovered(points: readonly Point[], size: number): Point[] {
  const uncovered: Point[] = []
  for (const index of sortedIndices(points)) {
    const point = points[index] as Point
    const part = point.length === size ? point : Float64Array.from(point).subarray(0, size)
    if (!uncovered.some(other => covers(other, part))) uncovered.push(part)
  }
  return uncovered
}

function area(points: readonly Point[], reference: Point): number {
  const order = Uint32Array.from(points.keys()).sort((a, b) => value(a, 0) - value(b, 0))
  let total = 0
  let top = reference[1] as number
  for (const index of order) {
    const height = top - value(index, 1)
    if (height <= 0) continue
    total += height * ((reference[0] as number) - value(index, 0))
    top = value(index, 1)
  }
  return total

  function value(index: number, goal: number): number {
    return (points[index] as Point)[goal] as number
  }
}

/** Sweep along the third objective; the staircase of the first two is a set of indices in their order. */
function volume3(points: readonly Point[], reference: Point): number {
  const count = points.length
  const byFirst = Uint32Array.from(points.keys()).sort((a, b) => {
    const left = points[a] as Point
    const right = points[b] as Point
    return (left[0] as number) - (right[0] as number) || (left[1] as number) - (right[1] as number)
  })
  const x = Float64Array.from(byFirst, index => (points[index] as Point)[0] as number)
  const y = Float64Array.from(byFirst, index => (points[index] as Point)[1] as number)
  const z = Float64Array.from(byFirst, index => (points[index] as Point)[2] as number)
  const order = Uint32Array.from(x.keys()).sort((a, b) => (z[a] as number) - (z[b] as number))
  const stairs = new RankSet(count)
  let covered = 0
  let total = 0
  for (let step = 0; step < count; step++) {
    const index = order[step] as number
    covered += addStair(index)
    const next =
      step + 1 < count ? (z[order[step + 1] as number] as number) : (reference[2] as number)
    total += covered * (next - (z[index] as number))
  }
  return total

  /** @returns the area that the point adds */
  function addStair(index: number): number {
    const left = stairs.below(index)
    let top = left < 0 ? (reference[1] as number) : (y[left] as number)
    const bottom = y[index] as number
    if (top <= bottom) return 0
    let added = 0
    let from = x[index] as number
    let right = stairs.above(index)
    while (right >= 0 && (y[right] as number) >= bottom) {
      added += ((x[right] as number) - from) * (top - bottom)
      from = x[right] as number
      top = y[right] as number
      stairs.delete(right)
      right = stairs.above(right)
    }
    const end = right < 0 ? (reference[0] as number) : (x[right] as number)
    stairs.add(index)
    return added + (end - from) * (top - bottom)
  }
}

/**
 * A point of the front owns the rectangle up to its neighbors, less what the points cover that only it
 * dominates.
 */
function contributions2(points: readonly Point[], reference: Point): Float64Array {
  const contributions = new Float64Array(points.length)
  const value = (index: number, goal: number): number => (points[index] as Point)[goal] as number
  const front: number[] = []
  const owned: number[][] = []
  for (const index of sortedIndices(points)) {
    if (!isInside(points[index] as Point, reference)) continue
    const last = front.at(-1)
    if (last === undefined || value(index, 1) < value(last, 1)) {
      front.push(index)
      owned.push([])
      continue
    }
    const beforeLast = front.at(-2)
    if (beforeLast === undefined || value(index, 1) < value(beforeLast, 1)) {
      owned.at(-1)?.push(index)
    }
  }
  front.forEach((index, position) => {
    const right = front[position + 1]
    const above = front[position - 1]
    const corner = [
      right === undefined ? (reference[0] as number) : value(right, 0),
      above === undefined ? (reference[1] as number) : value(above, 1),
    ]
    const lost = (owned[position] as number[]).map(other => points[other] as Point)
    contributions[index] = hypervolumeGain(points[index] as Point, lost, corner)
  })
  return contributions
}
