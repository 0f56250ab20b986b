import type { AttemptLogPart } from '../../../src-main/core/study/user-code.ts'

/** Characters of a log that a page holds; the oldest go first. */
export const MAX_CHARACTERS = 400_000

/** What a page has of a log that grows. */
export interface FollowedLog {
  readonly text: string
  /** Where the next part begins; null before the first. */
  readonly from: Omit<AttemptLogPart, 'text' | 'from'> | null
}

export const emptyLog: FollowedLog = { text: '', from: null }

/** The log with a further part; of another attempt or training it begins anew. */
export function appendLog({ text, from }: FollowedLog, part: AttemptLogPart | null): FollowedLog {
  if (part === null) return { text, from }
  const { attempt, training, to } = part
  const continues = from?.attempt === attempt && from.training === training
  const gap = continues && part.from > from.to ? `\n[… ${part.from - from.to} bytes …]\n` : ''
  const next = continues ? `${text}${gap}${part.text}` : part.text
  const cut = next.length > MAX_CHARACTERS ? next.indexOf('\n', next.length - MAX_CHARACTERS) : -1
  return { text: cut < 0 ? next : next.slice(cut + 1), from: { attempt, training, to } }
}

/** The lines that contain a text, whatever its case; all for an empty one. */
export function matchingLines(text: string, search: string): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n')
  const wanted = search.trim().toLowerCase()
  return wanted === '' ? lines : lines.filter(line => line.toLowerCase().includes(wanted))
}
