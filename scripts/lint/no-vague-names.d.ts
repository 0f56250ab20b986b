import type { Rule } from 'eslint'

export const vagueNames: readonly string[]
export const noVagueNames: Rule.RuleModule
