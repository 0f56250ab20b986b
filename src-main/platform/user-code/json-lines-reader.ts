import { msg } from '../../core/errors/message.ts'
import { invalidData } from '../../core/errors/invalid-data.ts'
import { isObject } from '../../core/values/json.ts'
import { problemValue } from '../../core/errors/problem.ts'
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

/**
 * The objects of a results file: one, a list of them, or one a line.
 * @param path of the file, for errors
 * @param redact takes secrets out of what an error shows
 * @throws AppError `data.invalid` naming the first part that is no such object
 */
export function readResults(
  text: string,
  path: string,
  redact: (text: string) => string,
): Readonly<Record<string, unknown>>[] {
  const refuse = (part: string, line?: number) =>
    invalidData(path, 'metrics', problemValue(redact(part)), msg('rule.resultsFile'), line)
  const whole = parseJson(text.trim())
  if (whole !== undefined) {
    return (Array.isArray(whole) ? whole : [whole]).map((entry: unknown) => {
      if (isObject(entry)) return entry
      throw refuse(JSON.stringify(entry))
    })
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return []
    const entry = parseJson(line.trim())
    if (isObject(entry)) return [entry]
    throw refuse(line, index + 1)
  })
}

/** JSON, and NaN and Infinity as Python writes them; undefined if it is neither. */
export function parseJson(text: string): unknown {
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
