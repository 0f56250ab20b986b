import type { Feature } from '../../../math/forest/feature-table.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Parameter } from '../../space/search-space.ts'
import { hasEqualShares } from '../../space/unit-cube.ts'
import { Activity, type Axis, type Encoding, snap } from '../gp/encoding.ts'

/** The number in a numeric column where the parameter is not active: one split sets it apart from all values. */
const INACTIVE_NUMERIC = -0.5

/**
 * The columns of the forest are the coordinates of the encoding; a parameter that is not active is a category of its own,
 * or a number below all others.
 */
export function featuresOf({ parameters, axes, kinds }: Encoding): Feature[] {
  return parameters.map((parameter, d) => {
    if (d < kinds.numeric) return { kind: 'numeric' }
    const { count } = axes[d] as Axis
    return { kind: 'categorical', categories: parameter.when.length > 0 ? count + 1 : count }
  })
}

/** Turns points of the encoding into rows of the forest, see {@link featuresOf}; used over and over. */
export class RowMaker {
  /** The row of the last point. */
  readonly row: Float64Array
  /** 1 for the coordinates that are active at the last point. */
  readonly active: Uint8Array
  readonly #encoding: Encoding
  readonly #activity: Activity

  constructor(encoding: Encoding) {
    this.#encoding = encoding
    this.#activity = new Activity(encoding)
    this.active = this.#activity.active
    this.row = new Float64Array(encoding.dimension)
  }

  /** @returns {@link row} */
  rowOf(point: Float64Array): Float64Array {
    const { row, active } = this
    const encoding = this.#encoding
    if (!encoding.conditional) {
      row.set(point)
      return row
    }
    this.#activity.apply(point, row)
    for (let d = 0; d < row.length; d++) {
      if (active[d] === 1) continue
      row[d] = d < encoding.kinds.numeric ? INACTIVE_NUMERIC : (encoding.axes[d] as Axis).count
    }
    return row
  }
}

/** A coordinate drawn from the values of its parameter, as random search would. */
export function drawCoordinate(encoding: Encoding, d: number, random: RandomStream): number {
  return settle(encoding, d, random.uniform())
}

/** Moves a number in [0, 1) to the coordinate of the value that it means. */
export function settle(encoding: Encoding, d: number, unit: number): number {
  const { count } = encoding.axes[d] as Axis
  if (count === Number.POSITIVE_INFINITY) return unit
  const parameter = encoding.parameters[d] as Parameter
  if (!hasEqualShares(parameter)) return snap(parameter, unit)
  // The same as `snap`, many times faster.
  const index = Math.min(Math.floor(unit * count), count - 1)
  return d < encoding.kinds.numeric ? (index + 0.5) / count : index
}
