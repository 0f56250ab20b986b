import { visibleText } from '../../core/i18n/visible-text.ts'

/**
 * Widths as terminals count them: East Asian wide and full-width characters and emoji take two
 * columns, combining marks none (Unicode Standard Annex #11, East Asian Width).
 */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u
const zeroWidth = /\p{Mn}|\p{Me}|[\u200B-\u200D]/u

/** Columns that a text without control sequences takes. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += columnsOfCharacter(character)
  return columns
}

/** The text, or its beginning and `…` where it takes more than `columns`. */
export function cutToColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  if (columns < 1) return ''
  let cut = ''
  let used = 1
  for (const character of text) {
    used += columnsOfCharacter(character)
    if (used > columns) break
    cut += character
  }
  return `${cut}…`
}

/** Text for the terminal: of what could steer it, only the bold heads of our own tables stay. */
export function terminalText(text: string): string {
  return text
    .split(bold)
    .map((part, at) => (at % 2 === 1 ? part : visibleText(part)))
    .join('')
}

// eslint-disable-next-line no-control-regex -- exactly these are let through
const bold = /(\u001B\[(?:1|22)m)/

function columnsOfCharacter(character: string): number {
  if (zeroWidth.test(character)) return 0
  return wide.test(character) ? 2 : 1
}
