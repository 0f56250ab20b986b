import { ownValue } from '../values/named-values.ts'
import { AppError } from '../errors/errors.ts'
import { msg } from '../errors/message.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The whole number ≥ 1 that an environment variable says; undefined where it is unset or empty.
 * @throws AppError `variable.invalid` for any other text: whoever sets a limit wants to know that it does not hold
 */
export function limitOf(variable: string, environment: Environment): number | undefined {
  const value = ownValue(environment, variable)
  if (value === undefined || value === '') return undefined
  const limit = Number(value)
  if (Number.isSafeInteger(limit) && limit >= 1) return limit
  throw new AppError('variable.invalid', { variable, value, rule: msg('rule.positiveWhole') })
}

/**
 * A limit that an environment variable may raise, never lower.
 * @throws AppError `variable.invalid`
 */
export function raisedLimit(variable: string, limit: number, environment: Environment): number {
  return Math.max(limit, limitOf(variable, environment) ?? limit)
}
