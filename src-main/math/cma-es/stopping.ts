import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { type CmaState, cmaDeviation } from './distribution.ts'

const TOLERANCE_VALUE = 1e-12
const TOLERANCE_POINT = 1e-12
const MAX_CONDITION = 1e14

/**
 * Why a run of CMA-ES has nothing left to find, or null. Rules: A. Auger, N. Hansen: A restart CMA evolution
 * strategy with increasing population size. CEC 2005, 1769–1776, doi:10.1109/CEC.2005.1554902, section II
 * (TolFun, TolX, ConditionCov, NoEffectCoord).
 */

/** Generations whose best values {@link valueStopReason} wants to see: 10 + ⌈30n/λ⌉. */
export function stoppingMemory(dimension: number, populationSize: number): number {
  return 10 + Math.ceil((30 * dimension) / populationSize)
}

/**
 * By the values alone.
 * @param values of the last generation, minimized
 * @param bests best value of each generation so far, the last `memory` suffice
 * @param memory see {@link stoppingMemory}
 */
export function valueStopReason(
  values: readonly number[],
  bests: readonly number[],
  memory: number,
): MessageDescriptor | null {
  if (bests.length >= memory) {
    const recent = [...bests.slice(-memory), ...values]
    const highest = Math.max(...recent)
    const lowest = Math.min(...recent)
    const range = highest === lowest ? 0 : highest - lowest
    if (range <= TOLERANCE_VALUE * Math.max(1, Math.min(Math.abs(lowest), 1e6))) {
      return msg('ending.valuesEqual')
    }
    const best = bests.slice(-memory)
    if (Math.max(...best) === Math.min(...best)) return msg('ending.bestUnchanged')
  }
  return null
}

/**
 * By the distribution.
 * @param continuous which coordinates have no grid: with a grid, deviations never fall below the margin
 */
export function stopReason(
  state: CmaState,
  continuous: readonly boolean[],
): MessageDescriptor | null {
  const free = continuous.flatMap((isFree, i) => (isFree ? [i] : []))
  const deviations = free.map(i => cmaDeviation(state, i))
  if (deviations.length > 0 && Math.max(...deviations) < TOLERANCE_POINT) {
    return msg('ending.smallStepSize')
  }
  if (
    free.some(
      (i, k) => state.mean[i] === (state.mean[i] as number) + 0.2 * (deviations[k] as number),
    )
  ) {
    return msg('ending.stepWithoutEffect')
  }
  const lengths = [...state.lengths]
  if ((Math.max(...lengths) / Math.min(...lengths)) ** 2 > MAX_CONDITION) {
    return msg('ending.degenerate')
  }
  return null
}
