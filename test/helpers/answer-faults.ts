import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { answerJsonSchema } from '../../src-main/features/api/common/answer-json-schema.ts'
import type { Method } from '../../src-main/features/api/common/methods.ts'
import { isObject, type JsonObject, type JsonValue } from '../../src-main/core/values/json.ts'

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
const validators = new Map<Method, ValidateFunction>()

/** Where an answer, as it travels, is not what is said of it; fields that nobody speaks of count, too. */
export function answerFaults(method: Method, answer: unknown): readonly string[] {
  let validate = validators.get(method)
  if (validate === undefined) {
    validate = ajv.compile(closed(answerJsonSchema(method)) as JsonObject)
    validators.set(method, validate)
  }
  validate(answer)
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${method}${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

/** The schema without room for more fields. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isObject(schema)) return schema
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]))
  const isObjectSchema = schema['type'] === 'object' && schema['additionalProperties'] === undefined
  return isObjectSchema ? { ...parts, additionalProperties: false } : parts
}
