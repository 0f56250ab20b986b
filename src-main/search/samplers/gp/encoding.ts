import { ownValue } from '../../../core/values/named-values.ts'
import type { Assignment, ParameterValue } from '../../../core/trial/trial.ts'
import type { CoordinateKinds } from '../../../math/gaussian-process/kernel.ts'
import { clamp } from '../../../math/numbers.ts'
import type { Parameter, SearchSpace } from '../../space/search-space.ts'
import { fromUnit, toUnit, valueAt, valueCount, valueIndex } from '../../space/unit-cube.ts'
import { assignmentAt, variedParameters } from '../shared/unit-coordinates.ts'

/**
 * Points of the model. Every varied parameter is one coordinate: floats, ints and ordinals their place in
 * the unit interval (grid values the middle of their share), choices the index of their value. The
 * coordinate of an inactive parameter is the same for all points: two trials that differ only in what
 * has no effect are one point. That another branch was taken shows in the parent's coordinate.
 */
export interface Encoding {
  readonly space: SearchSpace
  /** One per coordinate: numeric ones first, then choices. */
  readonly parameters: readonly Parameter[]
  readonly kinds: CoordinateKinds
  readonly dimension: number
  readonly axes: readonly Axis[]
  /** Whether any parameter has conditions. */
  readonly conditional: boolean
  /** Parameters of the space, parents first, as {@link activate} needs them. */
  readonly nodes: readonly ActivityNode[]
}

/** How one coordinate can move. */
export interface Axis {
  /** Number of values; Infinity if continuous. */
  readonly count: number
  /** The coordinates of all values if there are few; null otherwise. */
  readonly values: Float64Array | null
}

interface ActivityNode {
  /** -1 for a parameter with a single value. */
  readonly coordinate: number
  readonly conditions: readonly {
    readonly node: number
    /** Coordinates of the parent at which the condition holds; null if it holds whenever the parent is active. */
    readonly allowed: readonly number[] | null
  }[]
}

const INACTIVE_NUMERIC = 0.5
const INACTIVE_CHOICE = -1

/** Discrete coordinates with more values are moved like continuous ones and put on the grid afterwards. */
const MAX_LISTED = 16

export function createEncoding(space: SearchSpace): Encoding {
  const varied = variedParameters(space)
  const numeric = varied.filter(({ kind }) => kind !== 'choice')
  const choices = varied.filter(({ kind }) => kind === 'choice')
  const parameters = [...numeric, ...choices]
  return {
    space,
    parameters,
    kinds: { numeric: numeric.length, categorical: choices.length },
    dimension: parameters.length,
    axes: parameters.map(axisOf),
    conditional: space.parameters.some(({ when }) => when.length > 0),
    nodes: space.parameters.map(parameter => nodeOf(parameter, space, parameters)),
  }
}

function axisOf(parameter: Parameter): Axis {
  const count = valueCount(parameter)
  const listed = parameter.kind === 'choice' || count <= MAX_LISTED
  return {
    count,
    values: listed
      ? Float64Array.from({ length: count }, (_, index) => gridCoordinate(parameter, index))
      : null,
  }
}

function nodeOf(
  { name, when }: Parameter,
  space: SearchSpace,
  parameters: readonly Parameter[],
): ActivityNode {
  return {
    coordinate: parameters.findIndex(parameter => parameter.name === name),
    conditions: when.map(condition => {
      const node = space.parameters.findIndex(parameter => parameter.name === condition.parent)
      const parent = space.parameters[node] as Parameter
      const possible = condition.values.filter(value => valueIndex(parent, value) >= 0)
      if (valueCount(parent) === 1) return { node, allowed: possible.length > 0 ? null : [] }
      return { node, allowed: possible.map(value => coordinateOf(parent, value)) }
    }),
  }
}

function coordinateOf(parameter: Parameter, value: Assignment[string]): number {
  return parameter.kind === 'choice' ? valueIndex(parameter, value) : toUnit(parameter, value)
}

/** Coordinate of value number `index` of a parameter with countable values. */
export function gridCoordinate(parameter: Parameter, index: number): number {
  return coordinateOf(parameter, valueAt(parameter, index))
}

/** The model's point of a trial. */
export function pointOf({ parameters, kinds }: Encoding, assignment: Assignment): Float64Array {
  return Float64Array.from(parameters, (parameter, d) => {
    if (Object.hasOwn(assignment, parameter.name)) {
      return coordinateOf(parameter, ownValue(assignment, parameter.name) as Assignment[string])
    }
    return d < kinds.numeric ? INACTIVE_NUMERIC : INACTIVE_CHOICE
  })
}

/** The points of trials, row-major. */
export function pointsOf(
  encoding: Encoding,
  trials: readonly { readonly parameters: Assignment }[],
): Float64Array {
  const points = new Float64Array(trials.length * encoding.dimension)
  trials.forEach(({ parameters }, i) => {
    points.set(pointOf(encoding, parameters), i * encoding.dimension)
  })
  return points
}

/** The assignment at a point whose discrete coordinates lie on their grids; inactive ones are not looked at. */
export function assignmentOf(encoding: Encoding, point: Float64Array): Assignment {
  const dimensionOf = new Map(encoding.parameters.map((parameter, d) => [parameter.name, d]))
  const varied = variedParameters(encoding.space)
  return assignmentAt(encoding.space, position => {
    const parameter = varied[position] as Parameter
    const coordinate = point[dimensionOf.get(parameter.name) as number] as number
    if (parameter.kind !== 'choice') return clamp(coordinate, 0, 1)
    return toUnit(parameter, parameter.values[coordinate] as ParameterValue)
  })
}

/** Moves a coordinate of the unit interval to the coordinate of the value that it means. */
export function snap(parameter: Parameter, unit: number): number {
  return coordinateOf(parameter, fromUnit(parameter, unit))
}

/** Which coordinates are active, computed over and over during a search. */
export class Activity {
  /** 1 for the active coordinates of the last point. */
  readonly active: Uint8Array
  readonly #encoding: Encoding
  readonly #nodeActive: Uint8Array

  constructor(encoding: Encoding) {
    this.#encoding = encoding
    this.active = new Uint8Array(encoding.dimension).fill(1)
    this.#nodeActive = new Uint8Array(encoding.nodes.length)
  }

  /** Writes a point with its inactive coordinates at their common value to `out`, from `start` on. */
  apply(point: Float64Array, out: Float64Array, start = 0): void {
    const { nodes, kinds } = this.#encoding
    const { active } = this
    const nodeActive = this.#nodeActive
    for (let index = 0; index < nodes.length; index++) {
      const { coordinate, conditions } = nodes[index] as ActivityNode
      let holds = 1
      for (const { node, allowed } of conditions) {
        if (nodeActive[node] === 0) holds = 0
        else if (allowed !== null) {
          const parent = (nodes[node] as ActivityNode).coordinate
          if (!allowed.includes(point[parent] as number)) holds = 0
        }
      }
      nodeActive[index] = holds
      if (coordinate < 0) continue
      active[coordinate] = holds
      const inactive = coordinate < kinds.numeric ? INACTIVE_NUMERIC : INACTIVE_CHOICE
      out[start + coordinate] = holds === 1 ? (point[coordinate] as number) : inactive
    }
  }
}
