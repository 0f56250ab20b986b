import { AppError } from '../contract/errors.ts'

/** A number of a command line, 0 … 99,999,999. @throws AppError `usage.invalid` that names the field */
export function wholeNumber(text: string, field: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text)
  throw new AppError('usage.invalid', {
    reason: `${field} must be a whole number, not ${JSON.stringify(text)}`,
  })
}
