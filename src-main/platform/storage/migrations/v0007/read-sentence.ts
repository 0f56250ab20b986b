import { fact, named, together, type Fact } from '../../../../core/errors/fact.ts'
import { compilePattern, type SentencePattern } from './sentence-pattern.ts'

/** More than any wrapper of ours nests; what a program printed may hold any number of colons. */
const MAX_NESTED = 6

/** Sentences repeat a thousand times: `drawn at random`. */
const MAX_REMEMBERED = 20_000

/**
 * @param patterns where two could be meant, the first one is
 * @param quoting patterns of sentences that quote a program, which may have said anything; they are tried before all others
 * @returns a function that gives the fact of a sentence as versions up to 6 wrote it; text of nobody's knowledge is `legacy`
 */
export function sentenceReader(
  patterns: readonly SentencePattern[],
  quoting: readonly SentencePattern[],
): (text: string) => Fact {
  const readers = [...quoting.map(compilePattern), listAt, ...patterns.map(compilePattern), namedAt]
  const remembered = new Map<string, Fact>()

  function readAt(sentence: string, depth: number): Fact | null {
    if (depth > MAX_NESTED) return null
    const deeper = (nested: string): Fact | null => readAt(nested, depth + 1)
    for (const read of readers) {
      const sentenceFact = read(sentence, deeper)
      if (sentenceFact !== null) return sentenceFact
    }
    return null
  }

  return text => {
    let read = remembered.get(text)
    if (read === undefined) {
      read = readAt(text, 0) ?? fact('legacy', { text })
      if (remembered.size < MAX_REMEMBERED) remembered.set(text, read)
    }
    return read
  }
}

/** Sentences one after another: what was done to a point, what each of several rules has to say. */
function listAt(sentence: string, read: (part: string) => Fact | null): Fact | null {
  const parts = sentence.split('; ')
  if (parts.length === 1) return null
  const facts: Fact[] = []
  for (const part of parts) {
    const partFact = read(part)
    if (partFact === null) return null
    facts.push(partFact)
  }
  return together(...facts)
}

/** The sentence of one metric's rule or of one sampler, after its name. */
function namedAt(sentence: string, read: (part: string) => Fact | null): Fact | null {
  const end = sentence.indexOf(': ')
  if (end <= 0) return null
  const reason = read(sentence.slice(end + 2))
  return reason === null ? null : named(sentence.slice(0, end), reason)
}
