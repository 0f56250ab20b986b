import { ownValue } from '../../../core/values/named-values.ts'
import type { JsonObject, JsonValue } from '../../../core/values/json.ts'
import { isObject } from '../../../core/values/json.ts'
import generated from './answers.generated.json' with { type: 'json' }
import type { Method } from './methods.ts'

/** `scripts/answer-schemas.ts` derives them from the types of {@link Method}. */
const { answers, definitions } = generated as unknown as {
  readonly answers: Readonly<Partial<Record<Method, JsonObject>>>
  readonly definitions: Readonly<Record<string, JsonObject>>
}
const REFERENCE = '#/$defs/'

/** The JSON Schema (draft 2020-12) of what a method for programs answers. It stands alone: what it refers to is in its `$defs`. */
export function answerJsonSchema(method: Method): JsonObject {
  const schema = answerOf(method)
  const needed = new Map<string, JsonObject>()
  for (const pendingNames = namesIn(schema); pendingNames.length > 0;) {
    const name = pendingNames.pop() as string
    const definition = ownValue(definitions, name)
    if (definition === undefined || needed.has(name)) continue
    needed.set(name, definition)
    pendingNames.push(...namesIn(definition))
  }
  return needed.size === 0 ? schema : { ...schema, $defs: Object.fromEntries(needed) }
}

/** All of them for one document, in which definitions lie below `definitionsPrefix`, such as `#/components/schemas/`. */
export function answerComponents(definitionsPrefix: string): {
  readonly of: (method: Method) => JsonObject
  readonly definitions: JsonObject
} {
  const moved = (schema: JsonValue): JsonValue => {
    if (Array.isArray(schema)) return schema.map(moved)
    if (!isObject(schema)) return schema
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) =>
        key === '$ref' ? [key, definitionsPrefix + nameIn(value)] : [key, moved(value)],
      ),
    )
  }
  return {
    of: method => moved(answerOf(method)) as JsonObject,
    definitions: moved(definitions) as JsonObject,
  }
}

function answerOf(method: Method): JsonObject {
  const schema = answers[method]
  if (schema === undefined) throw new Error(`no answer schema of ${method}`)
  return schema
}

/** Names of the definitions that a schema refers to itself. */
function namesIn(schema: JsonValue): string[] {
  if (Array.isArray(schema)) return schema.flatMap(namesIn)
  if (!isObject(schema)) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    key === '$ref' ? nameIn(value) : namesIn(value),
  )
}

function nameIn(reference: JsonValue): string {
  return (reference as string).slice(REFERENCE.length)
}
