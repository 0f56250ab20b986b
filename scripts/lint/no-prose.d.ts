import type { Rule } from 'eslint'

export function isProse(text: string): boolean
export const noProse: Rule.RuleModule
