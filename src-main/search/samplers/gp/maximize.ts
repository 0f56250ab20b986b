import { clamp } from '../../../math/numbers.ts'
import { minimizeLbfgs } from '../../../math/optimize/l-bfgs.ts'
import { createSobol, SOBOL_MAX_DIMENSION } from '../../../math/quasi-random/sobol.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Parameter } from '../../space/search-space.ts'
import { valueIndex, fromUnit } from '../../space/unit-cube.ts'
import type { Acquisition } from './acquisition.ts'
import { Activity, type Encoding, gridCoordinate, snap } from './encoding.ts'

/** A point and its acquisition value. */
export interface Candidate {
  readonly point: Float64Array
  readonly value: number
}

const MAX_ROUNDS = 20

/**
 * Looks for the maximum of an acquisition function on a mixed space: many spread points, then local searches from
 * the best one, from points that are given, and from others drawn by their improvement. A local search climbs by
 * L-BFGS on continuous coordinates, in units of the kernel's lengths, and one discrete coordinate after the
 * other, until nothing gets better.
 */
export class AcquisitionSearch {
  readonly #encoding: Encoding
  readonly #preliminary: number
  /** Sobol's points, before they are shifted. */
  readonly #table: Float64Array
  readonly #canonical: Float64Array
  readonly #activity: Activity
  readonly #gradient: Float64Array

  /** @param preliminary points of Sobol's sequence that are looked at first */
  constructor(encoding: Encoding, preliminary: number) {
    const { dimension, kinds } = encoding
    this.#encoding = encoding
    this.#preliminary = preliminary
    this.#table = new Float64Array(preliminary * dimension)
    const sobol = createSobol(Math.min(dimension, SOBOL_MAX_DIMENSION), 'none', 0)
    for (let i = 0; i < preliminary; i++) {
      for (let d = 0; d < dimension; d++) {
        this.#table[i * dimension + d] = sobol.coordinate(i, d)
      }
    }
    this.#canonical = new Float64Array(dimension)
    this.#activity = new Activity(encoding)
    this.#gradient = new Float64Array(kinds.numeric)
  }

