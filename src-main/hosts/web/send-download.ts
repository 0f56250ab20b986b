import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import type { TransferFiles } from '../../features/api/node/transfer-files.ts'
import { securityHeaders } from '../calls/renderer-files.ts'
import { send } from './answers.ts'

/** Answers with a file that waits for its caller, as a stream; the file is removed once all of it has been read. */
export function sendDownload(
  request: IncomingMessage,
  response: ServerResponse,
  transfers: TransferFiles | undefined,
  id: string,
): void {
  if (request.method !== 'GET') {
    send(response, 405, 'text/plain', 'GET only')
    return
  }
  const download = transfers?.open(id) ?? null
  if (download === null) {
    send(response, 404, 'text/plain', 'Not found')
    return
  }
  const { fileName, mediaType, bytes, stream } = download
  response.writeHead(200, {
    ...securityHeaders,
    'Content-Type': mediaType,
    'Content-Length': bytes,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    'Cache-Control': 'no-store',
  })
  // Whoever goes away before the end may ask again.
  pipeline(stream, response, () => undefined)
}
