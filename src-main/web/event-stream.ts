import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppEvent } from '../contract/api/app-event.ts'
import { encodeWire } from '../contract/api/wire.ts'
import type { EventHub } from '../bridge/event-hub.ts'
import { securityHeaders } from '../bridge/renderer-files.ts'

/** Keeps proxies and sleeping browsers from taking a quiet stream for a dead one. */
const BEAT_EVERY_MS = 15_000
/** Beyond this a page does not read any more; it gets what it missed when it comes back. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/**
 * The hub's events as server-sent events, each with its sequence as `id`, so that a browser that was cut
 * off asks for the rest by itself (`Last-Event-ID`). A new page gets what follows from now on.
 */
export function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  hub: EventHub,
): void {
  response.writeHead(200, {
    ...securityHeaders,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  response.write('retry: 1000\n\n')
  const write = (event: AppEvent): void => {
    if (response.writableLength > MAX_WAITING_BYTES) {
      response.destroy()
      return
    }
    response.write(`id: ${event.sequence}\ndata: ${encodeWire(event)}\n\n`)
  }
  const last = request.headers['last-event-id']
  if (typeof last === 'string' && /^\d+$/.test(last)) hub.since(Number(last)).forEach(write)
  const unsubscribe = hub.subscribe(write)
  const beat = setInterval(() => response.write(': still here\n\n'), BEAT_EVERY_MS)
  response.on('close', () => {
    clearInterval(beat)
    unsubscribe()
  })
}
