import type { Rule } from 'eslint'

/** A name that is registered for a kind, and the folder (ending in `/`) or file that defines it. */
export interface RegisteredName {
  readonly kind: string
  readonly name: string
  readonly home: string
}

export const kinds: readonly {
  readonly kind: string
  readonly folders: readonly string[]
  readonly subjects: readonly string[]
}[]
export const defaultsTable: RegExp
export function registeredNames(root: string): RegisteredName[]
export const kindNames: Rule.RuleModule
