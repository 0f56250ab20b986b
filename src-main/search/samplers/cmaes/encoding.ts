import { ownValue } from '../../../core/values/named-values.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import type { CoordinateGrid } from '../../../math/cma-es/margin.ts'
import { type CmaState, cmaDeviation } from '../../../math/cma-es/distribution.ts'
import { truncatedNormalQuantile } from '../../../math/distributions/truncated-normal.ts'
import { clamp } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { ChoiceParameter, Parameter, SearchSpace } from '../../space/search-space.ts'
import {
  fromUnit,
  gridShare,
  toUnit,
  valueAt,
  valueCount,
  valueIndex,
} from '../../space/unit-cube.ts'
import { variedParameters } from '../shared/unit-coordinates.ts'

/** Which varied parameters are coordinates of the normal distribution and which are categories. */
export interface Encoding {
  /** Varied parameters in the order of the space. */
  readonly parameters: readonly Parameter[]
  readonly numeric: readonly Parameter[]
  readonly categorical: readonly ChoiceParameter[]
  /** One per numeric parameter; null where values are continuous. */
  readonly grids: readonly (CoordinateGrid | null)[]
}

export function createEncoding(space: SearchSpace): Encoding {
  const parameters = variedParameters(space)
  const numeric = parameters.filter(({ kind }) => kind !== 'choice')
  return {
    parameters,
    numeric,
    categorical: parameters.filter(parameter => parameter.kind === 'choice'),
    grids: numeric.map(gridOf),
  }
}

/** Edges in the unit interval; the first and last value reach to ∓∞. */
function gridOf(parameter: Parameter): CoordinateGrid | null {
  const count = valueCount(parameter)
  if (count === Number.POSITIVE_INFINITY) return null
  return {
    edgeCount: count - 1,
    edgeAt: index => gridShare(parameter, index)[1],
    centerAt: index => toUnit(parameter, valueAt(parameter, index)),
    valueOf: x => valueIndex(parameter, fromUnit(parameter, clamp(x, 0, 1))),
  }
}

/** Standard deviations. */
const TAIL = 9

/**
 * The point of the normal distribution that a trial stands for. Continuous values are themselves. A
 * grid value and an inactive parameter tell only an interval (the share of the value; everything): their
 * coordinate is drawn from the part of the present distribution that lies in it, as if it had been
 * sampled there. The draws belong to the trial, so a replay repeats them.
 */
export function trialPoint(
  encoding: Encoding,
  assignment: Assignment,
  state: CmaState,
  random: RandomStream,
): Float64Array {
  return Float64Array.from(encoding.numeric, (parameter, i) => {
    const value = ownValue(assignment, parameter.name)
    const grid = encoding.grids[i] ?? null
    if (value !== undefined && grid === null) return toUnit(parameter, value)
    const [low, high] = interval(parameter, grid, value)
    const center = state.mean[i] as number
    const deviation = cmaDeviation(state, i)
    // Open ends are cut where next to nothing lies beyond.
    const to = Math.max((low - center) / deviation, 0) + TAIL
    const from = Math.min((high - center) / deviation, 0) - TAIL
    const a = Math.max((low - center) / deviation, from)
    const b = Math.min((high - center) / deviation, to)
    return center + deviation * truncatedNormalQuantile(random.uniform(), a, b)
  })
}

function interval(
  parameter: Parameter,
  grid: CoordinateGrid | null,
  value: Assignment[string] | undefined,
): readonly [number, number] {
  // An inactive float would have been sampled inside the cube.
  if (grid === null) return [0, 1]
  const index = value === undefined ? -1 : valueIndex(parameter, value)
  if (index < 0) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  return [
    index === 0 ? Number.NEGATIVE_INFINITY : grid.edgeAt(index - 1),
    index === grid.edgeCount ? Number.POSITIVE_INFINITY : grid.edgeAt(index),
  ]
}
