/** The scale of a range slider: positions from 0 to {@link SLIDER_STEPS}, values between bounds that leave room on both sides. */

export const SLIDER_STEPS = 200
/** On a logarithmic scale there is room for so much more on each side. */
const LOG_ROOM = 10

export interface SliderScale {
  readonly low: number
  readonly high: number
  readonly isLog: boolean
  readonly isWhole: boolean
}

/** Null where the bounds are no range that a slider can show. */
export function scaleOf(
  low: number,
  high: number,
  { isLog, isWhole }: Pick<SliderScale, 'isLog' | 'isWhole'>,
): SliderScale | null {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) return null
  if (isLog) {
    if (low <= 0) return null
    const least = low / LOG_ROOM
    return {
      low: isWhole ? Math.max(1, Math.floor(least)) : least,
      high: high * LOG_ROOM,
      isLog,
      isWhole,
    }
  }
  // A share stays one.
  if (!isWhole && low >= 0 && high <= 1) return { low: 0, high: 1, isLog, isWhole }
  const width = high - low
  const least = low >= 0 ? Math.max(0, low - width) : low - width
  return { low: least, high: high + width, isLog, isWhole }
}

export function positionOf(value: number, { low, high, isLog }: SliderScale): number {
  const share = isLog
    ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (value - low) / (high - low)
  return Math.round(Math.min(1, Math.max(0, share)) * SLIDER_STEPS)
}

/** A value with as many digits as a position tells apart. */
export function valueAt(position: number, { low, high, isLog, isWhole }: SliderScale): number {
  const share = position / SLIDER_STEPS
  const value = isLog
    ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)))
    : low + share * (high - low)
  if (isWhole) return Math.round(value)
  if (isLog) return Number(value.toPrecision(2))
  const digits = Math.max(0, Math.ceil(-Math.log10((high - low) / SLIDER_STEPS)))
  return Number(value.toFixed(Math.min(digits, 12)))
}
