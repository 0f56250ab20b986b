import { z } from 'zod'
import { closestName, unknownName } from './closest-name.ts'
import { isObject } from './json.ts'
import { type Problem, problemValue } from './problem.ts'

/**
 * Turns what zod says into problems that a person can act on: one per broken rule, unknown keys
 * with the known ones, unions resolved by what the person evidently meant.
 */

type Path = readonly (string | number)[]

export type SchemaResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const KEY = 'key'

/** Whether a problem is about a key, not about the value behind it. */
export function isUnknownKey(problem: Problem): boolean {
  return problem.rule.startsWith(`unknown ${KEY}`)
}

/**
 * Parses and explains.
 * @param path where `raw` stands in the file; put before every problem's path
 */
export function parseWithProblems<Value>(
  schema: z.ZodType<Value>,
  raw: unknown,
  path: Path = [],
): SchemaResult<Value> {
  const result = schema.safeParse(raw)
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problems: explain(schema, raw, result.error.issues, path) }
}

function explain(
  schema: z.core.$ZodType,
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
  prefix: Path,
): Problem[] {
  const problems: Problem[] = []
  const resolvedUnions = new Set<string>()
  for (const issue of issues) {
    const place = walk(schema, raw, issue.path as Path)
    const path = [...prefix, ...place.path]
    if (place.schema instanceof z.ZodUnion) {
      const key = JSON.stringify(path)
      if (resolvedUnions.has(key)) continue
      resolvedUnions.add(key)
      problems.push(...explainUnion(place.schema, place.value, path))
    } else if (issue.code === 'unrecognized_keys') {
      const known = place.schema instanceof z.ZodObject ? Object.keys(place.schema.shape) : []
      for (const unknown of issue.keys) {
        const value = problemValue((place.value as Record<string, unknown>)[unknown])
        const rule = unknownName(KEY, unknown, known, 'known keys')
        problems.push({ path: [...path, unknown], value, rule })
      }
    } else {
      const rule = explainIssue(issue, place.schema, place.value)
      problems.push({ path, value: problemValue(place.value), rule })
    }
  }
  return problems
}

/** Follows a path through schema and value together, up to its end or to the first union. */
function walk(
  schema: z.core.$ZodType,
  raw: unknown,
  path: Path,
): { schema: z.core.$ZodType | undefined; value: unknown; path: Path } {
  let current = unwrap(schema)
  let value = raw
  for (const [depth, key] of path.entries()) {
    if (current instanceof z.ZodUnion) return { schema: current, value, path: path.slice(0, depth) }
    current = unwrap(childSchema(current, key))
    value = isObject(value) || Array.isArray(value) ? (value as never)[key] : undefined
  }
  return { schema: current, value, path }
}

function childSchema(
  schema: z.core.$ZodType | undefined,
  key: string | number,
): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as z.core.$ZodShape)[key]
  if (schema instanceof z.ZodRecord) return schema.valueType
  if (schema instanceof z.ZodArray) return schema.element
  if (schema instanceof z.ZodTuple) return schema.def.items[Number(key)]
  return undefined
}

/** The schema inside optional, default and similar shells. */
function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let current = schema
  for (;;) {
    if (
      current instanceof z.ZodOptional ||
      current instanceof z.ZodDefault ||
      current instanceof z.ZodPrefault ||
      current instanceof z.ZodNullable ||
      current instanceof z.ZodReadonly
    ) {
      current = current.def.innerType
    } else if (current instanceof z.ZodPipe) {
      current = current.def.in
    } else {
      return current
    }
  }
}

function explainUnion(union: z.ZodUnion, value: unknown, path: Path): Problem[] {
  const options = union.options.map(option => unwrap(option) as z.core.$ZodType)
  const fitting = options.filter(option => isOfType(option, value))
  if (fitting.length > 1) return explainAlternatives(fitting, value, path)
  const chosen = isObject(value) ? chooseObject(union, options, value, path) : fitting[0]
  if (Array.isArray(chosen)) return chosen
  if (chosen === undefined) {
    const objects = options.filter(option => option instanceof z.ZodObject)
    const keys =
      objects.length > 1 && objects.length === options.length
        ? ` with exactly one of ${objects.map(option => ownKey(option, objects)).join(', ')}`
        : ''
    return [{ path, value: problemValue(value), rule: `${expectation(union, value)}${keys}` }]
  }
  const result = z.safeParse(chosen, value)
  return result.success ? [] : explain(chosen, value, result.error.issues, path)
}

/** Several members of the value's own type, e.g. a share or a count: what each of them wants. */
function explainAlternatives(
  options: readonly z.core.$ZodType[],
  value: unknown,
  path: Path,
): Problem[] {
  const rules = options.flatMap(option => {
    const result = z.safeParse(option, value)
    return result.success ? [] : explain(option, value, result.error.issues, path).slice(0, 1)
  })
  const rule = rules.map(problem => problem.rule.replace('must be ', '')).join(' or ')
  return [{ path, value: problemValue(value), rule: `must be ${rule}` }]
}

