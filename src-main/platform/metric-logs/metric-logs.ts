import { errorMessage } from '../../core/errors/errors.ts'
import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import type { MetricLogName } from '../../core/metric-logs/metric-logs.ts'
import { setOwnValue } from '../../core/values/named-values.ts'
import { fileError } from '../files/read-within.ts'
import { filesIn, type LogPattern, MAX_ENTRIES } from './find-logs.ts'
import { metricLogFormats } from './metric-log-formats.ts'
import type { LoggedPoint, MetricLogReader } from './metric-log.ts'
import { type FileMark, hasChanged, markFile } from './shared/file-mark.ts'

const MAX_FILES = 1_000
const MAX_VALUES = 1_000_000
const MAX_NAMES = 1_000
const LONGEST_NAME = 200
/** Of all logs together, at one look. */
const POINTS_AT_ONCE = 50_000
/** Between two looks for new files; longer where a look is slow, so that it takes at most a hundredth of the time. */
const FIND_EVERY_MS = 800
const FIND_SHARE = 0.005

export interface LogSource {
  readonly kind: MetricLogName
  readonly pattern: LogPattern
}

/** What was left out, once for each reason. */
interface LogRemark {
  readonly file: string
  readonly reason: MessageDescriptor
}

export interface LoggedValues {
  /** By rising step within one look; each metric once for each step. */
  readonly rows: readonly {
    readonly step: number
    readonly metrics: Readonly<Record<string, number>>
  }[]
  readonly remarks: readonly LogRemark[]
  readonly hasMore: boolean
}

interface Log {
  readonly file: string
  readonly kind: MetricLogName
  readonly reader: MetricLogReader
}

/**
 * The logs that a program writes while a trial runs. What stood in them before the trial does not count, and each metric counts once for
 * each step: a script that starts again, or that writes to several loggers, doubles nothing.
 */
export class MetricLogs {
  readonly #sources: readonly LogSource[]
  readonly #now: () => number
  readonly #earlier = new Map<string, FileMark>()
  readonly #logs = new Map<string, Log>()
  /** Steps by metric, with the log that has the metric. */
  readonly #steps = new Map<string, { readonly steps: Set<number>; readonly log: Log }>()
  readonly #remarked = new Set<string>()
  #values = 0
  #nextFindMs = Number.NEGATIVE_INFINITY

  /**
   * Marks what is there.
   * @param sources the first that matches a file reads it
   * @param now a clock in milliseconds that never goes back
   */
  constructor(sources: readonly LogSource[], now: () => number = () => performance.now()) {
    this.#sources = sources
    this.#now = now
    for (const { file, kind } of this.#find()) {
      const mark = markFile(file)
      if (mark === null) continue
      this.#earlier.set(file, mark)
      if (metricLogFormats[kind].isOpenedAtStart === true) this.#open(file, kind, mark)
    }
  }

  /** @param isFinal the program has ended well: what stands in its logs is whole */
  read(isFinal = false): LoggedValues {
    const remarks: LogRemark[] = []
    const remark = (file: string, reason: MessageDescriptor): void => {
      const key = `${file}\n${reason.code}`
      if (this.#remarked.has(key)) return
      this.#remarked.add(key)
      remarks.push({ file, reason })
    }
    if (isFinal || this.#now() >= this.#nextFindMs) this.#openNew(remark)
    const rows = new Map<number, Record<string, number>>()
    let hasMore = false
    let count = 0
    for (const log of this.#logs.values()) {
      if (count >= POINTS_AT_ONCE) {
        hasMore = true
        break
      }
      try {
        const reading = log.reader.read(isFinal)
        hasMore ||= reading.hasMore
        count += reading.points.length
        if (reading.problem !== null && (isFinal || reading.hasMore))
          remark(log.file, reading.problem)
        for (const point of reading.points) this.#take(log, point, rows, remark)
      } catch (error) {
        const typed = fileError(error, log.file, 'objective.metrics.logs')
        // It may come again.
        if (typed.code !== 'file.notFound') remark(log.file, errorMessage(typed))
      }
    }
    const sorted = [...rows].sort(([a], [b]) => a - b).map(([step, metrics]) => ({ step, metrics }))
    return { rows: sorted, remarks, hasMore }
  }

  #take(
    log: Log,
    { name, step, value }: LoggedPoint,
    rows: Map<number, Record<string, number>>,
    remark: (file: string, reason: MessageDescriptor) => void,
  ): void {
    if (name === '' || name.length > LONGEST_NAME) {
      remark(log.file, msg('failure.metricLog.name', { limit: LONGEST_NAME }))
      return
    }
    let metric = this.#steps.get(name)
    if (metric === undefined) {
      if (this.#steps.size >= MAX_NAMES) {
        remark(log.file, msg('failure.metricLog.names', { limit: MAX_NAMES }))
        return
      }
      metric = { steps: new Set(), log }
      this.#steps.set(name, metric)
    }
    const at = step ?? metric.steps.size + 1
    if (!Number.isInteger(at) || at < 0 || at > 2 ** 31 - 1) {
      remark(log.file, msg('failure.metricLog.step', { step: String(at) }))
      return
    }
    if (metric.steps.has(at)) {
      if (metric.log.kind !== log.kind)
        remark(log.file, msg('failure.metricLog.twice', { metric: name, other: metric.log.file }))
      return
    }
    if (this.#values >= MAX_VALUES) {
      remark(log.file, msg('failure.metricLog.values', { limit: MAX_VALUES }))
      return
    }
    this.#values += 1
    metric.steps.add(at)
    const row = rows.get(at) ?? {}
    setOwnValue(row, name, value)
    rows.set(at, row)
  }

  #openNew(remark: (file: string, reason: MessageDescriptor) => void): void {
    const beganMs = this.#now()
    for (const { file, kind } of this.#find(remark)) {
      if (this.#logs.has(file)) continue
      const mark = this.#earlier.get(file) ?? null
      if (mark !== null && !hasChanged(file, mark)) continue
      if (this.#logs.size >= MAX_FILES) {
        remark(file, msg('failure.metricLog.files', { limit: MAX_FILES }))
        break
      }
      this.#open(file, kind, mark)
    }
    const endMs = this.#now()
    this.#nextFindMs = endMs + Math.max(FIND_EVERY_MS, (endMs - beganMs) / FIND_SHARE)
  }

  #open(file: string, kind: MetricLogName, mark: FileMark | null): void {
    try {
      this.#logs.set(file, { file, kind, reader: metricLogFormats[kind].open(file, mark) })
    } catch {
      // What it is is said once it changes.
      this.#logs.delete(file)
    }
  }

  #find(
    remark?: (file: string, reason: MessageDescriptor) => void,
  ): { readonly file: string; readonly kind: MetricLogName }[] {
    const folders = [...new Set(this.#sources.map(({ pattern }) => pattern.folder))]
    const files = new Set<string>()
    for (const folder of folders) {
      const below = filesIn(folder)
      if (!below.isWhole) remark?.(folder, msg('failure.metricLog.folder', { limit: MAX_ENTRIES }))
      for (const file of below.files) files.add(file)
    }
    const matching = [...files].flatMap(file => {
      const at = this.#sources.findIndex(({ pattern }) => pattern.matches(file))
      const source = this.#sources[at]
      return source === undefined ? [] : [{ file, kind: source.kind, at }]
    })
    return matching.sort((a, b) => a.at - b.at || (a.file < b.file ? -1 : 1))
  }
}
