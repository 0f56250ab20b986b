import { ownValue } from '../values/named-values.ts'
import { z } from 'zod'
import { isObject } from '../values/json.ts'
import { likelyName, unknownName } from '../values/closest-name.ts'
import { type MessageDescriptor, msg, messageSchema } from './message.ts'
import { broken, type Problem } from './problem.ts'

/**
 * Turns what zod says into problems that a person can act on: one per broken rule, unknown keys
 * with the known ones, unions resolved by what the person evidently meant.
 */

type Path = readonly (string | number)[]

export type SchemaResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * The message of a schema's check (`refine`, `superRefine`) about a value that does not pass.
 * @param path of the key at fault, from where the check stands
 */
export function breaks(rule: MessageDescriptor, path: string[] = []) {
  return { params: { rule }, path, message: rule.code }
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

/** So many broken rules are explained one by one; explaining each of 200,000 would take seconds. */
export const MAX_EXPLAINED = 100

function explain(
  schema: z.core.$ZodType,
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
  prefix: Path,
): Problem[] {
  const problems: Problem[] = []
  const resolvedUnions = new Set<string>()
  let unexplained = 0
  for (const issue of issues) {
    const remaining = MAX_EXPLAINED - problems.length
    if (remaining <= 0) {
      unexplained += issue.code === 'unrecognized_keys' ? issue.keys.length : 1
      continue
    }
    const location = walk(schema, raw, issue.path as Path)
    const path = [...prefix, ...location.path]
    if (location.schema instanceof z.ZodUnion) {
      const key = JSON.stringify(path)
      if (resolvedUnions.has(key)) continue
      resolvedUnions.add(key)
      problems.push(...explainUnion(location.schema, location.value, path))
    } else if (issue.code === 'unrecognized_keys') {
      const allowedKeys =
        location.schema instanceof z.ZodObject ? Object.keys(location.schema.shape) : []
      unexplained += Math.max(0, issue.keys.length - remaining)
      for (const unknown of issue.keys.slice(0, remaining)) {
        const value = ownValue(location.value as Record<string, unknown>, unknown)
        problems.push(broken([...path, unknown], value, unknownName('key', unknown, allowedKeys)))
      }
    } else {
      problems.push(
        broken(path, location.value, explainIssue(issue, location.schema, location.value)),
      )
    }
  }
  if (unexplained > 0) {
    problems.push(broken(prefix, null, msg('rule.moreProblems', { count: unexplained })))
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
    value =
      isObject(value) || Array.isArray(value)
        ? ownValue(value as Readonly<Record<string, unknown>>, String(key))
        : undefined
  }
  return { schema: current, value, path }
}

function childSchema(
  schema: z.core.$ZodType | undefined,
  key: string | number,
): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return ownValue(schema.shape as z.core.$ZodShape, String(key))
  if (schema instanceof z.ZodRecord) return schema.valueType
  if (schema instanceof z.ZodArray) return schema.element
  if (schema instanceof z.ZodTuple) return schema.def.items[Number(key)]
  return undefined
}

interface Shell {
  readonly innerType?: z.core.$ZodType
  /** Of a transformation. */
  readonly in?: z.core.$ZodType
}

/** The schema inside optional, default and similar shells. */
function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const { innerType, in: input } = (schema?._zod.def ?? {}) as Shell
  const inner = innerType ?? input
  return inner === undefined ? schema : unwrap(inner)
}

function explainUnion(union: z.ZodUnion, value: unknown, path: Path): Problem[] {
  const options = union.options.map(option => unwrap(option) as z.core.$ZodType)
  const fitting = options.filter(option => isOfType(option, value))
  if (fitting.length > 1) return explainAlternatives(fitting, value, path)
  const chosen = isObject(value) ? chooseObject(union, options, value, path) : fitting[0]
  if (Array.isArray(chosen)) return chosen
  if (chosen === undefined) {
    const objects = options.filter(option => option instanceof z.ZodObject)
    const kinds =
      objects.length > 1 && objects.length === options.length
        ? [msg('kind.mappingWith', { names: objects.map(option => ownKey(option, objects)) })]
        : describe(union, value)
    return [broken(path, value, expectation(kinds, value))]
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
  const rule = lowestBound(rules.map(problem => problem.rule)).reduce((first, second) =>
    msg('rule.either', { first, second }),
  )
  return [broken(path, value, rule)]
}

/** Of lower bounds alone, only the lowest: `> 0, or ≥ 1` is `> 0`. */
function lowestBound(rules: readonly MessageDescriptor[]): readonly MessageDescriptor[] {
  if (rules.some(({ code }) => code !== 'rule.above' && code !== 'rule.atLeast')) return rules
  return [...rules]
    .sort((a, b) => Number(a.values?.['limit']) - Number(b.values?.['limit']))
    .slice(0, 1)
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
    const kinds = objects.map(option => unwrap(ownValue(option.shape as z.core.$ZodShape, key)))
    const index = kinds.findIndex(kind => kind && z.safeParse(kind, ownValue(value, key)).success)
    if (index >= 0) return objects[index]
    const names = kinds.flatMap(kind => literalValues(kind))
    const rule = expectation([oneOf(names, ownValue(value, key))], ownValue(value, key))
    return [broken([...path, key], ownValue(value, key), rule)]
  }
  const keys = objects.map(option => ownKey(option, objects))
  const present = objects.filter((_, index) => Object.hasOwn(value, keys[index] as string))
  if (present.length === 1) return present[0]
  return [broken(path, value, msg('rule.exactlyOneOf', { names: keys }))]
}

