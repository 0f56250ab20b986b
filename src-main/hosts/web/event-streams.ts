import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppEvent } from '../../features/api/common/app-event.ts'
import type { EventHub } from '../../features/api/node/event-hub.ts'
import type { Guest } from './connections.ts'
import { securityHeaders } from '../calls/renderer-files.ts'

/** Keeps proxies and sleeping browsers from taking a quiet stream for a dead one. */
const BEAT_EVERY_MS = 15_000
/** Who takes nothing for so long is cut off; a page gets what it missed when it comes back. */
export const STALLED_AFTER_MS = 30_000
/** Of all browsers together. */
export const MAX_STREAMS = 64
/** Of all programs together, which take none from browsers. */
const MAX_STREAMS_OF_PROGRAMS = 64
export const MAX_STREAMS_OF_SESSION = 16

export interface StreamTimes {
  readonly beatEveryMs: number
  readonly stalledAfterMs: number
}

/**
 * The hub's events as server-sent events, each with its sequence as `id`: a page that was cut off names the last one
 * (`Last-Event-ID`) and gets the rest, or `reset`. A new page gets what follows from now on.
 *
 * Nothing is queued for a page: each stream knows the last event that it wrote, and writes the next ones when its connection takes
 * more. So a page that does not read costs one event, which all pages share, however many events there are.
 */
export class EventStreams {
  readonly #hub: EventHub
  readonly #open = new Set<EventStream>()
  readonly #frames = new WeakMap<AppEvent, Buffer>()
  readonly #close: () => void

  constructor(hub: EventHub, times: Partial<StreamTimes> = {}) {
    const { beatEveryMs = BEAT_EVERY_MS, stalledAfterMs = STALLED_AFTER_MS } = times
    this.#hub = hub
    const unsubscribe = hub.subscribe(() => {
      for (const stream of this.#open) this.#write(stream)
    })
    const beat = setInterval(() => {
      for (const stream of this.#open) stream.beat(stalledAfterMs)
    }, beatEveryMs)
    this.#close = () => {
      unsubscribe()
      clearInterval(beat)
    }
  }

  /**
   * @param mayStay asked with every beat: a stream ends with what let it in
   * @returns false if there are too many streams, all together of its kind or of this owner
   */
  add(
    request: IncomingMessage,
    response: ServerResponse,
    guest: Guest,
    mayStay: () => boolean,
  ): boolean {
    const streams = [...this.#open].map(stream => stream.guest)
    const ofOwner = streams.filter(({ owner }) => owner === guest.owner).length
    const ofKind = streams.filter(({ isProgram }) => isProgram === guest.isProgram).length
    const limit = guest.isProgram ? MAX_STREAMS_OF_PROGRAMS : MAX_STREAMS
    if (ofKind >= limit || ofOwner >= MAX_STREAMS_OF_SESSION) return false
    response.writeHead(200, {
      ...securityHeaders,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    response.flushHeaders()
    const last = request.headers['last-event-id']
    const seen = typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : null
    const stream = new EventStream(response, guest, mayStay, seen ?? this.#hub.sequence)
    this.#open.add(stream)
    response.on('close', () => this.#open.delete(stream))
    response.on('drain', () => {
      this.#write(stream)
    })
    this.#write(stream)
    return true
  }

  close(): void {
    this.#close()
  }

  /** Writes the events that a page has not got yet, as far as its connection takes them. */
  #write(stream: EventStream): void {
    if (!stream.takesMore) return
    for (const event of this.#hub.since(stream.written)) {
      if (!stream.write(event, this.#frameOf(event))) return
    }
  }

  #frameOf(event: AppEvent): Buffer {
    const cachedFrame = this.#frames.get(event)
    if (cachedFrame !== undefined) return cachedFrame
    const frame = Buffer.from(`id: ${event.sequence}\ndata: ${this.#hub.textOf(event)}\n\n`)
    this.#frames.set(event, frame)
    return frame
  }
}

class EventStream {
  readonly guest: Guest
  readonly #mayStay: () => boolean
  readonly #response: ServerResponse
  /** Sequence of the last event that was written. */
  #written: number
  /** Since when its connection takes no more. */
  #fullSinceMs = 0

  constructor(response: ServerResponse, guest: Guest, mayStay: () => boolean, written: number) {
    this.#response = response
    this.guest = guest
    this.#mayStay = mayStay
    this.#written = written
  }

  get written(): number {
    return this.#written
  }

  get takesMore(): boolean {
    return !this.#response.writableNeedDrain
  }

  /** @returns whether its connection takes more */
  write({ sequence }: AppEvent, frame: Buffer): boolean {
    this.#written = sequence
    const takesMore = this.#response.write(frame)
    if (!takesMore) this.#fullSinceMs = performance.now()
    return takesMore
  }

  beat(stalledAfterMs: number): void {
    if (!this.#mayStay()) this.#response.destroy()
    else if (this.takesMore) this.#response.write(': still here\n\n')
    else if (performance.now() - this.#fullSinceMs > stalledAfterMs) this.#response.destroy()
  }
}
