import { setOwnValue } from '../values/named-values.ts'
import { z } from 'zod'
import {
  isMessage,
  type Message,
  type MessageKey,
  type MessageValue,
  type MessageValues,
} from '../i18n/message.ts'
import type { JsonValue } from '../values/json.ts'

/**
 * Why something is as it is – a proposal, a pruning, a failure, a broken rule, the end of a study – as a code with values.
 * Messages travel through processes and into the database as they are; `i18n` alone turns them into a sentence, in the
 * reader's language. Two messages are the same if code and values are.
 */
export type MessageDescriptor = Message

/** A code that the catalogs know. */
export type MessageCode = MessageKey

/** A message with a known code. Numbers that JSON cannot hold become texts: `NaN`, `Infinity`, `-Infinity`. */
export function msg(code: MessageCode, values?: MessageValues): MessageDescriptor {
  if (values === undefined) return { code }
  const definedValues: Record<string, MessageValue> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    setOwnValue(
      definedValues,
      name,
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    )
  }
  return { code, values: definedValues }
}

/** Words that are not ours: of the operating system, of a library, of a user's program. */
export function verbatim(text: string): MessageDescriptor {
  return msg('verbatim', { text })
}

/** Reasons one after another; one alone stays itself. */
export function together(...reasons: readonly MessageDescriptor[]): MessageDescriptor {
  const all = reasons.flatMap(reason => {
    const { reasons: parts } = reason.code === SEVERAL ? (reason.values ?? {}) : {}
    return Array.isArray(parts) ? (parts as readonly MessageDescriptor[]) : [reason]
  })
  const [only] = all
  return all.length === 1 && only !== undefined ? only : msg(SEVERAL, { reasons: all })
}
const SEVERAL = 'reason.several'

/** The reason of one of several: of a metric's rule, of a sampler. */
export function named(name: string, reason: MessageDescriptor): MessageDescriptor {
  return msg('reason.named', { name, reason })
}

/** A message inside free-form detail. */
export function messageAsJson(message: MessageDescriptor | null): JsonValue {
  return message as unknown as JsonValue
}

/** For rooms that know no texts. */
export { isMessage as isMessage }

/**
 * Messages as messages between processes and columns of the database bring them. One function instead of nested schemas:
 * opening a study reads one for each of its trials.
 */
export const messageSchema = z.custom<MessageDescriptor>(isMessage)

/** The form in which a database column keeps a message. */
export function messageToJson(message: MessageDescriptor): string {
  return JSON.stringify(message)
}

/** @returns what a column holds; damaged text is shown as it is */
export function messageFromJson(text: string): MessageDescriptor {
  try {
    const parsed = messageSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : verbatim(text)
  } catch {
    return verbatim(text)
  }
}
