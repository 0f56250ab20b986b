import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import type { ParameterValue } from '../../../core/trial/trial.ts'
import type { Parameter, SearchSpace } from '../../space/search-space.ts'
import {
  fromUnit,
  gridShare,
  hasEqualShares,
  toUnit,
  valueAt,
  valueCount,
  valueIndex,
} from '../../space/unit-cube.ts'

/**
 * One parameter as the densities see it. A coordinate is the position in the unit interval for a
 * continuous parameter, the number of the value for a choice. A grid (int, step, ordinal) has both: its
 * observations are positions, its candidates are numbers of values.
 */
export interface Dimension {
  readonly parameter: Parameter
  readonly kind: 'continuous' | 'grid' | 'choice'
  /** Number of values; Infinity for continuous. */
  readonly size: number
  /** Coordinate of an observed value. */
  observe(value: ParameterValue): number
  /** The grid value whose share of the unit interval holds a position. */
  cellOf(unit: number): number
  /** Share of the unit interval that belongs to a grid value. */
  share(cell: number): readonly [number, number]
  /** The value of a candidate's coordinate. */
  valueOf(coordinate: number): ParameterValue
}

/** Parameters that are active in exactly the same trials and modeled together. */
export interface DimensionGroup {
  readonly dimensions: readonly Dimension[]
}

/**
 * Splits a space into groups by their conditions: the partition that Optuna's `group=True` finds
 * in the trials once every branch has been seen, known here from the start. Parameters with a
 * single value are left out.
 * @param together false gives each parameter a group of its own
 */
export function dimensionGroups(space: SearchSpace, together: boolean): DimensionGroup[] {
  const groups = new Map<string, Dimension[]>()
  for (const parameter of space.parameters) {
    if (valueCount(parameter) === 1) continue
    const conditions = parameter.when
      .map(({ parent, values }) =>
        JSON.stringify([parent, values.map(v => JSON.stringify(v)).sort()]),
      )
      .sort()
    const key = together ? JSON.stringify(conditions) : parameter.name
    getOrInsertComputed(groups, key, () => []).push(createDimension(parameter))
  }
  return [...groups.values()].map(dimensions => ({ dimensions }))
}

function createDimension(parameter: Parameter): Dimension {
  const size = valueCount(parameter)
  const counted = size === Number.POSITIVE_INFINITY ? 'continuous' : 'grid'
  const kind = parameter.kind === 'choice' ? 'choice' : counted
  return {
    parameter,
    kind,
    size,
    observe: value => (kind === 'choice' ? valueIndex(parameter, value) : toUnit(parameter, value)),
    cellOf: unit =>
      hasEqualShares(parameter)
        ? Math.min(Math.floor(unit * size), size - 1)
        : valueIndex(parameter, fromUnit(parameter, unit)),
    share: cell => gridShare(parameter, cell),
    valueOf: coordinate =>
      kind === 'continuous' ? fromUnit(parameter, coordinate) : valueAt(parameter, coordinate),
  }
}
