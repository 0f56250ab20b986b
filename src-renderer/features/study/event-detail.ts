import type { EventRecord } from '../../../src-main/contract/events.ts'
import { formatNumber } from '../../../src-main/i18n/format-number.ts'
import type { Language } from '../../../src-main/i18n/language.ts'
import { saidWithin } from '../../../src-main/i18n/spoken.ts'
import { createTranslate } from '../../../src-main/i18n/translate.ts'
import type { JsonValue } from '../../../src-main/contract/json.ts'

/** Events that a person made and can take back. */
const undoable = new Set<EventRecord['kind']>([
  'study.changed',
  'study.labelled',
  'trial.excluded',
  'trial.included',
  'trial.noted',
  'trial.queued',
  'trial.unqueued',
])

/** Events that can still be taken back: no later event names them, and the point has not left the queue. */
export function undoableEvents(events: readonly EventRecord[]): ReadonlySet<number> {
  const undone = undoneEvents(events)
  const left = new Set(
    events.flatMap(({ kind, detail }) => (kind === 'trial.unqueued' ? [detail['queued']] : [])),
  )
  return new Set(
    events
      .filter(({ id, kind }) => undoable.has(kind) && !undone.has(id))
      .filter(({ kind, detail }) => kind !== 'trial.queued' || !left.has(detail['queued'] ?? null))
      .map(({ id }) => id),
  )
}

export function undoneEvents(events: readonly EventRecord[]): ReadonlySet<number> {
  return new Set(
    events.flatMap(({ detail: { undoes } }) => (typeof undoes === 'number' ? [undoes] : [])),
  )
}

/** What an event says, short enough for a line: `stop.trials: 9 → 12`. */
export function eventDetail({ kind, detail: stored }: EventRecord, language: Language): string {
  const detail = saidWithin(stored, createTranslate(language))
  if (kind === 'study.changed' && Array.isArray(detail['changes'])) {
    const changes = detail['changes'] as readonly {
      readonly path: string
      readonly from: JsonValue
      readonly to: JsonValue
    }[]
    return changes.map(({ path, from, to }) => `${path}: ${short(from)} → ${short(to)}`).join('; ')
  }
  return Object.entries(detail)
    .filter(([, value]) => short(value) !== '' && value !== null)
    .map(([name, value]) => `${name}: ${short(value)}`)
    .join(', ')
}

function short(value: JsonValue): string {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.map(short).join(', ')
  return Object.entries(value)
    .map(([name, part]) => `${name} ${Array.isArray(part) ? `[${short(part)}]` : short(part)}`)
    .join(', ')
}
