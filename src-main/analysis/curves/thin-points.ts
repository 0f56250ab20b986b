/** A point of a line in data units. */
export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Fewer points that keep the look of a line: largest triangle three buckets. The first and the
 * last point stay; from each bucket in between the point stays that spans the largest triangle with
 * the point kept before and the mean of the next bucket.
 *
 * S. Steinarsson, "Downsampling Time Series for Visual Representation", MSc thesis, University of
 * Iceland, 2013, section 4.2.
 *
 * @param points rising in x, all finite
 * @param most   how many to keep, ≥ 3
 */
export function thinPoints(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points
  const thinned: Point[] = [points[0] as Point]
  const width = (points.length - 2) / (most - 2)
  for (let bucket = 0; bucket < most - 2; bucket++) {
    const from = 1 + Math.floor(bucket * width)
    const to = 1 + Math.floor((bucket + 1) * width)
    const next = meanPoint(
      points,
      to,
      Math.min(1 + Math.floor((bucket + 2) * width), points.length),
    )
    thinned.push(largestTriangle(points, from, to, thinned[thinned.length - 1] as Point, next))
  }
  thinned.push(points[points.length - 1] as Point)
  return thinned
}

/** At most so many, at even distances; the first and the last stay. @param most ≥ 2 */
export function thinEvenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  const distance = (items.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, at) => items[Math.round(at * distance)] as Item)
}

function meanPoint(points: readonly Point[], from: number, to: number): Point {
  const last = Math.max(from + 1, to)
  let x = 0
  let y = 0
  let count = 0
  for (const point of points.slice(from, last)) {
    x += point.x
    y += point.y
    count++
  }
  return { x: x / count, y: y / count }
}

function largestTriangle(
  points: readonly Point[],
  from: number,
  to: number,
  before: Point,
  after: Point,
): Point {
  let largest = -1
  let chosen = points[from] as Point
  for (const point of points.slice(from, Math.max(from + 1, to))) {
    const area = Math.abs(
      (before.x - after.x) * (point.y - before.y) - (before.x - point.x) * (after.y - before.y),
    )
    if (area > largest) {
      largest = area
      chosen = point
    }
  }
  return chosen
}
