import { visibleText } from '../../core/i18n/visible-text.ts'

/**
 * The only way into the page: everything interpolated into `markup` is escaped unless it is markup
 * made by `markup` itself, so a name or message from a study can never become an element.
 */
export interface Markup {
  readonly text: string
}

/** A part of a template; lists are joined, null, undefined and false leave nothing behind. */
export type Fragment = string | number | Markup | null | undefined | false | readonly Fragment[]

export function markup(strings: TemplateStringsArray, ...values: readonly Fragment[]): Markup {
  let text = strings[0] ?? ''
  for (const [index, value] of values.entries()) {
    text += render(value) + (strings[index + 1] ?? '')
  }
  return { text }
}

/** Text that is already markup; for constants of this folder only, never for what a study holds. */
export function trusted(text: string): Markup {
  return { text }
}

/** Text for elements and quoted attributes. */
function escapeText(text: string): string {
  return visibleText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function render(value: Fragment): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number') return String(value)
  if (isList(value)) return value.map(render).join('')
  return value.text
}

function isList(value: Markup | readonly Fragment[]): value is readonly Fragment[] {
  return Array.isArray(value)
}
