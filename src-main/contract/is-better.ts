import type { Goal } from './study-specification.ts'

/** True if `value` is strictly better than `other`; any number is better than NaN, NaN than nothing. */
export function isBetter(value: number, other: number, direction: Goal['direction']): boolean {
  if (Number.isNaN(value)) return false
  if (Number.isNaN(other)) return true
  return direction === 'minimize' ? value < other : value > other
}
