import { clamp } from '../numbers.ts'
import type { RandomStream } from '../random/random-stream.ts'

/**
 * Success-history based adaptation of the scale factor F and the crossover rate CR: both are drawn about
 * values that led to better vectors before.
 *
 * - R. Tanabe, A. Fukunaga: Success-history based parameter adaptation for differential evolution. CEC 2013,
 *   71–78, doi:10.1109/CEC.2013.6557555 (equations as numbered there).
 * - R. Tanabe, A. Fukunaga: Improving the search performance of SHADE using linear population size reduction.
 *   CEC 2014, 1658–1665, doi:10.1109/CEC.2014.6900380 (weighted Lehmer mean for CR too, CR that stays at 0).
 */
export interface SuccessHistory {
  /** M_F and M_CR; a CR of null stays 0 for good. */
  readonly scales: readonly number[]
  readonly rates: readonly (number | null)[]
  /** The entry that is replaced next. */
  readonly next: number
}

/** The controls that a better vector was made with, and by how much it was better: > 0. */
export interface Success {
  readonly scale: number
  readonly rate: number
  readonly gain: number
}

export function startHistory(size: number, scale: number, rate: number): SuccessHistory {
  return {
    scales: new Array<number>(size).fill(scale),
    rates: new Array<number>(size).fill(rate),
    next: 0,
  }
}

/** F from a Cauchy, CR from a normal distribution about a random entry (equations 4 and 5 with 2013's rules). */
export function drawControls(
  { scales, rates }: SuccessHistory,
  random: RandomStream,
): { scale: number; rate: number } {
  const entry = random.integer(scales.length)
  const center = rates[entry] ?? null
  const rate = center === null ? 0 : clamp(center + 0.1 * random.normal(), 0, 1)
  let scale = 0
  while (scale <= 0) {
    scale = (scales[entry] as number) + 0.1 * Math.tan(Math.PI * (random.uniform() - 0.5))
  }
  return { scale: Math.min(scale, 1), rate }
}

/** After a generation with these successes (2014, equations 7 to 9 and algorithm 1). */
export function updateHistory(
  history: SuccessHistory,
  successes: readonly Success[],
): SuccessHistory {
  if (successes.length === 0) return history
  const { scales, rates, next } = history
  const weights = successes.map(({ gain }) => gain)
  const scale = lehmerMean(
    successes.map(success => success.scale),
    weights,
  )
  const successRates = successes.map(success => success.rate)
  const isOver = rates[next] === null || Math.max(...successRates) === 0
  return {
    scales: scales.with(next, scale),
    rates: rates.with(next, isOver ? null : lehmerMean(successRates, weights)),
    next: (next + 1) % scales.length,
  }
}

/** Σ w x² / Σ w x. Weights that cannot be compared, because one is infinite, count as equal. */
export function lehmerMean(values: readonly number[], weights: readonly number[]): number {
  const usable = weights.every(Number.isFinite) && weights.some(weight => weight > 0)
  let squares = 0
  let total = 0
  values.forEach((value, index) => {
    const weight = usable ? (weights[index] as number) : 1
    squares += weight * value * value
    total += weight * value
  })
  return squares / total
}
