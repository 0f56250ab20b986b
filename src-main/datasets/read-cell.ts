import type { ColumnFormat } from '../core/data/column-format.ts'
import { parseNumber, parseWritten, styleOf, valueIn } from './written-number.ts'
import { timeValue } from './written-time.ts'
import { isInfinity, parseTruth, meansNoValue } from './written-words.ts'

/** The value of a trimmed text: NaN for one that says there is none, null for one that does not fit. */
export type ReadCell = (text: string) => number | null

const none = (text: string) => (meansNoValue(text) || isInfinity(text) ? Number.NaN : null)

/** Reads the cells of a column in its format; a category has no values. */
export function cellReader(format: ColumnFormat): ReadCell {
  switch (format.type) {
    case 'number': {
      const style = styleOf(format)
      const isPlain = format.decimal === '.' && format.thousands !== '.'
      return text => {
        const plain = isPlain ? parseNumber(text) : null
        if (plain !== null) return plain
        const written = parseWritten(text)
        return (written === null ? null : valueIn(written, style)) ?? none(text)
      }
    }
    case 'time':
      return text => timeValue(text, format) ?? none(text)
    case 'boolean':
      return text => {
        const truth = parseTruth(text)
        return truth === null ? none(text) : Number(truth)
      }
    case 'category':
      return () => null
  }
}
