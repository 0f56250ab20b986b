import { msg } from '../../../core/errors/message.ts'
import { isObject } from '../../../core/values/json.ts'
import { readRegular } from '../../files/read-regular.ts'
import { parseJson } from '../../user-code/json-lines-reader.ts'
import { type FileMark, hasChanged, markFile } from '../shared/file-mark.ts'
import { pointsOf } from '../shared/logged-row.ts'
import {
  type LogReading,
  type MetricLogFormat,
  type MetricLogReader,
  nothingNew,
} from '../metric-log.ts'

const MAX_BYTES = 16 * 1024 * 1024

/** The state of a trainer of Transformers, whose `log_history` is written whole with every checkpoint. */
export const trainerState: MetricLogFormat = {
  open: (file, mark) => new TrainerStateReader(file, mark),
}

class TrainerStateReader implements MetricLogReader {
  readonly #file: string
  #mark: FileMark | null
  /** Entries of its history that were read. */
  #entries = 0

  constructor(file: string, mark: FileMark | null) {
    this.#file = file
    this.#mark = mark
  }

  read(isFinal: boolean): LogReading {
    if (this.#mark !== null && !hasChanged(this.#file, this.#mark)) return nothingNew
    const mark = markFile(this.#file)
    if (mark === null) return nothingNew
    const state = parseJson(readRegular(this.#file, MAX_BYTES).toString('utf8'))
    const history = isObject(state) ? state['log_history'] : undefined
    // While it is being written, the file changes once more.
    if (isObject(state) || isFinal) this.#mark = mark
    if (!Array.isArray(history))
      return isFinal ? { ...nothingNew, problem: msg('failure.metricLog.history') } : nothingNew
    if (history.length < this.#entries) this.#entries = 0
    const entries: readonly unknown[] = history.slice(this.#entries)
    this.#entries = history.length
    const points = entries.flatMap(entry => (isObject(entry) ? pointsOf(entry) : []))
    return { points, hasMore: false, problem: null }
  }
}
