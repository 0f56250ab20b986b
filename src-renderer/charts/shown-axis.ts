import {
  axisPosition,
  type NumericAxis,
  type ParameterAxis,
  valueAtPosition,
} from '../../src-main/analysis/parallel/parameter-axis.ts'
import type { ShownAxis } from '../../src-main/charts/parallel-model.ts'
import type { AxisRange } from './parallel-drawing.ts'

/**
 * Ranges are kept on the searched scale, so that every chart understands them; an axis may be shown turned round or on the
 * other scale. Positions are 0 (bottom) to 1 (top).
 */
export function shownRange(
  searched: ParameterAxis,
  shownAxis: ShownAxis,
  range: AxisRange,
): AxisRange {
  return rising(range, position => {
    const at = rescaled(searched, shownAxis, position)
    return shownAxis.inverted === true ? 1 - at : at
  })
}

/** The inverse of {@link shownRange}. */
export function searchedRange(
  searched: ParameterAxis,
  shownAxis: ShownAxis,
  range: AxisRange,
): AxisRange {
  return rising(range, position =>
    rescaled(shownAxis, searched, shownAxis.inverted === true ? 1 - position : position),
  )
}

/** The other scale of a numeric axis, where it has one. */
export function withOtherScale(axis: NumericAxis): NumericAxis {
  return { ...axis, log: !axis.log }
}

function rising([low, high]: AxisRange, change: (position: number) => number): AxisRange {
  const [a, b] = [change(low), change(high)]
  return [Math.min(a, b), Math.max(a, b)]
}

function rescaled(from: ParameterAxis, to: ParameterAxis, position: number): number {
  if (from.kind !== 'numeric') return position
  return axisPosition(to, { [to.name]: valueAtPosition(from, position) }) ?? position
}
