import { scaleLinear, scaleLog } from 'd3-scale'
import { formatNumber, withThousands } from '../core/i18n/format-number.ts'
import { roundTo } from '../math/numbers.ts'

/** A tick with its place in the drawing. */
export interface Tick {
  readonly value: number
  readonly at: number
  readonly label: string
}

/** Numbers along a line of the drawing. */
export interface NumericAxis {
  readonly log: boolean
  /** Place of a value; values outside the range are put on the nearer end. */
  at(value: number): number
  readonly ticks: readonly Tick[]
}

export interface NumericAxisOptions {
  readonly low: number
  readonly high: number
  readonly log?: boolean
  /** Places of `low` and `high` in the drawing. */
  readonly from: number
  readonly to: number
  /** Wanted number of ticks; what comes is near it. */
  readonly ticks?: number
  /** Ends on round numbers instead of on `low` and `high`. */
  readonly round?: boolean
  /** Only whole numbers get ticks. */
  readonly whole?: boolean
}

export function numericAxis(options: NumericAxisOptions): NumericAxis {
  const { from, to, ticks = 5 } = options
  const [low, high] = widen(options.low, options.high, options.log === true)
  if (options.log === true) {
    const scale = scaleLog([low, high], [from, to]).clamp(true)
    return {
      log: true,
      at: value => scale(Math.max(value, Number.MIN_VALUE)),
      ticks: logTicks(low, high, ticks).map(value => ({
        value,
        at: scale(value),
        label: shortNumber(value),
      })),
    }
  }
  const scale = scaleLinear([low, high], [from, to]).clamp(true)
  if (options.round === true) scale.nice(ticks)
  const values =
    options.whole === true && options.low === options.high
      ? [options.low]
      : scale.ticks(ticks).filter(value => options.whole !== true || Number.isInteger(value))
  return {
    log: false,
    at: value => scale(value),
    ticks: values.map(value => ({ value, at: scale(value), label: tickLabel(value, values) })),
  }
}

/** A range of no width is opened a little, so that its value stands in the middle. */
function widen(low: number, high: number, log: boolean): [number, number] {
  if (low < high) return [low, high]
  if (log) return [low / 2, high * 2]
  const margin = Math.abs(low) * 0.05 || 1
  return [low - margin, high + margin]
}

/** Powers of ten if enough of them lie in the range, else 1-2-5, else evenly spaced numbers. */
function logTicks(low: number, high: number, wanted: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9)
  const last = Math.floor(Math.log10(high) + 1e-9)
  const powers: number[] = []
  const stride = Math.max(1, Math.ceil((last - first + 1) / wanted))
  for (let exponent = first; exponent <= last; exponent += stride) {
    powers.push(Number(`1e${exponent}`))
  }
  if (powers.length >= 3) return powers
  const fine: number[] = []
  for (let exponent = first - 1; exponent <= last; exponent++) {
    for (const digit of [1, 2, 5]) {
      const value = Number(`${digit}e${exponent}`)
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) fine.push(value)
    }
  }
  if (fine.length > wanted + 1 && powers.length >= 2) return powers
  return fine.length >= 2 ? fine : scaleLinear().domain([low, high]).ticks(3)
}

/** Long whole numbers with an exponent: `2e5`. */
function shortNumber(value: number): string {
  if (Math.abs(value) < 1e5) return formatNumber(roundTo(value, 6))
  const [mantissa = '', exponent = ''] = value.toExponential(3).split('e')
  return withThousands(`${Number(mantissa)}e${Number(exponent)}`)
}

/** Ticks of a linear axis are written as the values along it, up to here. */
const LARGEST_TICK = 1e9

/** The same number of decimals on all ticks, as many as their distance needs. */
function tickLabel(value: number, all: readonly number[]): string {
  const step = Math.abs((all[1] ?? value) - (all[0] ?? 0)) || Math.abs(value) || 1
  const largest = Math.max(...all.map(Math.abs))
  if (step < 1e-4 && largest < 1e-2) return formatNumber(roundTo(value, 6))
  if (largest >= LARGEST_TICK) return shortNumber(value)
  return withThousands(value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9))))
}
