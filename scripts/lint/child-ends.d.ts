import type { Rule } from 'eslint'

export const childEnds: Rule.RuleModule
