import type english from './en.json'

/** A key of the catalogues, as `area.name`. English decides which keys there are; a test holds the others to them. */
export type MessageKey = keyof typeof english

/** What fills a placeholder: a text or number as it is, a message, or a list of them. */
export type MessageValue =
  string | number | boolean | null | Message | readonly (string | number | boolean | Message)[]

export type MessageValues = { readonly [name: string]: MessageValue | undefined }

/**
 * Something that can be said in every language: the key of its text and what fills it. `code` is any text, because a
 * database or another version may bring one that the catalogues do not know.
 */
export interface Message {
  readonly code: string
  readonly values?: MessageValues
}
