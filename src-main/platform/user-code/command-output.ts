import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import path from 'node:path'
import process from 'node:process'
import { isCostMetric } from '../../core/trial/cost-metrics.ts'
import { AppError } from '../../core/errors/errors.ts'
import { invalidData } from '../../core/errors/invalid-data.ts'
import { problemValue } from '../../core/errors/problem.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { CommandObjective } from '../../core/study/user-code.ts'
import type { AttemptFiles } from './attempt-files.ts'
import { readRegular } from '../files/read-regular.ts'
import { fileError } from '../files/read-within.ts'
import type { LoggedValues } from '../metric-logs/metric-logs.ts'
import { AttemptLog } from './attempt-log.ts'
import { JsonLinesReader, readResults } from './json-lines-reader.ts'
import { type MetricReader, type MetricRow, readNumber, toRow } from './metric-row.ts'
import { type OutputLine, OutputLines } from './output-lines.ts'
import { PatternReader } from './pattern-reader.ts'
import { OutputTail } from './program-end.ts'
import { createRedactor } from './redact.ts'
import { RedactedLines } from './redacted-lines.ts'
import { RemarkLines } from './remark-lines.ts'
import { type EarlierReports, type ReportedRow, ReportTrack } from './report-track.ts'

const LARGEST_RESULTS_BYTES = 16 * 1024 * 1024

export type Stream = 'out' | 'error'
/** Hands a row on; `stop` when nothing more is wanted. */
export type Report = (row: ReportedRow) => Promise<'continue' | 'stop'>

/** The output of a command: kept as a log without secrets, and read for metrics, wherever the command runs. */
export class CommandOutput {
  readonly #objective: CommandObjective
  readonly #directory: string
  readonly #goals: readonly Goal[]
  readonly #files: AttemptFiles
  readonly #track: ReportTrack
  readonly #reader: MetricReader | null
  readonly #log: AttemptLog
  readonly #remarks: RemarkLines
  readonly #tail = new OutputTail()
  readonly #redact: (text: string) => string
  readonly #lines = { out: new OutputLines(), error: new OutputLines() }
  readonly #redactedLines: Readonly<Record<Stream, RedactedLines>>
  readonly #report: Report
  readonly #heard: ((line: string) => void) | null
  readonly #resumes: boolean
  readonly #keepsOut: boolean
  #stopped = false
  #seenStep: number | null = null
  /** Of its results file; null: not read yet. */
  #results: ReturnType<typeof readResults> | null = null

