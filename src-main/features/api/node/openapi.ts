import { z } from 'zod'
import { answerComponents } from '../common/answer-json-schema.ts'
import { type Method, programMethods, requestSchemas, scopeOf } from '../common/methods.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { Translate } from '../../../core/i18n/translate.ts'

/** Where the methods begin, on the address of the host. */
export const apiPath = '/api/v1/'
/** Where assistants ask. */
export const mcpPath = '/mcp'

const refusals = [400, 401, 403, 404, 409, 413, 415, 422, 429, 500] as const

const answers = answerComponents('#/components/schemas/')

/** The OpenAPI 3.1 description of every method that programs can call. */
export function describeApi(version: string, t: Translate): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: t('api.title'),
      version,
      description: t('api.about'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'http://127.0.0.1:{port}',
        variables: { port: { default: '8080' } },
      },
    ],
    security: [{ token: [] }],
    paths: {
      ...Object.fromEntries(
        programMethods.map(method => [`${apiPath}${method}`, pathOf(method, t)]),
      ),
      [`${apiPath}events`]: {
        get: {
          operationId: 'events',
          summary: t('api.events'),
          'x-scope': 'read',
          parameters: [{ name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } }],
          responses: {
            '200': {
              description: t('api.answer'),
              content: { 'text/event-stream': { schema: { type: 'string' } } },
            },
            ...refusalsOf(),
          },
        },
      },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: t('api.token') },
      },
      responses: {
        refusal: {
          description: t('api.refusal'),
          content: { 'application/json': { schema: { $ref: '#/components/schemas/refusal' } } },
        },
      },
      schemas: {
        ...answers.definitions,
        refusal: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: { code: { type: 'string' }, message: { type: 'string' }, detail: {} },
            },
          },
        },
      },
    },
  }
}

function pathOf(method: Method, t: Translate): JsonObject {
  return {
    post: {
      operationId: method,
      summary: t(`api.${method}` as Parameters<Translate>[0]),
      'x-scope': scopeOf(method),
      tags: [method.split('.')[0] ?? method],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: requestJsonSchema(method) } },
      },
      responses: {
        '200': {
          description: t('api.answer'),
          content: { 'application/json': { schema: answers.of(method) } },
        },
        ...refusalsOf(),
      },
    },
  }
}

function refusalsOf(): JsonObject {
  return Object.fromEntries(
    refusals.map(status => [String(status), { $ref: '#/components/responses/refusal' }]),
  )
}

/**
 * The JSON Schema (draft 2020-12) of a method's request, as programs write it: what has a default may be left out. It stands alone and can be
 * put into any document.
 */
function requestJsonSchema(method: Method): JsonObject {
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
