import type english from './en.json'

/** A key of the catalogs, as `area.name`. English decides which keys there are; a test holds the others to them. */
export type MessageKey = keyof typeof english

/** What fills a placeholder: a text or number as it is, a message, or a list of them. */
export type MessageValue =
  string | number | boolean | null | Message | readonly (string | number | boolean | Message)[]

export type MessageValues = { readonly [name: string]: MessageValue | undefined }

/**
 * Something that can be said in every language: the key of its text and what fills it. `code` is any text, because a
 * database or another version may bring one that the catalogs do not know.
 */
export interface Message {
  readonly code: string
  readonly values?: MessageValues
}

/** Nesting of no message of ours is deeper; whatever is comes from elsewhere. */
const MAX_DEPTH = 8

/** Whether free-form detail, of a database or another process, is a message that can be said. */
export function isMessage(value: unknown): value is Message {
  return isMessageAt(value, MAX_DEPTH)
}

function isMessageAt(value: unknown, depth: number): value is Message {
  if (!isMapping(value)) return false
  const { code, values } = value
  if (typeof code !== 'string' || code.length > 200) return false
  for (const key in value) if (key !== 'code' && key !== 'values') return false
  if (values === undefined) return true
  return (
    isMapping(values) &&
    Object.values(values).every(value =>
      Array.isArray(value)
        ? value.every(part => isPart(part, depth))
        : value === null || isPart(value, depth),
    )
  )
}

function isPart(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string' || typeof value === 'boolean') return true
  return depth > 0 && isMessageAt(value, depth - 1)
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
