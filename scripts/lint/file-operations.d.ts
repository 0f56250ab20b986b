import type { Rule } from 'eslint'

export const fileOperations: Rule.RuleModule
