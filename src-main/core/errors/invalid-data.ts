import type { z } from 'zod'
import { AppError } from './errors.ts'
import type { MessageDescriptor } from './message.ts'
import type { JsonValue } from '../values/json.ts'
import { formatPath, shortValue } from './problem.ts'
import { parseWithProblems } from './schema-problems.ts'

/**
 * The error of a file that exists but breaks a rule.
 * @param field names the place in the file, or the setting that names the file
 * @param line counts from 1
 */
export function invalidData(
  path: string,
  field: string,
  value: JsonValue,
  rule: MessageDescriptor,
  line?: number,
): AppError<'data.invalid'> {
  const where = line === undefined ? {} : { line }
  return new AppError('data.invalid', { path, field, value, rule, ...where })
}

/**
 * A parsed file, or a part of it, as its schema wants it.
 * @param within keys under which the part stands in the file
 * @throws AppError `data.invalid` naming the first key that breaks a rule
 */
export function parseFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  raw: unknown,
  within: readonly string[] = [],
): z.output<Schema> {
  const parsed = parseWithProblems(schema, raw, within)
  if (parsed.ok) return parsed.value as z.output<Schema>
  const [problem] = parsed.problems
  if (problem === undefined) throw new Error('a schema refused a file and gave no reason')
  const { value, rule } = problem
  const briefValue = value === null || typeof value !== 'object' ? value : shortValue(value)
  throw invalidData(path, formatPath(problem.path), briefValue, rule)
}
