import { randomBytes } from 'node:crypto'
import type { CallToolResult } from '@modelcontextprotocol/server'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import { visibleJson, visibleText } from '../../core/i18n/visible-text.ts'

/** An assistant reads no more at once: about a hundred thousand words. */
const MAX_ANSWER_CHARACTERS = 400_000

/** Data between two marks that nobody can guess, after a sentence that says that they are data; null for more than an assistant reads. */
export function markedText(text: string, t: Translate): string | null {
  if (text.length > MAX_ANSWER_CHARACTERS) return null
  const mark = `data-${randomBytes(8).toString('hex')}`
  return `${t('mcp.data')}\n<${mark}>\n${visibleText(text)}\n</${mark}>`
}

/** An answer as text between marks, and in structured content in a field of its own beside a note. JSON has no NaN: null stands for it. */
export function structuredResult(answer: object, t: Translate): CallToolResult {
  const json = JSON.stringify(answer)
  const result = markedResult(json, t)
  if (result.isError === true) return result
  const data = visibleParts(JSON.parse(json) as JsonValue)
  return { ...result, structuredContent: { note: t('mcp.dataField'), data } }
}

/** JSON between marks. */
export function markedResult(json: string, t: Translate): CallToolResult {
  const text = markedText(visibleJson(json), t)
  if (text !== null) return { content: [{ type: 'text', text }] }
  return { isError: true, content: [{ type: 'text', text: tooLarge(json, t) }] }
}

export function tooLarge(text: string, t: Translate): string {
  return t('mcp.tooLarge', { characters: text.length, limit: MAX_ANSWER_CHARACTERS })
}

/** The same with characters that cannot be seen written out, as no escape of JSON outlives the parser of the other side. */
function visibleParts(value: JsonValue): JsonValue {
  if (typeof value === 'string') return visibleText(value)
  if (Array.isArray(value)) return value.map(visibleParts)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [visibleText(key), visibleParts(part)]),
  )
}
