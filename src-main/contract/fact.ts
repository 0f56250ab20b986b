import { z } from 'zod'
import type { Message, MessageKey, MessageValue, MessageValues } from '../i18n/message.ts'
import { isObject, type JsonValue } from './json.ts'

/**
 * Why something is as it is – a proposal, a pruning, a failure, a broken rule, the end of a study – as a code with values.
 * Facts travel through processes and into the database as they are; `i18n` alone turns them into a sentence, in the
 * reader's language. Two facts are the same if code and values are.
 */
export type Fact = Message

/** A code that the catalogues know. */
export type FactCode = MessageKey

/** A fact with a known code. Numbers that JSON cannot hold become texts: `NaN`, `Infinity`, `-Infinity`. */
export function fact(code: FactCode, values?: MessageValues): Fact {
  if (values === undefined) return { code }
  const kept: Record<string, MessageValue> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    kept[name] = typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  }
  return { code, values: kept }
}

/** Words that are not ours: of the operating system, of a library, of a user's program. */
export function verbatim(text: string): Fact {
  return fact('verbatim', { text })
}

/** Reasons one after another; one alone stays itself. */
export function together(...reasons: readonly Fact[]): Fact {
  const all = reasons.flatMap(reason => {
    const { reasons: parts } = reason.code === SEVERAL ? (reason.values ?? {}) : {}
    return Array.isArray(parts) ? (parts as readonly Fact[]) : [reason]
  })
  const [only] = all
  return all.length === 1 && only !== undefined ? only : fact(SEVERAL, { reasons: all })
}
const SEVERAL = 'reason.several'

/** The reason of one of several: of a metric's rule, of a sampler. */
export function named(name: string, reason: Fact): Fact {
  return fact('reason.named', { name, reason })
}

/** A fact inside free-form detail. */
export function factAsJson(fact: Fact | null): JsonValue {
  return fact as unknown as JsonValue
}

/** Nesting of no fact of ours is deeper; whatever is comes from elsewhere. */
const MAX_DEPTH = 8

function isPart(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string' || typeof value === 'boolean') return true
  return depth > 0 && isFactAt(value, depth - 1)
}

function isFactAt(value: unknown, depth: number): value is Fact {
  if (!isObject(value)) return false
  const { code, values } = value
  if (typeof code !== 'string' || code.length > 200) return false
  for (const key in value) if (key !== 'code' && key !== 'values') return false
  if (values === undefined) return true
  return (
    isObject(values) &&
    Object.values(values).every(one =>
      Array.isArray(one)
        ? one.every(part => isPart(part, depth))
        : one === null || isPart(one, depth),
    )
  )
}

export function isFact(value: unknown): value is Fact {
  return isFactAt(value, MAX_DEPTH)
}

/**
 * Facts as messages between processes and columns of the database bring them. One function instead of nested schemas:
 * opening a study reads one for each of its trials.
 */
export const factSchema = z.custom<Fact>(isFact)

/** The form in which a database column keeps a fact. */
export function factToJson(fact: Fact): string {
  return JSON.stringify(fact)
}

/** @returns what a column holds; text that is no fact, of an old database, is kept word for word as `legacy` */
export function factFromJson(text: string): Fact {
  try {
    const parsed = factSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : fact('legacy', { text })
  } catch {
    return fact('legacy', { text })
  }
}
