import { z } from 'zod'
import type { JsonObject } from '../../../core/values/json.ts'
import { type Method, requestSchemas } from './methods.ts'

/**
 * The JSON Schema (draft 2020-12) of a method's request, as programs write it: what has a default may be left out. It stands alone and can be
 * put into any document.
 */
export function requestJsonSchema(method: Method): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(requestSchemas[method], {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
    // Keys of texts, for forms.
    override: ({ jsonSchema }) => {
      delete jsonSchema.description
    },
  })
  return schema as JsonObject
}
