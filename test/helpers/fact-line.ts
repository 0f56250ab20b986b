import type { Fact } from '../../src-main/core/errors/fact.ts'
import type { MessageValue } from '../../src-main/core/i18n/message.ts'

/** A fact in one line, for tables of expectations: `rule.atMost limit=64`; lists with commas, facts inside in brackets. */
export function factLine({ code, values = {} }: Fact): string {
  const parts = Object.entries(values).map(([name, value]) => `${name}=${show(value)}`)
  return [code, ...parts].join(' ')
}

function show(value: MessageValue | undefined): string {
  if (Array.isArray(value)) return value.map(show).join(',')
  return typeof value === 'object' && value !== null
    ? `(${factLine(value as Fact)})`
    : String(value)
}
