import { isObject } from '../contract/json.ts'
import { type MetricReader, type MetricRow, toRow } from './metric-row.ts'

/** Lines that are a JSON object with numbers are metrics; every other line is ordinary output. */
export class JsonLinesReader implements MetricReader {
  read(lines: readonly string[]): MetricRow[] {
    return lines.flatMap(line => {
      const text = line.trim()
      if (!text.startsWith('{') || !text.endsWith('}')) return []
      const value = parseJson(text)
      const row = isObject(value) ? toRow(value) : null
      return row === null ? [] : [row]
    })
  }
}

/** The rows of a results file: one object, a list of objects, or one object a line. */
export function readResults(text: string): MetricRow[] {
  const whole = parseJson(text.trim())
  if (whole === undefined) return new JsonLinesReader().read(text.split(/\r?\n/))
  return (Array.isArray(whole) ? whole : [whole]).flatMap((entry: unknown) => {
    const row = isObject(entry) ? toRow(entry) : null
    return row === null ? [] : [row]
  })
}

/** JSON, and NaN and Infinity as Python writes them; undefined if it is neither. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    try {
      const quoted = /("(?:[^"\\]|\\.)*")|(-?\bInfinity\b|\bNaN\b)/g
      return JSON.parse(
        text.replace(
          quoted,
          (_, string: string | undefined, word: string | undefined) => string ?? `"${word ?? ''}"`,
        ),
      )
    } catch {
      return undefined
    }
  }
}
