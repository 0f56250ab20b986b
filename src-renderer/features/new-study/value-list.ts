/** Values of a parameter as a person types them, separated by commas; quotes keep a text that looks like something else. */

export type Value = string | number | boolean

/** A number or truth value where the text is one, a quoted text without its quotes, else the text. */
export function valueOf(text: string): Value {
  const trimmed = text.trim()
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true'
  if (/^".*"$/.test(trimmed)) {
    try {
      return String(JSON.parse(trimmed))
    } catch {
      return trimmed
    }
  }
  const number = Number(trimmed)
  return trimmed === '' || Number.isNaN(number) ? trimmed : number
}

/** The text that {@link valueOf} reads as this value. */
export function textOf(value: unknown): string {
  if (typeof value === 'number') return shortNumber(value)
  if (typeof value !== 'string')
    return value === undefined || value === null ? '' : JSON.stringify(value)
  const isPlain = valueOf(value) === value && value.trim() === value && !value.includes(',')
  return isPlain || value === '' ? value : JSON.stringify(value)
}

/** A field of a bound has room for so many characters. */
const MAX_PLAIN_LENGTH = 7

/** With an exponent where the digits would not fit: 1e-6. */
function shortNumber(value: number): string {
  const plain = JSON.stringify(value)
  const short = value.toExponential().replace('e+', 'e')
  return plain.length > MAX_PLAIN_LENGTH && short.length < plain.length ? short : plain
}

/** Commas between quotes separate nothing. */
export function valuesOf(text: string): Value[] {
  return [...text.matchAll(/\s*("(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)/g)]
    .map(([, part = '']) => part)
    .filter(part => part.trim() !== '')
    .map(valueOf)
}

export function textOfValues(values: readonly unknown[]): string {
  return values.map(textOf).join(', ')
}
