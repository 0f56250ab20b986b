import type { MessageDescriptor } from '../../src-main/core/errors/message.ts'
import type { MessageValue } from '../../src-main/core/i18n/message.ts'

/** A message in one line, for tables of expectations: `rule.atMost limit=64`; lists with commas, messages inside in brackets. */
export function messageLine({ code, values = {} }: MessageDescriptor): string {
  const parts = Object.entries(values).map(([name, value]) => `${name}=${show(value)}`)
  return [code, ...parts].join(' ')
}

function show(value: MessageValue | undefined): string {
  if (Array.isArray(value)) return value.map(show).join(',')
  return typeof value === 'object' && value !== null
    ? `(${messageLine(value as MessageDescriptor)})`
    : String(value)
}
