import { createMcpHandler } from '@modelcontextprotocol/server'
import { createMcpServer, type McpServerOptions } from './mcp-server.ts'

/** A request of an assistant, whose host has looked at where it comes from and what it may. */
export interface McpRequest {
  readonly url: URL
  readonly headers: Headers
  readonly body: unknown
  /** Aborted where nobody waits for the answer any longer: tools that wait end with it. */
  readonly signal: AbortSignal
}

/**
 * Answers one request of streamable HTTP. Each is answered on its own: there are no sessions that could be taken over, and a token that was
 * taken back ends with the next request.
 */
export async function answerMcp(
  { url, headers, body, signal }: McpRequest,
  options: McpServerOptions,
): Promise<Response> {
  const handler = createMcpHandler(() => createMcpServer(options), {
    onerror: () => undefined,
  })
  const request = new Request(url, { method: 'POST', headers, signal })
  const response = await handler.fetch(request, { parsedBody: body })
  const bytes = await response.arrayBuffer()
  await handler.close()
  return new Response(bytes.byteLength === 0 ? null : bytes, response)
}
