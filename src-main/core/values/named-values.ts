import { z } from 'zod'

/**
 * Objects keyed by names that people choose. `__proto__`, `constructor` and `toString` are names like any other:
 * values are read with `ownValue`, set with `setOwnValue`, and schemas are made by `namedValues`.
 */

/** The value of a key that the object has itself; undefined where it has none. */
export function ownValue<Value>(
  values: Readonly<Record<string, Value>> | null | undefined,
  name: string,
): Value | undefined {
  return values !== null && values !== undefined && Object.hasOwn(values, name)
    ? values[name]
    : undefined
}

/** Definitions of a kind by their names, in their order. */
export function byName<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
): Readonly<Record<Definition['name'], Definition>> {
  const entries = definitions.map(definition => [definition.name, definition])
  return Object.fromEntries(entries) as Readonly<Record<Definition['name'], Definition>>
}

/** Sets a key of the object itself, `__proto__` too. */
export function setOwnValue<Value>(
  values: Record<string, Value>,
  name: string,
  value: Value,
): void {
  if (name === '__proto__') {
    Object.defineProperty(values, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  } else values[name] = value
}

/** `z.record` with text keys that keeps `__proto__`, which zod's own leaves out without a word. */
export function namedValues<Value extends z.ZodType>(
  value: Value,
): z.ZodRecord<z.ZodString, Value> {
  const schema = z.record(z.string(), value)
  const internals = schema._zod
  const parse = internals.parse.bind(internals)
  const parseAll: typeof parse = (payload, context) => {
    const input: unknown = payload.value
    const result = parse(payload, context)
    const isNamed = typeof input === 'object' && input !== null && Object.hasOwn(input, '__proto__')
    if (!isNamed || result instanceof Promise || !Object.is(result, payload)) return result
    const inputRecord = input as Readonly<Record<string, unknown>>
    const protoResult = value._zod.run({ value: inputRecord['__proto__'], issues: [] }, context)
    if (protoResult instanceof Promise)
      throw new Error('values by name have no asynchronous schema')
    result.issues.push(...z.core.util.prefixIssues('__proto__', protoResult.issues))
    const others = result.value as Readonly<Record<string, unknown>>
    result.value = Object.fromEntries(
      Object.keys(inputRecord).map(name => [
        name,
        name === '__proto__' ? protoResult.value : others[name],
      ]),
    )
    return result
  }
  internals.parse = parseAll
  internals.run = parseAll
  return schema
}