/** Whether a value has the basic type that a schema wants, so that its own complaint is the useful one. */
function isOfType(schema: z.core.$ZodType, value: unknown): boolean {
  if (Array.isArray(value)) return schema instanceof z.ZodArray || schema instanceof z.ZodTuple
  if (schema instanceof z.ZodNumber) return Number.isFinite(value)
  return schema instanceof z.ZodString && typeof value === 'string'
}

/** The member that a mapping was meant to be, or why that cannot be said. */
function chooseObject(
  union: z.ZodUnion,
  options: readonly z.core.$ZodType[],
  value: Readonly<Record<string, unknown>>,
  path: Path,
): z.core.$ZodType | Problem[] | undefined {
  const objects = options.filter(option => option instanceof z.ZodObject)
  if (objects.length <= 1) return objects[0]
  if (union instanceof z.ZodDiscriminatedUnion) {
    const key = union.def.discriminator
    const kinds = objects.map(option => unwrap((option.shape as z.core.$ZodShape)[key]))
    const index = kinds.findIndex(kind => kind && z.safeParse(kind, value[key]).success)
    if (index >= 0) return objects[index]
    const names = kinds.flatMap(kind => literalValues(kind))
    const rule = `${oneOf(names)}${meantAmong(names, value[key])}`
    return [{ path: [...path, key], value: problemValue(value[key]), rule }]
  }
  const keys = objects.map(option => ownKey(option, objects))
  const present = objects.filter((_, index) => Object.hasOwn(value, keys[index] as string))
  if (present.length === 1) return present[0]
  const rule = `must have exactly one of ${keys.join(', ')}`
  return [{ path, value: problemValue(value), rule }]
}

/** The required key that tells an object apart from the other members of its union. */
function ownKey(option: z.ZodObject, objects: readonly z.ZodObject[]): string {
  const others = objects.filter(object => object !== option)
  const keys = Object.entries(option.shape as z.core.$ZodShape)
    .filter(([, schema]) => !(schema instanceof z.ZodOptional || schema instanceof z.ZodDefault))
    .map(([key]) => key)
  return keys.find(key => others.every(other => !(key in other.shape))) ?? keys.join(' and ')
}

function explainIssue(
  issue: z.core.$ZodIssue,
  schema: z.core.$ZodType | undefined,
  value: unknown,
): string {
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
      return expectation(schema, value) || issue.message
    case 'too_small':
      if (issue.origin !== 'string' && issue.origin !== 'array') {
        return `must be ${issue.inclusive === false ? '>' : '≥'} ${issue.minimum}`
      }
      return isExact(issue, schema)
        ? howMany('exactly', issue.minimum, issue.origin)
        : Number(issue.minimum) === 1
          ? 'must not be empty'
          : howMany('at least', issue.minimum, issue.origin)
    case 'too_big':
      if (issue.origin !== 'string' && issue.origin !== 'array') {
        return `must be ${issue.inclusive === false ? '<' : '≤'} ${issue.maximum}`
      }
      return howMany(isExact(issue, schema) ? 'exactly' : 'at most', issue.maximum, issue.origin)
    default:
      return issue.message
  }
}

function isExact(
  issue: { readonly exact?: boolean | undefined },
  schema: z.core.$ZodType | undefined,
): boolean {
  return issue.exact === true || schema instanceof z.ZodTuple
}

function howMany(word: string, count: number | bigint, origin: string): string {
  const noun = origin === 'string' ? 'character' : 'item'
  return `must have ${word} ${count} ${noun}${Number(count) === 1 ? '' : 's'}`
}

/** `must be a finite number`; for an absent value `is required: a finite number`. */
function expectation(schema: z.core.$ZodType | undefined, value: unknown): string {
  const words = schema === undefined ? [] : describe(schema)
  const text =
    words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? '')
  if (text === '') return ''
  if (value === undefined) return `is required: ${text}`
  return `must be ${text}${meantAmong(schema === undefined ? [] : literalValues(unwrap(schema)), value)}`
}

/** What a schema accepts, in words; several for a union. */
function describe(schema: z.core.$ZodType): string[] {
  const inner = unwrap(schema)
  if (inner instanceof z.ZodUnion) {
    return [...new Set(inner.options.flatMap(option => describe(option)))]
  }
  const values = literalValues(inner)
  if (values.length > 0) return [oneOf(values).replace('must be ', '')]
  if (inner instanceof z.ZodString) return ['text']
  if (inner instanceof z.ZodNumber) {
    return [inner.isInt ? 'a whole number' : 'a finite number']
  }
  if (inner instanceof z.ZodBoolean) return ['true', 'false']
  if (inner instanceof z.ZodTuple) return [`a list of ${inner.def.items.length}`]
  if (inner instanceof z.ZodArray) return ['a list']
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord) return ['a mapping']
  return []
}

function literalValues(schema: z.core.$ZodType | undefined): unknown[] {
  if (schema instanceof z.ZodEnum) return [...schema.options]
  if (schema instanceof z.ZodLiteral) return [...schema.values]
  return []
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1
    ? `must be ${String(values[0])}`
    : `must be one of ${values.join(', ')}`
}

function meantAmong(names: readonly unknown[], value: unknown): string {
  const meant = typeof value === 'string' ? closestName(value, names.map(String)) : null
  return meant === null || names.length < 2 ? '' : `; did you mean "${meant}"?`
}
