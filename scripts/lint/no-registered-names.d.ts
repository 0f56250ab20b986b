import type { Rule } from 'eslint'

export const noRegisteredNames: Rule.RuleModule
