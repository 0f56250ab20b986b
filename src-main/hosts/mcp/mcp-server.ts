import { randomBytes } from 'node:crypto'
import { type CallToolResult, Server, type Tool } from '@modelcontextprotocol/server'
import { answerProgram, type Program } from '../calls/answer-program.ts'
import { answerJsonSchema } from '../../features/api/common/answer-json-schema.ts'
import { type Method, programMethods, scopeOf } from '../../features/api/common/methods.ts'
import { requestJsonSchema } from '../../features/api/common/request-json-schema.ts'
import { encodeWire } from '../../core/processes/wire.ts'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import type { MessageKey } from '../../core/i18n/message.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import { visibleJson, visibleText } from '../../core/i18n/visible-text.ts'

/** An assistant reads no more at once: about a hundred thousand words. */
const MAX_ANSWER_CHARACTERS = 400_000

export interface McpServerOptions {
  readonly version: string
  readonly program: Program
  readonly t: Translate
  readonly onBug?: (method: string, error: unknown) => void
}

/**
 * A server of the Model Context Protocol whose tools are the methods that the program may call, with their schemas. What a tool answers
 * stands between two marks that nobody can guess, and in structured content in a field of its own beside a note: trials, programs and
 * other people wrote parts of it.
 */
export function createMcpServer({ version, program, t, onBug }: McpServerOptions): Server {
  const methods = programMethods.filter(method => {
    const scope = scopeOf(method)
    return scope !== null && program.scopes.includes(scope)
  })
  const byTool = new Map(methods.map(method => [toolName(method), method]))
  const server = new Server(
    { name: 'tunewright', version },
    { capabilities: { tools: {} }, instructions: t('mcp.instructions') },
  )
  server.setRequestHandler('tools/list', () => ({
    tools: methods.map(method => toolOf(method, t)),
  }))
  server.setRequestHandler('tools/call', async ({ params }) => {
    const method = byTool.get(params.name) ?? params.name
    const message = { method, payload: params.arguments ?? {} }
    const answered = await answerProgram(program, message, t.format, onBug)
    if (answered.ok) return structured(encodeWire(answered.value), t)
    const { code, message: text } = answered.error
    return { ...marked(encodeWire({ error: { code, message: text } }), t), isError: true }
  })
  return server
}

/** Assistants take letters, digits, `_` and `-`. */
function toolName(method: Method): string {
  return method.replace('.', '_')
}

function toolOf(method: Method, t: Translate): Tool {
  const title = t(`api.${method}` as MessageKey)
  const isRead = scopeOf(method) === 'read'
  return {
    name: toolName(method),
    title,
    description: title,
    inputSchema: requestJsonSchema(method) as Tool['inputSchema'],
    outputSchema: structuredSchema(method),
    // Nothing here is lost for good, and nothing leaves this machine.
    annotations: { readOnlyHint: isRead, destructiveHint: false, openWorldHint: false },
  }
}

/** The form of structured content: an object for every method, in which the answer stands apart from what is said about it. */
function structuredSchema(method: Method): NonNullable<Tool['outputSchema']> {
  const { $defs, ...data } = answerJsonSchema(method)
  return {
    type: 'object',
    required: ['note', 'data'],
    properties: { note: { type: 'string' }, data },
    additionalProperties: false,
    ...($defs !== undefined && { $defs }),
  }
}

function structured(json: string, t: Translate): CallToolResult {
  const result = marked(json, t)
  if (result.isError === true) return result
  const data = visibleParts(JSON.parse(json) as JsonValue)
  return { ...result, structuredContent: { note: t('mcp.dataField'), data } }
}

/** The same with characters that cannot be seen written out, as no escape of JSON outlives the parser of the other side. */
function visibleParts(value: JsonValue): JsonValue {
  if (typeof value === 'string') return visibleText(value)
  if (Array.isArray(value)) return value.map(visibleParts)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [visibleText(key), visibleParts(part)]),
  )
}

function marked(json: string, t: Translate): CallToolResult {
  if (json.length > MAX_ANSWER_CHARACTERS) {
    const amounts = { characters: json.length, limit: MAX_ANSWER_CHARACTERS }
    return { isError: true, content: [{ type: 'text', text: t('mcp.tooLarge', amounts) }] }
  }
  const mark = `data-${randomBytes(8).toString('hex')}`
  const text = `${t('mcp.data')}\n<${mark}>\n${visibleText(visibleJson(json))}\n</${mark}>`
  return { content: [{ type: 'text', text }] }
}
