import type { TrialRecord } from '../../core/trial/trial.ts'
import { clamp } from '../../math/numbers.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'
import { axisPosition, type ParameterAxis, valueAtPosition } from './parameter-axis.ts'

/** Values of the goal over one value, or one range of values, of a parameter. */
export interface SliceBin {
  /** One value of a categorical parameter, or bounds of a range (low included, high too in the last). */
  readonly range:
    | { readonly kind: 'value'; readonly value: string }
    | { readonly kind: 'range'; readonly low: number; readonly high: number }
  readonly count: number
  readonly low: number
  readonly median: number
  readonly high: number
}

const RANGE_COUNT = 4

/**
 * Sums up a slice plot: one bin per categorical value, four equal parts of a numeric axis (equal on
 * the logarithmic scale where the axis is). Bins without trials are left out.
 */
export function sliceBins(
  axis: ParameterAxis,
  trials: readonly TrialRecord[],
  goal = 0,
): SliceBin[] {
  const count = axis.kind === 'categorical' ? axis.values.length : RANGE_COUNT
  const values = Array.from({ length: count }, (): number[] => [])
  for (const trial of trials) {
    const position = axisPosition(axis, trial.parameters)
    const value = trial.values[goal]
    if (position === null || value === undefined || !Number.isFinite(value)) continue
    const bin =
      axis.kind === 'categorical'
        ? Math.round(position * (count - 1))
        : clamp(Math.floor(position * count), 0, count - 1)
    values[bin]?.push(value)
  }
  return values.flatMap((bin, index) => {
    const sorted = bin.toSorted((a, b) => a - b)
    const low = sorted[0]
    const high = sorted.at(-1)
    if (low === undefined || high === undefined) return []
    const range =
      axis.kind === 'categorical'
        ? ({ kind: 'value', value: String(axis.values[index]) } as const)
        : ({
            kind: 'range',
            low: valueAtPosition(axis, index / RANGE_COUNT),
            high: valueAtPosition(axis, (index + 1) / RANGE_COUNT),
          } as const)
    return [{ range, count: sorted.length, low, median: quantileSorted(sorted, 0.5), high }]
  })
}
