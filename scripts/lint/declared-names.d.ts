import type { Rule } from 'eslint'

export type DeclarationRole = 'binding' | 'function' | 'method' | 'property'
export function declaredNames(
  context: Rule.RuleContext,
  visit: (node: Rule.Node, name: string, role: DeclarationRole) => void,
  options?: { readonly properties?: boolean },
): Rule.RuleListener
export function wordsOf(name: string): string
