import { clamp, enlarged } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { PointWeight } from '../../priors/prior-density.ts'
import { Activity, type Axis, type Encoding } from '../gp/encoding.ts'
import { drawCoordinate, RowMaker, settle } from './forest-rows.ts'

/** Points drawn uniformly. */
const RANDOM_POINTS = 500
/** Best random points that local searches start from. */
const RANDOM_STARTS = 5
const MAX_ROUNDS = 10
/** Tries per numeric parameter and round, and categories tried. */
const NUMERIC_NEIGHBORS = 4
const MAX_CATEGORIES = 8
/** Standard deviations of moves as shares of the range, drawn from this range on a logarithmic scale. */
const SMALLEST_MOVE = 0.005
const LARGEST_MOVE = 0.2

/**
 * Looks for the points with the largest acquisition: among random ones, and by local search that changes one
 * parameter at a time, from the best trials and the best random points. All points looked at lie in one array.
 */
export class CandidateSearch {
  readonly #encoding: Encoding
  readonly #acquisition: (row: Float64Array) => number
  readonly #random: RandomStream
  readonly #weights: readonly PointWeight[]
  readonly #activity: Activity | null
  readonly #canonical: Float64Array
  readonly #rows: RowMaker
  #points: Float64Array
  #values: Float64Array
  #count = 0

  /**
   * @param acquisition of a row of the forest
   * @param weights multiply it
   */
  constructor(
    encoding: Encoding,
    acquisition: (row: Float64Array) => number,
    random: RandomStream,
    weights: readonly PointWeight[],
  ) {
    const { dimension } = encoding
    this.#encoding = encoding
    this.#acquisition = acquisition
    this.#random = random
    this.#weights = weights
    this.#activity = weights.length === 0 ? null : new Activity(encoding)
    this.#canonical = new Float64Array(dimension)
    this.#rows = new RowMaker(encoding)
    this.#points = new Float64Array(4096 * dimension)
    this.#values = new Float64Array(4096)
  }

  /**
   * @param starts points of the best trials, inactive coordinates with any value
   * @returns positions of all points looked at, the best first; equals by age
   */
  run(starts: readonly Float64Array[]): Uint32Array {
    const encoding = this.#encoding
    const random = this.#random
    for (let k = 0; k < RANDOM_POINTS; k++) {
      const point = this.#next()
      for (let d = 0; d < point.length; d++) point[d] = drawCoordinate(encoding, d, random)
      this.#look()
    }
    const best = this.#sorted().slice(0, RANDOM_STARTS)
    for (const start of starts) {
      this.#next().set(start)
      this.#climb(this.#look())
    }
    for (const start of best) this.#climb(start)
    return this.#sorted()
  }

  pointAt(position: number): Float64Array {
    const { dimension } = this.#encoding
    return this.#points.subarray(position * dimension, (position + 1) * dimension)
  }

  valueAt(position: number): number {
    return this.#values[position] as number
  }

  #sorted(): Uint32Array {
    const values = this.#values
    const positions = Uint32Array.from({ length: this.#count }, (_, position) => position)
    return positions.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
  }

  /** Room for the next point; it counts once it was looked at. */
  #next(): Float64Array {
    if (this.#count === this.#values.length) {
      this.#points = enlarged(this.#points, 2 * this.#points.length)
      this.#values = enlarged(this.#values, 2 * this.#values.length)
    }
    return this.pointAt(this.#count)
  }

  #look(): number {
    const point = this.pointAt(this.#count)
    const value = this.#acquisition(this.#rows.rowOf(point))
    this.#values[this.#count] = value + this.#logWeight(point)
    return this.#count++
  }

  #logWeight(point: Float64Array): number {
    this.#activity?.apply(point, this.#canonical)
    return this.#weights.reduce((sum, weight) => sum + weight.logWeight(this.#canonical), 0)
  }

  #climb(start: number): void {
    const encoding = this.#encoding
    const random = this.#random
    let current = start
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = this.pointAt(current).slice()
      this.#rows.rowOf(before)
      const isActive = this.#rows.active.slice()
      let best = current
      for (let d = 0; d < before.length; d++) {
        if (isActive[d] === 0) continue
        for (let tries = this.#triesOf(d); tries > 0; tries--) {
          const point = this.#next()
          point.set(before)
          // Whatever becomes active with the change starts anywhere.
          for (let other = 0; other < before.length; other++) {
            if (isActive[other] === 0) point[other] = drawCoordinate(encoding, other, random)
          }
          point[d] = this.#moved(d, before[d] as number)
          const position = this.#look()
          if (this.valueAt(position) > this.valueAt(best)) best = position
        }
      }
      if (best === current) return
      current = best
    }
  }

  #triesOf(d: number): number {
    const { axes, kinds } = this.#encoding
    if (d < kinds.numeric) return NUMERIC_NEIGHBORS
    return Math.min((axes[d] as Axis).count - 1, MAX_CATEGORIES)
  }

  #moved(d: number, before: number): number {
    const encoding = this.#encoding
    const random = this.#random
    const { count } = encoding.axes[d] as Axis
    if (d >= encoding.kinds.numeric) {
      const other = random.integer(count - 1)
      return other >= before ? other + 1 : other
    }
    const width = SMALLEST_MOVE * (LARGEST_MOVE / SMALLEST_MOVE) ** random.uniform()
    const after = settle(encoding, d, reflected(before + width * random.normal()))
    if (after !== before) return after
    // A move that ends on the same grid value goes one further.
    const step = (random.uniform() < 0.5 ? -1 : 1) / count
    return settle(encoding, d, clamp(before + step, 0, 1))
  }
}

/** Back into [0, 1], as light from a mirror. */
function reflected(x: number): number {
  if (x < 0) return Math.min(-x, 1)
  return x > 1 ? Math.max(2 - x, 0) : x
}
