import { isObject } from '../../../core/values/json.ts'
import { parseJson } from '../../user-code/json-lines-reader.ts'
import type { FileMark } from '../shared/file-mark.ts'
import { LineFile } from '../shared/line-file.ts'
import { pointsOf } from '../shared/logged-row.ts'
import {
  type LogReading,
  type MetricLogFormat,
  type MetricLogReader,
  nothingNew,
} from '../metric-log.ts'

/** Files with a JSON object a line. */
export const jsonLines: MetricLogFormat = { open: (file, mark) => new JsonLinesLog(file, mark) }

class JsonLinesLog implements MetricLogReader {
  readonly #lines: LineFile
  #rows = 0

  constructor(file: string, mark: FileMark | null) {
    this.#lines = new LineFile(file, mark)
  }

  read(isFinal: boolean): LogReading {
    const next = this.#lines.next(isFinal)
    if (next === null) return nothingNew
    if (next.isRestarted) this.#rows = 0
    const points = next.lines.flatMap(line => {
      const row = line.trimStart().startsWith('{') ? parseJson(line.trim()) : undefined
      if (!isObject(row)) return []
      this.#rows += 1
      return pointsOf(row).map(point => ({ ...point, step: point.step ?? this.#rows }))
    })
    return { points, hasMore: next.hasMore, problem: next.problem }
  }
}
