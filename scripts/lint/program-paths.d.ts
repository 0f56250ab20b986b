import type { Rule } from 'eslint'

export const programPaths: Rule.RuleModule
