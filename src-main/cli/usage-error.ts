import { AppError } from '../contract/errors.ts'
import { type Fact, fact } from '../contract/fact.ts'

/** What is wrong with a word of the command line. */
export function usageError(name: string, text: string, rule: Fact): AppError<'usage.invalid'> {
  const reason = fact('rule.argument', { name, text: JSON.stringify(text), rule })
  return new AppError('usage.invalid', { reason })
}

/** A number of a command line, 0 … `limit`. @throws AppError `usage.invalid` that names the field */
export function wholeNumber(text: string, name: string, low = 0, limit = 99_999_999): number {
  const value = Number(text)
  if (/^\d{1,8}$/.test(text) && value >= low && value <= limit) return value
  throw usageError(name, text, fact('rule.wholeBetween', { low, high: limit }))
}
