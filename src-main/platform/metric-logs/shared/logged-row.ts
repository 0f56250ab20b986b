import { ownValue } from '../../../core/values/named-values.ts'
import { isObject } from '../../../core/values/json.ts'
import { readNumber } from '../../user-code/metric-row.ts'
import type { LoggedPoint } from '../metric-log.ts'

/** What libraries call the step, the finest count first. */
export const stepNames = ['step', '_step', 'global_step', 'iteration', 'iter', 'epoch', 'round']

/** The numbers of an object, those of objects within it as `outer/inner`; its step under one of the names that libraries use. */
export function pointsOf(row: Readonly<Record<string, unknown>>): LoggedPoint[] {
  const stepName = stepNames.find(name => readNumber(ownValue(row, name)) !== null)
  const step = stepName === undefined ? null : readNumber(ownValue(row, stepName))
  return numbersOf(row, '').flatMap(([name, value]) =>
    name === stepName ? [] : [{ name, step, value }],
  )
}

function numbersOf(row: Readonly<Record<string, unknown>>, prefix: string): [string, number][] {
  return Object.entries(row).flatMap(([key, value]): [string, number][] => {
    const number = readNumber(value)
    if (number !== null) return [[`${prefix}${key}`, number]]
    return isObject(value) && prefix === '' ? numbersOf(value, `${key}/`) : []
  })
}
