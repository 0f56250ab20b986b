import { closeSync, readSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse/sync'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { openUnlinked } from '../../files/read-regular.ts'
import { readNumber } from '../../user-code/metric-row.ts'
import type { FileMark } from '../shared/file-mark.ts'
import { LineFile } from '../shared/line-file.ts'
import { stepNames } from '../shared/logged-row.ts'
import {
  type LoggedPoint,
  type LogReading,
  type MetricLogFormat,
  type MetricLogReader,
  nothingNew,
} from '../metric-log.ts'

const MAX_HEADER_BYTES = 1 << 16

/** Tables with a header: Keras' `CSVLogger`, Lightning's `metrics.csv`, Ultralytics' `results.csv`. */
export const csv: MetricLogFormat = { open: (file, mark) => new CsvReader(file, mark) }

interface Header {
  readonly names: readonly string[]
  readonly separator: string
  /** Its column; −1: rows are counted. */
  readonly stepAt: number
}

class CsvReader implements MetricLogReader {
  readonly #lines: LineFile
  #header: Header | null
  #rows = 0
  #problem: MessageDescriptor | null = null

  constructor(file: string, mark: FileMark | null) {
    this.#lines = new LineFile(file, mark)
    this.#header = mark === null || mark.size === 0 ? null : firstHeader(file)
  }

  read(isFinal: boolean): LogReading {
    const next = this.#lines.next(isFinal)
    if (next === null) return nothingNew
    if (next.isRestarted) {
      this.#header = null
      this.#rows = 0
    }
    const points = next.lines.flatMap(line => this.#read(line))
    return { points, hasMore: next.hasMore, problem: next.problem ?? this.#problem }
  }

  #read(line: string): LoggedPoint[] {
    if (line.trim() === '') return []
    if (this.#header === null) {
      this.#header = headerOf(line)
      return []
    }
    const { names, separator, stepAt } = this.#header
    const cells = cellsOf(line, separator)
    this.#rows += 1
    if (cells === null) {
      this.#problem = msg('failure.metricLog.quote', { row: this.#rows })
      return []
    }
    // A writer that adds a column may begin a new header in the same file.
    if (cells.every((cell, at) => cell === names[at]) && cells.length === names.length) return []
    const step = stepAt < 0 ? this.#rows : readNumber(cells[stepAt])
    if (step === null) return []
    return names.flatMap((name, at) => {
      const value = at === stepAt || name === '' ? null : readNumber(cells[at])
      return value === null ? [] : [{ name, step, value }]
    })
  }
}

function headerOf(line: string): Header {
  const separator = [',', ';', '\t'].find(sign => line.includes(sign)) ?? ','
  const names = cellsOf(line.replace(/^\uFEFF/, ''), separator) ?? []
  const lower = names.map(name => name.toLowerCase())
  const step = stepNames.find(name => lower.includes(name))
  return { names, separator, stepAt: step === undefined ? -1 : lower.indexOf(step) }
}

/** Blanks around a cell are for the eye. Null: a quotation mark does not close. */
function cellsOf(line: string, separator: string): readonly string[] | null {
  try {
    const [cells = []] = parse(line, { delimiter: separator, relax_quotes: true, trim: true })
    return cells
  } catch (error) {
    if (error instanceof CsvError) return null
    throw error
  }
}

/** Of a file that was there before; null if it has none. */
function firstHeader(file: string): Header | null {
  let handle: number
  try {
    handle = openUnlinked(file)
  } catch {
    return null
  }
  try {
    const buffer = Buffer.alloc(MAX_HEADER_BYTES)
    const text = buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, 0))
    const end = text.indexOf('\n')
    return end < 0 ? null : headerOf(text.slice(0, end))
  } finally {
    closeSync(handle)
  }
}