/** The required key that tells an object apart from the other members of its union. */
function ownKey(option: z.ZodObject, objects: readonly z.ZodObject[]): string {
  const others = objects.filter(object => object !== option)
  const keys = Object.entries(option.shape as z.core.$ZodShape)
    .filter(([, schema]) => !(schema instanceof z.ZodOptional || schema instanceof z.ZodDefault))
    .map(([key]) => key)
  return keys.find(key => others.every(other => !(key in other.shape))) ?? keys.join(' + ')
}

function explainIssue(
  issue: z.core.$ZodIssue,
  schema: z.core.$ZodType | undefined,
  value: unknown,
): MessageDescriptor {
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
      return expectation(schema === undefined ? [] : describe(schema, value), value)
    case 'too_small': {
      const limit = Number(issue.minimum)
      const rule = issue.inclusive === false ? 'rule.above' : 'rule.atLeast'
      return sizeRule(issue, schema, 'atLeast', limit) ?? msg(rule, { limit })
    }
    case 'too_big': {
      const limit = Number(issue.maximum)
      const rule = issue.inclusive === false ? 'rule.below' : 'rule.atMost'
      return sizeRule(issue, schema, 'atMost', limit) ?? msg(rule, { limit })
    }
    case 'not_multiple_of':
      return msg('rule.multipleOf', { divisor: issue.divisor })
    case 'invalid_format':
      return msg('rule.format', { pattern: issue.pattern ?? issue.format })
    case 'invalid_key':
    case 'invalid_element': {
      const [inner] = issue.issues
      return inner === undefined ? msg('rule.allowed') : explainIssue(inner, undefined, inner.input)
    }
    case 'custom': {
      const rule = messageSchema.safeParse(issue.params?.['rule'])
      return rule.success ? rule.data : msg('rule.allowed')
    }
    case 'unrecognized_keys':
    case 'invalid_union':
      return msg('rule.allowed')
  }
}

/** Of texts and lists; null for numbers. */
function sizeRule(
  { origin, exact }: { readonly origin: string; readonly exact?: boolean | undefined },
  schema: z.core.$ZodType | undefined,
  limit: 'atLeast' | 'atMost',
  count: number,
): MessageDescriptor | null {
  if (origin !== 'string' && origin !== 'array') return null
  const bound = exact === true || schema instanceof z.ZodTuple ? 'exactly' : limit
  if (bound === 'atLeast' && count === 1) return msg('rule.notEmpty')
  return msg(`rule.${origin === 'string' ? 'characters' : 'items'}.${bound}`, { count })
}

/** A value must be of one of these kinds; where there is none at all, it is required. */
function expectation(kinds: readonly MessageDescriptor[], value: unknown): MessageDescriptor {
  if (kinds.length === 0) return msg(value === undefined ? 'rule.present' : 'rule.allowed')
  const last = kinds.at(-1) as MessageDescriptor
  const others = kinds.slice(0, -1)
  const expected =
    others.length === 0
      ? last
      : msg('kind.or', {
          first: others.reduce((first, second) => msg('kind.pair', { first, second })),
          second: last,
        })
  return msg(value === undefined ? 'rule.required' : 'rule.type', { expected })
}

/**
 * The kinds of values that a schema accepts; several for a union.
 * @param value what stood there, perhaps a mistyped name
 */
function describe(schema: z.core.$ZodType, value: unknown): MessageDescriptor[] {
  const inner = unwrap(schema)
  if (inner instanceof z.ZodUnion) {
    const kinds = inner.options.flatMap(option => describe(option, value))
    return [...new Map(kinds.map(kind => [JSON.stringify(kind), kind])).values()]
  }
  const values = literalValues(inner)
  if (values.length > 0) return [oneOf(values, value)]
  if (inner instanceof z.ZodString) {
    return [msg(inner.description === 'option.study.metric' ? 'kind.metric' : 'kind.text')]
  }
  if (inner instanceof z.ZodNumber) return [msg(inner.isInt ? 'kind.whole' : 'kind.number')]
  if (inner instanceof z.ZodBoolean) return [oneOf([true]), oneOf([false])]
  if (inner instanceof z.ZodTuple) return [msg('kind.listOf', { count: inner.def.items.length })]
  if (inner instanceof z.ZodArray) return [msg('kind.list')]
  // `sampler: tpe` is what many write first.
  if (
    inner instanceof z.ZodObject &&
    typeof value === 'string' &&
    Object.keys(inner.shape).join() === 'name'
  ) {
    return [msg('kind.mappingNamed', { name: value })]
  }
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord) return [msg('kind.mapping')]
  return []
}

function literalValues(schema: z.core.$ZodType | undefined): (string | number | boolean)[] {
  const values =
    schema instanceof z.ZodEnum
      ? schema.options
      : schema instanceof z.ZodLiteral
        ? [...schema.values]
        : []
  return values.map(value =>
    typeof value === 'number' || typeof value === 'boolean' ? value : String(value),
  )
}

function oneOf(
  values: readonly (string | number | boolean)[],
  written?: unknown,
): MessageDescriptor {
  if (values.length === 1) return msg('kind.value', { value: values[0] })
  const hint = typeof written === 'string' ? likelyName(written, values.map(String)) : {}
  return msg('kind.oneOf', { ...hint, values })
}
