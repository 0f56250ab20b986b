import type { JsonValue } from '../core/values/json.ts'

/** Deeper values are nobody's attribute; walking them would end the stack. */
const DEEPEST = 100

/** Words for numbers that Python writes into JSON and that JSON does not have, outside of texts. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/gs

/**
 * JSON as Python's `json.dumps` writes it: `NaN`, `Infinity` and `-Infinity` may stand where numbers do, and come
 * back as texts.
 * @returns undefined if the text is no JSON, or nested deeper than 100 levels
 */
export function parsePythonJson(text: string): JsonValue | undefined {
  if (isTooDeep(text)) return undefined
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    const quoted = text.replace(tokens, token => (token.startsWith('"') ? token : `"${token}"`))
    try {
      return JSON.parse(quoted) as JsonValue
    } catch {
      return undefined
    }
  }
}

/** JSON as Python reads it: `NaN` and the infinities stand as words where numbers do, which JSON itself does not have. */
export function writePythonJson(value: unknown): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? JSON.stringify(value) : String(value)
  if (Array.isArray(value)) return `[${value.map(writePythonJson).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${writePythonJson(item)}`).join(', ')}}`
  }
  return JSON.stringify(value)
}

function isTooDeep(text: string): boolean {
  let depth = 0
  for (const character of text) {
    if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    // Brackets within texts only make this stricter.
    if (depth > DEEPEST) return true
  }
  return false
}
