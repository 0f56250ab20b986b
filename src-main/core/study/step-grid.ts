/**
 * The grid low, low + step, low + 2·step … ≤ high of a parameter with a step. Values are decimals
 * as a person would write them: with low 0 and step 0.1 the fourth value is 0.3, not
 * 0.30000000000000004. If `high` is not on the grid, the last value is the greatest one below it.
 */
export interface StepGrid {
  readonly low: number
  readonly high: number
  /** > 0. */
  readonly step: number
}

/** Number of values on the grid; 0 if high < low. */
export function stepGridSize(grid: StepGrid): number {
  if (grid.high < grid.low) return 0
  let last = Math.floor((grid.high - grid.low) / grid.step)
  // The quotient of two decimals may fall on either side of a whole number.
  if (stepGridValue(grid, last + 1) <= grid.high) last++
  if (stepGridValue(grid, last) > grid.high) last--
  return last + 1
}

/** The value number `index`, counted from 0. */
export function stepGridValue(grid: StepGrid, index: number): number {
  const value = grid.low + index * grid.step
  if (index === 0 || (Number.isInteger(grid.low) && Number.isInteger(grid.step))) return value
  const decimals = Math.max(decimalPlaces(grid.low), decimalPlaces(grid.step))
  // + 0 turns -0 into 0.
  return decimals > 100 ? value : Number(value.toFixed(decimals)) + 0
}

/** The index of a value that stands on the grid exactly, otherwise -1. */
export function stepGridIndex(grid: StepGrid, value: number): number {
  const index = Math.round((value - grid.low) / grid.step)
  const inRange = index >= 0 && value <= grid.high
  return inRange && stepGridValue(grid, index) === value ? index : -1
}

/** Decimal places that were counted: the same few bounds and steps are asked for with every value of a study. */
const counted = new Map<number, number>()
const MAX_COUNTED = 1_000

/** Decimal places of the shortest text that reads back as the same number. */
function decimalPlaces(value: number): number {
  const cachedDecimals = counted.get(value)
  if (cachedDecimals !== undefined) return cachedDecimals
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const fraction = mantissa.split('.')[1] ?? ''
  const decimals = Math.max(0, fraction.length - Number(exponent))
  if (counted.size < MAX_COUNTED) counted.set(value, decimals)
  return decimals
}
