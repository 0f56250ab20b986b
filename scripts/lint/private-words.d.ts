import type { Rule } from 'eslint'

export interface PrivateWord {
  readonly term: string
  readonly instead: string
}

export const privateWords: readonly PrivateWord[]
export function privateTerms(
  name: string,
  where: { readonly file: string; readonly role?: string; readonly within?: string },
): PrivateWord[]
export function privateTermsOfPath(file: string): PrivateWord[]
export const noPrivateWords: Rule.RuleModule
