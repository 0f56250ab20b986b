import path from 'node:path'
import { readNumber } from '../../user-code/metric-row.ts'
import type { FileMark } from '../shared/file-mark.ts'
import { LineFile } from '../shared/line-file.ts'
import { SqliteRows } from '../shared/sqlite-rows.ts'
import {
  type LogReading,
  type MetricLogFormat,
  type MetricLogReader,
  nothingNew,
} from '../metric-log.ts'

/** What MLflow's database has in place of infinities. */
const LARGEST = Number.MAX_VALUE

/** The store of MLflow: a file for each metric of a run, or a database. */
export const mlflow: MetricLogFormat = {
  isOpenedAtStart: true,
  open: (file, mark) =>
    /\.(?:db|sqlite3?)$/.test(file)
      ? new SqliteRows<DatabaseRow>(file, mark, ['key', 'value', 'step', 'is_nan'], databasePoint)
      : new MetricFileReader(file, mark),
}

interface DatabaseRow {
  readonly key: unknown
  readonly value: unknown
  readonly step: unknown
  readonly is_nan: unknown
}

function databasePoint({ key, value, step, is_nan: isNaN }: DatabaseRow) {
  if (typeof key !== 'string' || typeof value !== 'number' || typeof step !== 'number') return []
  const number = isNaN === 1 ? Number.NaN : Math.abs(value) === LARGEST ? value * 2 : value
  return [{ name: key, step, value: number }]
}

class MetricFileReader implements MetricLogReader {
  readonly #lines: LineFile
  readonly #name: string | null

  constructor(file: string, mark: FileMark | null) {
    this.#lines = new LineFile(file, mark)
    const parts = file.split(path.sep)
    const at = parts.lastIndexOf('metrics')
    // The same values lie once more with the models of the run.
    this.#name = at < 3 || parts[at - 2] === 'models' ? null : parts.slice(at + 1).join('/')
  }

  read(isFinal: boolean): LogReading {
    const name = this.#name
    const next = this.#lines.next(isFinal)
    if (next === null || name === null) return nothingNew
    const points = next.lines.flatMap(line => {
      // Time, value, step.
      const [, value, step] = line.trim().split(' ').map(readNumber)
      return typeof value === 'number' && typeof step === 'number' ? [{ name, step, value }] : []
    })
    return { points, hasMore: next.hasMore, problem: next.problem }
  }
}
