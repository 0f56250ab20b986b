import { msg, named, together, type MessageDescriptor } from '../../../../core/errors/message.ts'
import { compilePattern, type SentencePattern } from './sentence-pattern.ts'

/** More than any wrapper of ours nests; what a program printed may hold any number of colons. */
const MAX_NESTED = 6

/** Sentences repeat a thousand times: `drawn at random`. */
const MAX_REMEMBERED = 20_000

/**
 * @param patterns where two could be meant, the first one is
 * @param quoting patterns of sentences that quote a program, which may have said anything; they are tried before all others
 * @returns a function that gives the message of a sentence as versions up to 6 wrote it; text of nobody's knowledge is `legacy`
 */
export function sentenceReader(
  patterns: readonly SentencePattern[],
  quoting: readonly SentencePattern[],
): (text: string) => MessageDescriptor {
  const readers = [...quoting.map(compilePattern), listAt, ...patterns.map(compilePattern), namedAt]
  const remembered = new Map<string, MessageDescriptor>()

  function readAt(sentence: string, depth: number): MessageDescriptor | null {
    if (depth > MAX_NESTED) return null
    const deeper = (nested: string): MessageDescriptor | null => readAt(nested, depth + 1)
    for (const read of readers) {
      const sentenceMessage = read(sentence, deeper)
      if (sentenceMessage !== null) return sentenceMessage
    }
    return null
  }

  return text => {
    let read = remembered.get(text)
    if (read === undefined) {
      read = readAt(text, 0) ?? msg('legacy', { text })
      if (remembered.size < MAX_REMEMBERED) remembered.set(text, read)
    }
    return read
  }
}

/** Sentences one after another: what was done to a point, what each of several rules has to say. */
function listAt(
  sentence: string,
  read: (part: string) => MessageDescriptor | null,
): MessageDescriptor | null {
  const parts = sentence.split('; ')
  if (parts.length === 1) return null
  const facts: MessageDescriptor[] = []
  for (const part of parts) {
    const partMessage = read(part)
    if (partMessage === null) return null
    facts.push(partMessage)
  }
  return together(...facts)
}

/** The sentence of one metric's rule or of one sampler, after its name. */
function namedAt(
  sentence: string,
  read: (part: string) => MessageDescriptor | null,
): MessageDescriptor | null {
  const end = sentence.indexOf(': ')
  if (end <= 0) return null
  const reason = read(sentence.slice(end + 2))
  return reason === null ? null : named(sentence.slice(0, end), reason)
}
