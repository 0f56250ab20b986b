import { sessionHeaders } from './session-key.ts'

const AGAIN_AFTER_MS = 1_000
/** Too many pages, or signed out: asking every second would not help. */
const REFUSED_AGAIN_AFTER_MS = 5_000

export interface StreamListener {
  message(data: string): void
  /** @param signedOut the host is there, and does not know this page any more */
  connection(open: boolean, signedOut: boolean): void
}

/**
 * Server-sent events, as `EventSource` reads them, but with the headers of the session, which that cannot send. A stream that is cut off
 * is opened again, from the event that came last.
 * @returns what ends it
 */
export function followStream(url: string, listener: StreamListener): () => void {
  const ending = new AbortController()
  const { signal } = ending
  let lastId: string | null = null
  let signedOut = false

  async function read(): Promise<number> {
    const headers = { ...sessionHeaders(), ...(lastId === null ? {} : { 'Last-Event-ID': lastId }) }
    const response = await fetch(url, { headers, signal, cache: 'no-store' })
    signedOut = response.status === 401
    if (!response.ok || response.body === null) return REFUSED_AGAIN_AFTER_MS
    listener.connection(true, false)
    let buffer = ''
    const decoder = new TextDecoder()
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read()
      if (done) return AGAIN_AFTER_MS
      const blocks = (buffer + decoder.decode(value, { stream: true })).split('\n\n')
      buffer = blocks.pop() ?? ''
      for (const block of blocks) {
        lastId = field(block, 'id') ?? lastId
        const data = field(block, 'data')
        if (data !== null) listener.message(data)
      }
    }
  }

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      signedOut = false
      const againAfterMs = await read().catch(() => AGAIN_AFTER_MS)
      if (signal.aborted) return
      listener.connection(false, signedOut)
      await new Promise(resolve => setTimeout(resolve, againAfterMs))
    }
  }

  void follow()
  return () => {
    ending.abort()
  }
}

/** A field of an event; the host writes each at most once, on one line. */
function field(block: string, name: string): string | null {
  const line = block.split('\n').find(text => text.startsWith(`${name}: `))
  return line === undefined ? null : line.slice(name.length + 2)
}
