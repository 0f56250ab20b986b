import { NORMAL_REACH, type NumericDomain } from '../../core/study/numeric-domain.ts'
import { clamp } from '../numbers.ts'
import { logNormalMass, truncatedNormalQuantile } from './truncated-normal.ts'

/** A range of numbers stretched over [0, 1]: evenly, by logarithms, or by a normal distribution. */
export interface NumberScale {
  /** In [0, 1]; values outside the range are moved to its nearest end. */
  positionOf(value: number): number
  valueAt(position: number): number
  /** d value / d position. */
  slopeAt(position: number): number
}

/** The scale of a domain over a range that may be wider than its own. */
export function scaleOf(
  { log, normal }: Pick<NumericDomain, 'log' | 'normal'>,
  low: number,
  high: number,
): NumberScale {
  if (normal !== null) {
    const { mean, deviation } = normal
    // Beyond that nothing happens: log-normal values on a grid have 0 at their lower edge.
    const limit = NORMAL_REACH + 3
    const standard = (value: number): number =>
      clamp(((log ? Math.log(value) : value) - mean) / deviation, -limit, limit)
    const [from, to] = [standard(low), standard(high)]
    const whole = logNormalMass(from, to)
    return {
      positionOf: value => clamp(Math.exp(logNormalMass(from, standard(value)) - whole), 0, 1),
      valueAt: position => {
        const value = mean + deviation * truncatedNormalQuantile(position, from, to)
        return log ? Math.exp(value) : value
      },
      slopeAt: position => {
        // The position is the mass below, so its slope by the standard value is the density.
        const quantile = truncatedNormalQuantile(position, from, to)
        const density = Math.exp(-(quantile ** 2) / 2 - whole) / Math.sqrt(2 * Math.PI)
        return (log ? Math.exp(mean + deviation * quantile) : 1) * (deviation / density)
      },
    }
  }
  if (log) {
    const [from, to] = [Math.log(low), Math.log(high)]
    return {
      positionOf: value => clamp((Math.log(value) - from) / (to - from), 0, 1),
      valueAt: position => Math.exp((1 - position) * from + position * to),
      slopeAt: position => (to - from) * Math.exp((1 - position) * from + position * to),
    }
  }
  return {
    // Halves, because high − low may be beyond the largest number; a weighted mean cannot overflow either.
    positionOf: value => clamp((value / 2 - low / 2) / (high / 2 - low / 2), 0, 1),
    valueAt: position => (1 - position) * low + position * high,
    slopeAt: () => high - low,
  }
}
