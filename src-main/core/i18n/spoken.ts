import { isMessage, type Message } from './message.ts'
import type { Translate } from './translate.ts'

/** A message with its sentence, as machine-readable output has it: programs read the code, people the text. */
type Spoken = Message & { readonly text: string }

export function spoken(message: Message, t: Translate): Spoken {
  return { ...message, text: t.format(message) }
}

/** For `JSON.stringify`: every message gets its sentence. */
export function withTexts(t: Translate): (key: string, value: unknown) => unknown {
  return (_key, value) => (isMessage(value) ? spoken(value, t) : value)
}
