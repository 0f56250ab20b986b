import { dominates, type Point } from './point.ts'

/**
 * The part of the space below `reference` that no point of a front dominates, cut into boxes that do not
 * overlap. A new point y gains the hypervolume Σ_boxes Π_goals max(upper − max(y, lower), 0), so the expected
 * gain of independent goals is a sum of products:
 * K. Yang, M. Emmerich, A. Deutz, T. Bäck: Efficient computation of expected hypervolume improvement using
 * box decomposition algorithms. Journal of Global Optimization 75, 2019, 3–34,
 * doi:10.1007/s10898-019-00798-7.
 *
 * Cut into slabs along the last objective, each of them along the one before, and so on; the first objective
 * of a box reaches from −∞ to its upper edge. n points of two objectives give n + 1 boxes, of three at most
 * (n + 1)(n + 2)/2.
 */
export interface BoxDecomposition {
  readonly goals: number
  /** Edges of each goal in rising order: −∞, the values of the front, the reference. */
  readonly edges: readonly Float64Array[]
  readonly boxCount: number
  /**
   * Position of each box's upper edge, boxes × goals. The lower edge is the one before, for the first goal
   * −∞.
   */
  readonly upper: Int32Array
}

/**
 * @param points to be minimized, finite; dominated ones and those not below the reference are left out
 * @param reference finite, one value per objective
 */
export function decomposeBelow(points: readonly Point[], reference: Point): BoxDecomposition {
  const goals = reference.length
  const inside = points.filter(point =>
    Array.from(reference, (_, goal) => goal).every(
      goal => (point[goal] as number) < (reference[goal] as number),
    ),
  )
  const front = inside.filter(point => !inside.some(other => dominates(other, point)))
  const edges = Array.from({ length: goals }, (_, goal) => edgesOf(front, reference, goal))
  const upper: number[] = []
  const position = new Int32Array(goals)

  function cut(remaining: readonly Point[], goal: number): void {
    const goalEdges = edges[goal] as Float64Array
    if (goal === 0) {
      const best = remaining.reduce(
        (lowest, point) => Math.min(lowest, point[0] as number),
        reference[0] as number,
      )
      position[0] = goalEdges.indexOf(best)
      upper.push(...position)
      return
    }
    for (let edge = 1; edge < goalEdges.length; edge++) {
      const low = goalEdges[edge - 1] as number
      position[goal] = edge
      cut(
        remaining.filter(point => (point[goal] as number) <= low),
        goal - 1,
      )
    }
  }

  cut(front, goals - 1)
  return { goals, edges, boxCount: upper.length / goals, upper: Int32Array.from(upper) }
}

function edgesOf(front: readonly Point[], reference: Point, goal: number): Float64Array {
  const values = new Set(front.map(point => point[goal] as number))
  return Float64Array.of(
    Number.NEGATIVE_INFINITY,
    ...[...values].sort((a, b) => a - b),
    reference[goal] as number,
  )
}
