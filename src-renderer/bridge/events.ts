import type { AppEvent } from '../../src-main/features/api/common/app-event.ts'
import { decodeWire } from '../../src-main/core/processes/wire.ts'
import { desktopBridge, followDesktop } from './desktop.ts'
import { followStream } from './event-source.ts'

export interface EventListener {
  event(event: AppEvent): void
  /** Events may have been missed: everything shown has to be asked for anew. */
  missed(): void
  /** Whether the back end can be reached, and where not, whether it is there but does not know this page. */
  connection(open: boolean, signedOut: boolean): void
}

/** Follows the back end's events: pushed by the desktop host, or as a stream, which is taken up again by itself. */
export function followEvents(listener: EventListener): () => void {
  const take = orderedEvents(listener)
  if (desktopBridge !== null) {
    return followDesktop(message => {
      if (message.type === 'event') take(message.event)
      else if (message.type === 'connection') listener.connection(message.open, false)
    })
  }
  return followStream('/api/events', {
    message: data => {
      take(decodeWire(data) as AppEvent)
    },
    connection: (open, signedOut) => {
      listener.connection(open, signedOut)
    },
  })
}

/** Notices gaps in the numbers of events. */
function orderedEvents(listener: EventListener): (event: AppEvent) => void {
  let last: number | null = null
  return event => {
    const gap = event.type === 'reset' || (last !== null && event.sequence !== last + 1)
    last = event.sequence
    if (gap) listener.missed()
    if (event.type !== 'reset') listener.event(event)
  }
}
