import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { roundTo } from '../../math/numbers.ts'
import {
  axisPosition,
  type NumericAxis,
  type ParameterAxis,
  valueAtPosition,
} from './parameter-axis.ts'

/** Part of an axis, 0 (low, first value) to 1. */
export type AxisPart = readonly [low: number, high: number]

/** The value at a position of a numeric axis; whole where the parameter is. */
export function axisValue(axis: NumericAxis, position: number): number {
  if (position <= 0) return axis.low
  if (position >= 1) return axis.high
  const value = valueAtPosition(axis, position)
  return axis.whole ? Math.round(value) : roundTo(value, 4)
}

/**
 * The space with some parameters held to a part of their axis. Steps stay: the low end moves to the grid. Normal parameters
 * have no ends to move and stay as they are, as do choices of which nothing would be left.
 * @returns the space, and the names of those that were asked for and stay
 */
export function narrowSpace(
  space: StudySpecification['space'],
  axes: readonly ParameterAxis[],
  parts: ReadonlyMap<string, AxisPart>,
): { readonly space: StudySpecification['space']; readonly unchanged: readonly string[] } {
  const unchanged: string[] = []
  const entries = Object.entries(space).map(([name, parameter]) => {
    const part = parts.get(name)
    const axis = axes.find(candidate => candidate.name === name)
    if (part === undefined || axis === undefined) return [name, parameter] as const
    const narrowed = narrowParameter(parameter, axis, part)
    if (narrowed === null) unchanged.push(name)
    return [name, narrowed ?? parameter] as const
  })
  return { space: Object.fromEntries(entries), unchanged }
}

function narrowParameter(
  parameter: ParameterSpecification,
  axis: ParameterAxis,
  [low, high]: AxisPart,
): ParameterSpecification | null {
  if (axis.kind === 'categorical') {
    const isSelected = (value: (typeof axis.values)[number]): boolean => {
      const position = axisPosition(axis, { [axis.name]: value }) ?? -1
      return position >= low && position <= high
    }
    const selectedValues = axis.values.filter(isSelected)
    if (selectedValues.length === 0) return null
    if ('ordinal' in parameter) return { ...parameter, ordinal: selectedValues }
    if (!('choice' in parameter)) return null
    const { weights } = parameter
    return {
      ...parameter,
      choice: selectedValues,
      ...(weights === undefined
        ? {}
        : {
            weights: weights.filter((_, at) =>
              isSelected(parameter.choice[at] as (typeof selectedValues)[number]),
            ),
          }),
    }
  }
  const ends = (step: number | undefined): [number, number] => {
    const [from, to] = [axisValue(axis, low), axisValue(axis, high)]
    const unit = step ?? (axis.whole && !axis.log ? 1 : 0)
    if (unit === 0) return [from, to]
    const onGrid = (value: number, round: (x: number) => number): number =>
      Number((axis.low + round((value - axis.low) / unit) * unit).toPrecision(12))
    return [onGrid(from, Math.floor), Math.min(axis.high, onGrid(to, Math.ceil))]
  }
  if ('float' in parameter) return { ...parameter, float: ends(parameter.step) }
  if ('int' in parameter) return { ...parameter, int: ends(parameter.step) }
  return null
}
