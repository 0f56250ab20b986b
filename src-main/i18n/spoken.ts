import type { Message } from './message.ts'
import type { Translate } from './translate.ts'

/** Whether a part of free-form detail is a message. */
export function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false
  const { code, values, ...more } = value as Partial<Message>
  return (
    typeof code === 'string' &&
    (values === undefined || (typeof values === 'object' && values !== null)) &&
    Object.keys(more).length === 0
  )
}

/** A message with its sentence, as machine-readable output has it: programs read the code, people the text. */
type Spoken = Message & { readonly text: string }

export function spoken(message: Message, t: Translate): Spoken {
  return { ...message, text: t.say(message) }
}

/** For `JSON.stringify`: every message gets its sentence. */
export function withTexts(t: Translate): (key: string, value: unknown) => unknown {
  return (_key, value) => (isMessage(value) ? spoken(value, t) : value)
}
