import type { EventRecord } from '../../../src-main/core/study/events.ts'

/** Events that a person made and can take back. */
const undoable = new Set<EventRecord['kind']>([
  'study.changed',
  'study.labeled',
  'study.renamed',
  'trial.excluded',
  'trial.included',
  'trial.noted',
  'trial.queued',
  'trial.unqueued',
])

/** Events that can still be taken back: no later event names them, and the point has not left the queue. */
export function undoableEvents(events: readonly EventRecord[]): ReadonlySet<number> {
  const undone = undoneEvents(events)
  const unqueuedEvents = new Set(
    events.flatMap(({ kind, detail }) => (kind === 'trial.unqueued' ? [detail['queued']] : [])),
  )
  return new Set(
    events
      .filter(({ id, kind }) => undoable.has(kind) && !undone.has(id))
      .filter(
        ({ kind, detail }) =>
          kind !== 'trial.queued' || !unqueuedEvents.has(detail['queued'] ?? null),
      )
      .map(({ id }) => id),
  )
}

export function undoneEvents(events: readonly EventRecord[]): ReadonlySet<number> {
  return new Set(
    events.flatMap(({ detail: { undoes } }) => (typeof undoes === 'number' ? [undoes] : [])),
  )
}
