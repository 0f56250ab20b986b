import { pinnedMessage } from './baseline.ts'
import { formatNumber } from '../i18n/format-number.ts'
import { isMessage, type MessageValue } from '../i18n/message.ts'
import type { TrialOrigin } from '../trial/checkpoint.ts'
import type { Caller } from './caller.ts'
import type { EventRecord } from './events.ts'
import { type MessageDescriptor, msg, named, together, verbatim } from '../errors/message.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'
import type { QueuedPointOrigin, StudyLabels } from './study.ts'
import type { SettingChange } from './study-change.ts'
import type { FailureClass, TrialState } from '../trial/trial.ts'

/** The detail of an event beyond its kind; null if the kind says it all. */
export function eventMessage({ kind, detail }: EventRecord): MessageDescriptor | null {
  const { undoes, clockMovedMs, by, ...details } = detail
  const messages = [
    ...soundMessages(kind, details),
    ...(typeof undoes === 'number' ? [msg('eventDetail.undoes')] : []),
    ...(typeof clockMovedMs === 'number' ? [clockMessage(clockMovedMs)] : []),
    ...(by === undefined ? [] : [msg('eventDetail.by', { ...(by as unknown as Caller) })]),
  ]
  return messages.length === 0 ? null : together(...messages)
}

/** A database or a bundle of somebody else can hold any detail: what makes no message is shown as it is. */
function soundMessages(
  kind: EventRecord['kind'],
  detail: JsonObject,
): readonly MessageDescriptor[] {
  try {
    const messages = ownMessage(kind, detail)
    if (messages.every(isMessage)) return messages
  } catch {
    // A field is not of its kind.
  }
  return [verbatim(JSON.stringify(detail))]
}

/** Times are kept as if nobody had set the clock of the machine; where it said another one, that is told. */
function clockMessage(movedMs: number): MessageDescriptor {
  const seconds = Math.round(Math.abs(movedMs) / 1_000)
  return msg(movedMs < 0 ? 'eventDetail.clockBack' : 'eventDetail.clockOn', { seconds })
}

/** For what a trial waits. */
export function waitingMessage(detail: JsonObject): MessageDescriptor {
  const { trainers, limit, openFiles, memory, freeBytes, expectedBytes, gpus, wanted } = detail
  if (gpus !== undefined) {
    return msg('eventDetail.gpus', { free: Number(gpus), wanted: Number(wanted) })
  }
  if (trainers !== undefined) {
    const counts = { count: Number(trainers), limit: Number(limit) }
    return openFiles === undefined
      ? msg('eventDetail.trainers', { ...counts, variable: 'TUNEWRIGHT_MAX_TRAINERS' })
      : msg('eventDetail.openFiles', { ...counts, files: Number(openFiles) })
  }
  const megabytes = (bytes: JsonValue | undefined) => Math.round(Number(bytes) / 2 ** 20)
  const amounts = { free: megabytes(freeBytes), expected: megabytes(expectedBytes) }
  return msg('eventDetail.memory', { memory: show(memory ?? null), ...amounts })
}

