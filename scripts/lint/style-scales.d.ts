import type { Linter, Rule } from 'eslint'

export const styleScales: Rule.RuleModule
export const plainText: Linter.Parser
