import { rowPartsKey } from '../../core/data/data-rows.ts'
import { findingMessages } from '../../core/data/dataset.ts'
import { type MessageDescriptor, named, verbatim } from '../../core/errors/message.ts'
import type { JsonObject, JsonValue } from '../../core/values/json.ts'
import { formatCount, formatNumber } from '../../core/i18n/format-number.ts'
import { isMessage } from '../../core/i18n/message.ts'
import type { Translate } from '../../core/i18n/translate.ts'

/** Properties of the data of a study, for people; what was looked for and not found is left out. */
export function datasetProperties(dataset: JsonObject, t: Translate): [string, string][] {
  return Object.entries(dataset).flatMap(([name, value]): [string, string][] => {
    // `rowsMessage` says them.
    if (name === rowPartsKey) return []
    const findings = name === 'findings' ? findingMessages(dataset) : null
    const text =
      findings === null
        ? valueText(name, value, t)
        : findings.map(t.format).join(t('list.sentences'))
    const key = `dataset.property.${name}`
    return text === '' ? [] : [[t.has(key) ? t(key) : name, text]]
  })
}

/** The kind of problem is a word of ours; anything else stands as it is. */
function valueText(name: string, value: JsonValue, t: Translate): string {
  const text = textOf(value, t)
  const key = `dataset.${name}.${text}`
  return t.has(key) ? t(key) : text
}

function joined(messages: readonly MessageDescriptor[], t: Translate): string {
  return messages.map(t.format).join(t('list.clauses'))
}

function textOf(value: JsonValue, t: Translate): string {
  if (value === null) return ''
  if (typeof value === 'number') {
    return Number.isInteger(value) ? formatCount(value) : formatNumber(value)
  }
  if (typeof value !== 'object') return String(value)
  if (isMessage(value)) return t.format(value)
  if (Array.isArray(value)) {
    const parts = value as readonly JsonValue[]
    return joined(
      parts.map(part => columnMessage(part) ?? verbatim(textOf(part, t))),
      t,
    )
  }
  return Object.entries(value)
    .map(([name, part]) => `${name} ${textOf(part, t)}`)
    .join(t('list.separator'))
}

/** A column that is not used, and why. */
function columnMessage(part: JsonValue): MessageDescriptor | null {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return null
  const { name, reason } = part as JsonObject
  return typeof name === 'string' && isMessage(reason) ? named(name, reason) : null
}
