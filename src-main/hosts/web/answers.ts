import type { IncomingMessage, ServerResponse } from 'node:http'
import { securityHeaders } from '../calls/renderer-files.ts'

export function send(
  response: ServerResponse,
  status: number,
  mediaType: string,
  content: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  // A stranger who says no more of a body would hold a connection of everybody for an hour.
  if (status === 401 || status === 403) response.setHeader('Connection', 'close')
  response.writeHead(status, {
    ...securityHeaders,
    'Content-Type': mediaType,
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(content)
}

/**
 * The body of a request; null if it is larger than `limitBytes`. What is too large is read and forgotten: a sender that is cut
 * off would not see the answer.
 */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<Buffer | null> {
  let chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > 2 * limitBytes) request.destroy()
    if (bytes > limitBytes) chunks = []
    else chunks.push(chunk)
  }
  return bytes > limitBytes ? null : Buffer.concat(chunks)
}
