import { type AppError, isAppError, messageOf } from './errors.ts'
import { type Fact, fact, verbatim } from './fact.ts'
import { formatPath, type Problem, shortValue } from './problem.ts'
import type { MessageValue } from '../i18n/message.ts'

/**
 * An error as a person reads it, with one text per code. Values of any kind are shown as JSON, shortened; what is
 * empty is left out, so that a text can do without it.
 */
export function errorFact({ code, detail }: AppError): Fact {
  const values: Record<string, MessageValue> = {}
  for (const [name, value] of Object.entries(detail) as [string, unknown][]) {
    if (value === '' || value === null || value === undefined) continue
    if (Array.isArray(value) && value.length === 0) continue
    if (name !== 'problems') values[name] = value as MessageValue
  }
  if ('rule' in detail && 'value' in detail) values['value'] = shortValue(detail.value)
  if ('error' in detail) values['percent'] = Number((100 * detail.error).toPrecision(2))
  if ('problems' in detail) {
    values['count'] = detail.problems.length
    values['problems'] = detail.problems.map(problemFact)
  }
  return fact(`error.${code}`, values)
}

/** Why something failed, for the detail of another error: the text of an `AppError`, or what else was thrown says. */
export function reasonOf(error: unknown): Fact {
  if (isAppError(error)) return errorFact(error)
  return verbatim(messageOf(error))
}

function problemFact({ path, rule }: Problem): Fact {
  return fact('rule.of', { name: formatPath(path), rule })
}
