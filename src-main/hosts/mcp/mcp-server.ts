import { ownValue } from '../../core/values/named-values.ts'
import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
  type Tool,
} from '@modelcontextprotocol/server'
import { perform } from '../calls/answer-call.ts'
import { type Program, toRefusal, requireScope } from '../calls/answer-program.ts'
import { type Answers, type Method, requestSchemas } from '../../features/api/common/methods.ts'
import { parseWithProblems } from '../../core/errors/schema-problems.ts'
import {
  AppError,
  errorMessage,
  isAppError,
  plainError,
  type PlainError,
} from '../../core/errors/errors.ts'
import { encodeWire } from '../../core/processes/wire.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { MessageKey } from '../../core/i18n/message.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import { markedResult, markedText, structuredResult, tooLarge } from './marked-data.ts'
import { getPrompt, listPrompts, missingArguments } from './prompts.ts'
import { listResources, readResource, resourceTemplates } from './resources.ts'
import { inputJsonSchema, type McpTool, outputJsonSchema, type ToolContext } from './tool.ts'
import { mcpTools, toolsByName } from './tools/registry.ts'

export interface McpServerOptions {
  readonly version: string
  readonly program: Program
  readonly t: Translate
  readonly onBug?: (method: string, error: unknown) => void
}

/**
 * A server of the Model Context Protocol: a few tools, each for a task, as far as the rights of the program go, and studies and reports as
 * resources. What they answer stands between two marks that nobody can guess, and in structured content in a field of its own beside a
 * note: trials, programs and other people wrote parts of it.
 */
export function createMcpServer(options: McpServerOptions): Server {
  const { version, program, t } = options
  const { scopes } = program
  const server = new Server(
    { name: 'tunewright', version },
    {
      capabilities: { tools: {}, resources: {}, prompts: {} },
      instructions: t('mcp.instructions'),
    },
  )
  server.setRequestHandler('tools/list', () => ({
    tools: mcpTools.filter(tool => scopes.includes(tool.scope)).map(tool => describeTool(tool, t)),
  }))
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken
    const onProgress: ToolContext['onProgress'] = async ({ progress, total }) => {
      if (progressToken === undefined) return
      const amounts = total === null ? { progress } : { progress, total }
      await mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, ...amounts },
      })
    }
    const context = { ...readContext(program, t), signal: mcpReq.signal, onProgress }
    return callTool(params.name, params.arguments ?? {}, context, options)
  })
  server.setRequestHandler('resources/list', async () => ({
    resources: scopes.includes('read') ? await listResources(readContext(program, t)) : [],
  }))
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: scopes.includes('read') ? resourceTemplates(t) : [],
  }))
  server.setRequestHandler('resources/read', async ({ params: { uri } }) => {
    const resource = await readResource(uri, readContext(program, t)).catch((error: unknown) => {
      if (!isAppError(error)) throw error
      throw new ResourceNotFoundError(uri, t.format(errorMessage(error)))
    })
    if (resource === null) throw new ResourceNotFoundError(uri)
    const text = markedText(resource.text, t) ?? tooLarge(resource.text, t)
    return { contents: [{ uri, mimeType: resource.mediaType, text }] }
  })
  server.setRequestHandler('prompts/list', () => ({ prompts: listPrompts(scopes, t) }))
  server.setRequestHandler('prompts/get', ({ params }) => {
    const values = params.arguments ?? {}
    const prompt = getPrompt(params.name, values, { scopes, t })
    const missing = missingArguments(params.name, values)
    if (prompt !== null && missing.length === 0) return prompt
    const message = prompt === null ? params.name : missing.join(', ')
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, message)
  })
  return server
}

/** What tools and resources read through: the API of the program, its rights, and the schemas of requests. */
function readContext(program: Program, t: Translate): Pick<ToolContext, 'ask' | 't'> {
  return {
    t,
    ask: async <Name extends Method>(method: Name, request: object) => {
      requireScope(program, method)
      const parsed = parseWithProblems<unknown>(requestSchemas[method], request)
      if (!parsed.ok) {
        throw new AppError('request.invalid', { method, problems: parsed.problems })
      }
      const service = program.api[method] as (value: unknown) => Promise<unknown>
      return (await service(parsed.value)) as Answers[Name]
    },
  }
}

/** Carries out a call of a tool as the API does: known tool, right of the program, strict schema, then the work. */
async function callTool(
  name: string,
  payload: unknown,
  context: ToolContext,
  { program: { scopes }, t, onBug }: McpServerOptions,
): Promise<CallToolResult> {
  const tool = ownValue(toolsByName, name)
  const refuse = (error: PlainError): CallToolResult => {
    const { code, message } = toRefusal(error, t.format)
    return { ...markedResult(encodeWire({ error: { code, message } }), t), isError: true }
  }
  if (tool !== undefined && !scopes.includes(tool.scope)) {
    return refuse(plainError(new AppError('access.scope', { method: name, scope: tool.scope })))
  }
  const schemas = tool === undefined ? {} : { [name]: tool.input }
  const run = async (request: unknown): Promise<object> =>
    (tool as McpTool).run(request as never, context)
  const envelope = await perform(schemas, { [name]: run }, { method: name, payload }, onBug)
  return envelope.ok ? structuredResult(envelope.value as object, t) : refuse(envelope.error)
}

function describeTool(tool: McpTool, t: Translate): Tool {
  const isRead = tool.scope === 'read'
  return {
    name: tool.name,
    title: t(`mcp.tool.${tool.name}` as MessageKey),
    description: t(`mcp.about.${tool.name}` as MessageKey),
    inputSchema: inputJsonSchema(tool, t) as Tool['inputSchema'],
    outputSchema: structuredSchema(outputJsonSchema(tool, t)),
    // Nothing here is lost for good, and nothing leaves this machine.
    annotations: { readOnlyHint: isRead, destructiveHint: false, openWorldHint: false },
  }
}

/** The form of structured content: an object for every tool, in which the answer stands apart from what is said about it. */
function structuredSchema(data: JsonObject): NonNullable<Tool['outputSchema']> {
  return {
    type: 'object',
    required: ['note', 'data'],
    properties: { note: { type: 'string' }, data },
  }
}