  /**
   * @param earlier null for a program that begins at the beginning
   * @param attempt what the log is named after, see `UserTrial`
   * @param keepsOut false: its lines are messages to us, which nobody wants to see
   */
  constructor(options: {
    readonly objective: CommandObjective
    /** Where it runs. */
    readonly directory: string
    readonly goals: readonly Goal[]
    readonly files: AttemptFiles
    readonly attempt: string
    readonly earlier?: EarlierReports | null
    readonly keepsOut?: boolean
    readonly report: Report
    /** Told of every line of its output, after what it reports. */
    readonly heard?: (line: string) => void
  }) {
    const { objective, directory, goals, files } = options
    this.#remarks = new RemarkLines({
      directory,
      artifacts: files.artifacts,
      remarks: files.remarks,
    })
    this.#objective = objective
    this.#directory = directory
    this.#goals = goals
    this.#files = files
    this.#report = options.report
    this.#heard = options.heard ?? null
    this.#resumes = options.earlier !== undefined && options.earlier !== null
    this.#keepsOut = options.keepsOut ?? true
    this.#track = new ReportTrack(
      goals,
      objective.value,
      options.earlier ?? null,
      objective.metrics.from === 'logs',
    )
    this.#reader = createReader(objective)
    this.#log = new AttemptLog(files.trialDirectory, options.attempt)
    const variables = { ...process.env, ...objective.environment }
    this.#redact = createRedactor(variables)
    this.#redactedLines = { out: new RedactedLines(variables), error: new RedactedLines(variables) }
  }

  /** The last lines, redacted. */
  get tail(): string {
    return this.#tail.text
  }

  get track(): ReportTrack {
    return this.#track
  }

  /** The last step that it has printed, whether that still counted or not; null: none. */
  get seenStep(): number | null {
    return this.#seenStep
  }

  /** From now on, output is kept but nothing is reported. */
  stop(): void {
    this.#stopped = true
  }

  async take(stream: Stream, chunk: Buffer): Promise<void> {
    await this.#takeLines(stream, this.#lines[stream].add(chunk))
  }

  /** What the program has written to its logs. */
  async takeLogged({ rows, remarks }: Pick<LoggedValues, 'rows' | 'remarks'>): Promise<void> {
    for (const { file, reason } of remarks)
      await this.#remarks.leaveOut(path.relative(this.#directory, file), reason)
    const wasLate = this.#track.isLate
    await this.#reportRows(rows)
    if (this.#track.isLate && !wasLate)
      await this.#remarks.leaveOut(this.#goals[0]?.metric ?? '', msg('failure.metricLog.late'))
  }

  /** The output is at its end: what stands behind the last line end counts as a line. */
  async finish(): Promise<void> {
    for (const stream of ['out', 'error'] as const) {
      await this.#takeLines(stream, this.#lines[stream].end())
      this.#writeLog(stream, this.#redactedLines[stream].end())
    }
  }

  close(): void {
    this.#log.close()
  }

  /**
   * The program ended well: reads its results file, if that is where its metrics are.
   * @throws AppError `command.noValue` if a goal has no value, and as `readResults`
   */
  async conclude(): Promise<void> {
    await this.readResults()
    if (this.#stopped) return
    const missing = this.#goals.find(
      ({ metric }) =>
        !isCostMetric(metric) && ownValue(this.#track.best?.metrics, metric) === undefined,
    )
    if (missing === undefined) return
    const { metric } = missing
    const values = (this.#results ?? []).map(object => ownValue(object, metric))
    const wrong = values.find(value => value !== undefined && readNumber(value) === null)
    if (wrong !== undefined) {
      const redactedValue = problemValue(typeof wrong === 'string' ? this.#redact(wrong) : wrong)
      throw invalidData(this.#files.results, metric, redactedValue, msg('rule.number'))
    }
    throw new AppError('command.noValue', { metric, reported: this.#track.names.slice(0, 20) })
  }

  /** Once; nothing where metrics come from the output. @throws AppError `data.invalid`, `file.unreadable` */
  async readResults(): Promise<void> {
    if (this.#objective.metrics.from !== 'file' || this.#results !== null) return
    this.#results = this.#readFile()
    await this.#reportRows(this.#results.map(toRow).filter(row => row !== null))
  }

  async #takeLines(stream: Stream, outputLines: readonly OutputLine[]): Promise<void> {
    if (outputLines.length === 0) return
    if (stream === 'error' || this.#keepsOut)
      this.#writeLog(stream, this.#redactedLines[stream].take(outputLines))
    if (stream === 'error') return
    const lines = outputLines.map(({ text }) => text)
    await this.#remarks.take(lines)
    if (this.#reader !== null && (!this.#stopped || this.#resumes)) {
      await this.#reportRows(this.#reader.read(lines))
    }
    if (this.#heard !== null) for (const line of lines) this.#heard(line)
  }

  #writeLog(stream: Stream, redactedLines: readonly string[]): void {
    if (redactedLines.length === 0) return
    this.#log.write(`${redactedLines.join('\n')}\n`)
    this.#tail.add(stream, redactedLines)
  }

  async #reportRows(rows: readonly MetricRow[]): Promise<void> {
    for (const row of rows) {
      if (row.step !== null) this.#seenStep = Math.max(this.#seenStep ?? 0, row.step)
      if (this.#stopped) continue
      const fresh = this.#track.take(row)
      if (fresh !== null && (await this.#report(fresh)) === 'stop') this.#stopped = true
    }
  }

  /** Nothing if the program wrote no results. */
  #readFile(): ReturnType<typeof readResults> {
    const { results } = this.#files
    try {
      const text = readRegular(results, LARGEST_RESULTS_BYTES).toString('utf8')
      return readResults(text, results, this.#redact)
    } catch (error) {
      const typed = fileError(error, results, 'objective.metrics')
      if (typed.code === 'file.notFound') return []
      throw typed
    }
  }
}

function createReader({ metrics }: CommandObjective): MetricReader | null {
  if (metrics.from === 'lines') return new JsonLinesReader()
  if (metrics.from === 'file' || metrics.from === 'logs') return null
  return new PatternReader(
    typeof metrics.pattern === 'string' ? [metrics.pattern] : metrics.pattern,
  )
}