function ownMessage(kind: EventRecord['kind'], detail: JsonObject): readonly MessageDescriptor[] {
  switch (kind) {
    case 'study.changed':
      return ((detail['changes'] ?? []) as unknown as readonly SettingChange[]).map(
        ({ path, from, to }) => msg('eventDetail.change', { path, from: show(from), to: show(to) }),
      )
    case 'study.labeled': {
      const { from, to } = detail as unknown as Readonly<Record<'from' | 'to', StudyLabels>>
      return labelMessages(from, to)
    }
    case 'study.renamed':
      return [
        msg('eventDetail.renamed', {
          from: show(detail['from'] ?? null),
          to: show(detail['to'] ?? null),
        }),
      ]
    case 'slot.waiting':
      return [waitingMessage(detail)]
    case 'trial.started':
    case 'trial.retried': {
      const { attempt, slot, after, resumeStep, origin } = detail
      // People count slots from 1, as the timeline does.
      const begins = msg('eventDetail.attempt', {
        attempt: Number(attempt),
        slot: Number(slot) + 1,
        after: endOf(after),
        ...(typeof resumeStep === 'number' ? { step: resumeStep } : {}),
      })
      if (origin === undefined) return [begins]
      const { trial, step, mode } = origin as unknown as TrialOrigin
      return [begins, msg('eventDetail.origin', { mode: msg(`chart.origin.${mode}`), trial, step })]
    }
    case 'trial.finished': {
      const { state, values, failure, reason } = detail
      return [
        msg(`state.${state as TrialState}`),
        ...(Array.isArray(values) && values.length > 0
          ? [msg('eventDetail.values', { values: values.map(show) })]
          : []),
        ...(failure === undefined ? [] : [msg(`report.failure.${failure as FailureClass}`)]),
        ...reasonOf(reason),
      ]
    }
    case 'trial.queued':
    case 'trial.unqueued': {
      const { parameters, origin } = detail
      const from = originMessage(origin as unknown as QueuedPointOrigin | undefined)
      return [...(from === null ? [] : [from]), ...entriesMessage(parameters)]
    }
    case 'trial.noted':
      return [noteMessage(text(show(detail['to'] ?? '')))]
    case 'winner.tested':
    case 'model.refitted':
      return entriesMessage(detail['metrics'])
    case 'ensemble.tested':
      return [
        msg('eventDetail.trials', { trials: detail['trials'] as number[] }),
        ...entriesMessage(detail['metrics']),
      ]
    case 'program.acted':
      return [msg('eventDetail.method', { method: text(show(detail['method'] ?? '')) })]
    case 'child.failed':
      return reasonOf(detail['reason']).map(reason =>
        named(text(show(detail['child'] ?? '')), reason),
      )
    case 'notification.failed':
      return reasonOf(detail['reason']).map(reason =>
        named(text(show(detail['channel'] ?? '')), reason),
      )
    default:
      return reasonOf(detail['reason'])
  }
}

function reasonOf(reason: JsonValue | undefined): readonly MessageDescriptor[] {
  return isMessage(reason) ? [reason] : []
}

/** How the attempt before ended: a class of failures, or a state. */
function endOf(after: JsonValue | undefined): MessageDescriptor | undefined {
  if (typeof after !== 'string') return undefined
  return after === 'interrupted' ? msg('state.interrupted') : { code: `report.failure.${after}` }
}

const originCodes = {
  clone: 'edited',
  retry: 'again',
  continue: 'extended',
  fork: 'forked',
  initialize: 'initialized',
} as const

function originMessage(origin: QueuedPointOrigin | undefined): MessageDescriptor | null {
  const { kind, trialNumber, step = 0 } = origin ?? {}
  if (trialNumber === null || trialNumber === undefined) return null
  const code = kind === undefined || kind === 'point' ? null : originCodes[kind]
  return code && msg(`proposal.${code}`, { trial: trialNumber, step })
}

function labelMessages(from: StudyLabels, to: StudyLabels): MessageDescriptor[] {
  const messages: MessageDescriptor[] = []
  if (from.tags.join('\n') !== to.tags.join('\n')) {
    messages.push(msg('eventDetail.tags', to.tags.length === 0 ? {} : { tags: to.tags }))
  }
  if (from.note !== to.note) messages.push(noteMessage(to.note))
  if (from.archived !== to.archived) {
    messages.push(msg(to.archived ? 'eventDetail.archived' : 'eventDetail.unarchived'))
  }
  const [before, now] = [from.baseline ?? null, to.baseline ?? null]
  if (JSON.stringify(before) !== JSON.stringify(now)) messages.push(pinnedMessage(now))
  return messages
}

function noteMessage(note: string): MessageDescriptor {
  return msg('eventDetail.note', note === '' ? {} : { note })
}

/** Parameters or metrics, `name value` each. */
function entriesMessage(values: JsonValue | undefined): MessageDescriptor[] {
  const entries = Object.entries((values ?? {}) as JsonObject)
  const texts = entries.map(([name, value]) => `${name} ${text(show(value))}`)
  return texts.length === 0 ? [] : [msg('eventDetail.values', { values: texts })]
}

/** A setting as a study file has it, in one line. */
function show(value: JsonValue): Exclude<MessageValue, object | null> {
  if (value === null) return '–'
  if (typeof value !== 'object') return value
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map(part => text(show(part))).join(', ')
  return Object.entries(value)
    .map(
      ([name, part]) =>
        `${name} ${Array.isArray(part) ? `[${text(show(part))}]` : text(show(part))}`,
    )
    .join(', ')
}

function text(value: string | number | boolean): string {
  return typeof value === 'number' ? formatNumber(value) : String(value)
}