  /**
   * The best local maximum that is wanted; if none is, the best wanted spread point; if none is either, the best
   * local maximum.
   * @param lengths length of the kernel along each numeric coordinate
   * @param starts local searches, from the best spread points, others, and the given ones
   * @param startPoints points to start from besides
   * @param isWanted e.g. not tried yet
   */
  maximize(
    acquisition: Acquisition,
    lengths: Float64Array,
    starts: number,
    startPoints: readonly Float64Array[],
    random: RandomStream,
    isWanted: (point: Float64Array) => boolean,
  ): Candidate {
    const { dimension } = this.#encoding
    const preliminary = this.#preliminary
    const points = this.#spread(random)
    const evaluated = this.#encoding.conditional ? this.#canonicalized(points) : points
    const values = new Float64Array(preliminary)
    acquisition.values(evaluated, preliminary, values)
    const chosen = pick(values, starts - startPoints.length, random)
    const candidates = [
      ...chosen.map(index => points.slice(index * dimension, (index + 1) * dimension)),
      ...startPoints.map(point => point.slice()),
    ].map(point => this.#climb(acquisition, lengths, point))
    candidates.sort((a, b) => b.value - a.value)
    const wanted = candidates.find(({ point }) => isWanted(point))
    if (wanted !== undefined) return wanted
    const order = Uint32Array.from(values, (_, index) => index).sort(
      (a, b) => (values[b] as number) - (values[a] as number) || a - b,
    )
    for (const index of order) {
      const point = points.slice(index * dimension, (index + 1) * dimension)
      if (isWanted(point)) return { point, value: values[index] as number }
    }
    return candidates[0] as Candidate
  }

  /** The table, shifted by one random vector, on the grids. */
  #spread(random: RandomStream): Float64Array {
    const { dimension, parameters, axes, kinds } = this.#encoding
    const points = new Float64Array(this.#table.length)
    for (let d = 0; d < dimension; d++) {
      const shift = random.uniform()
      const parameter = parameters[d] as Parameter
      const { count } = axes[d] as { count: number }
      for (let at = d; at < points.length; at += dimension) {
        const moved = (this.#table[at] as number) + shift
        const unit = moved >= 1 ? moved - 1 : moved
        if (count === Number.POSITIVE_INFINITY) points[at] = unit
        else if (d >= kinds.numeric) points[at] = Math.floor(unit * count)
        else points[at] = snap(parameter, unit)
      }
    }
    return points
  }

  #canonicalized(points: Float64Array): Float64Array {
    const { dimension } = this.#encoding
    const result = points.slice()
    const point = new Float64Array(dimension)
    for (let at = 0; at < points.length; at += dimension) {
      for (let d = 0; d < dimension; d++) point[d] = points[at + d] as number
      this.#activity.apply(point, result, at)
    }
    return result
  }

  #valueAt(acquisition: Acquisition, point: Float64Array): number {
    if (!this.#encoding.conditional) return acquisition.value(point)
    this.#activity.apply(point, this.#canonical)
    return acquisition.value(this.#canonical)
  }

  #climb(acquisition: Acquisition, lengths: Float64Array, start: Float64Array): Candidate {
    const point = start
    let value = this.#valueAt(acquisition, point)
    for (let round = 0; round < MAX_ROUNDS; round++) {
      value = this.#climbSmoothly(acquisition, lengths, point, value)
      const before = value
      value = this.#climbGrids(acquisition, point, value)
      if (!(value > before)) break
    }
    return { point, value }
  }

  /** L-BFGS on the active coordinates that are not listed; changes `point`. @returns its value */
  #climbSmoothly(
    acquisition: Acquisition,
    lengths: Float64Array,
    point: Float64Array,
    value: number,
  ): number {
    const { axes, kinds, parameters, conditional } = this.#encoding
    if (conditional) this.#activity.apply(point, this.#canonical)
    const free: number[] = []
    for (let d = 0; d < kinds.numeric; d++) {
      if (axes[d]?.values === null && (!conditional || this.#activity.active[d] === 1)) free.push(d)
    }
    if (free.length === 0) return value
    const moving = conditional ? this.#canonical.slice() : point.slice()
    const gradient = this.#gradient
    const result = minimizeLbfgs(
      (scaled, slope) => {
        free.forEach((d, k) => {
          moving[d] = (scaled[k] as number) * (lengths[d] as number)
        })
        const height = acquisition.slopes(moving, gradient)
        free.forEach((d, k) => {
          slope[k] = -(gradient[d] as number) * (lengths[d] as number)
        })
        return -height
      },
      Float64Array.from(free, d => (point[d] as number) / (lengths[d] as number)),
      {
        lower: new Float64Array(free.length),
        upper: Float64Array.from(free, d => 1 / (lengths[d] as number)),
        maxIterations: 200,
        gradientTolerance: 1e-2,
        valueTolerance: 1e-6,
      },
    )
    const moved = point.slice()
    let snapped = false
    free.forEach((d, k) => {
      const unit = clamp((result.x[k] as number) * (lengths[d] as number), 0, 1)
      const isGrid = (axes[d]?.count as number) < Number.POSITIVE_INFINITY
      if (isGrid) snapped = true
      moved[d] = isGrid ? snap(parameters[d] as Parameter, unit) : unit
    })
    const height = snapped ? this.#valueAt(acquisition, moved) : -result.value
    if (!(height > value)) return value
    point.set(moved)
    return height
  }

  /** One discrete coordinate after the other; changes `point`. @returns its value */
  #climbGrids(acquisition: Acquisition, point: Float64Array, start: number): number {
    const { axes, parameters, conditional, dimension } = this.#encoding
    let best = start
    for (let d = 0; d < dimension; d++) {
      const { values, count } = axes[d] as (typeof axes)[number]
      if (count === Number.POSITIVE_INFINITY) continue
      if (conditional) {
        this.#activity.apply(point, this.#canonical)
        if (this.#activity.active[d] === 0) continue
      }
      const tryAt = (coordinate: number): boolean => {
        const previous = point[d] as number
        if (coordinate === previous) return false
        point[d] = coordinate
        const value = this.#valueAt(acquisition, point)
        if (value > best) {
          best = value
          return true
        }
        point[d] = previous
        return false
      }
      if (values !== null) for (const coordinate of values) tryAt(coordinate)
      else stepAlong(parameters[d] as Parameter, count, point[d] as number, tryAt)
    }
    return best
  }
}

/** Steps of 1, 2, 4 … in the direction that gets better, then smaller ones again. */
function stepAlong(
  parameter: Parameter,
  count: number,
  start: number,
  tryAt: (coordinate: number) => boolean,
): void {
  let index = valueIndex(parameter, fromUnit(parameter, start))
  for (const direction of [1, -1]) {
    let size = 1
    while (size >= 1) {
      const next = index + direction * size
      if (next >= 0 && next < count && tryAt(gridCoordinate(parameter, next))) {
        index = next
        size *= 2
      } else {
        size = size > 1 ? Math.floor(size / 4) : 0
      }
    }
  }
}

/** Index of the largest value and others, drawn without repeats with weights exp(value). */
function pick(values: Float64Array, count: number, random: RandomStream): number[] {
  let best = 0
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) > (values[best] as number)) best = i
  }
  const chosen = [best]
  const top = values[best] as number
  const weights = values.map(value => Math.exp(value - top))
  weights[best] = 0
  while (chosen.length < count) {
    let total = 0
    for (const weight of weights) total += weight
    if (!(total > 0)) break
    let remaining = random.uniform() * total
    let index = 0
    for (let i = 0; i < weights.length; i++) {
      if ((weights[i] as number) === 0) continue
      index = i
      remaining -= weights[i] as number
      if (remaining < 0) break
    }
    weights[index] = 0
    chosen.push(index)
  }
  return chosen
}
