import { ownValue } from '../../../../core/values/named-values.ts'
import { closeSync, fstatSync, readSync } from 'node:fs'
import { classifyFailure } from '../../../../core/errors/classify-failure.ts'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import type { AttemptOutcome, StartMessage } from '../../../../core/processes/trainer-protocol.ts'
import type { Failure } from '../../../../core/trial/trial.ts'
import type { CommandObjective } from '../../../../core/study/user-code.ts'
import {
  type AttemptFiles,
  attemptFiles,
  writeStopFile,
} from '../../../../platform/user-code/attempt-files.ts'
import { openUnlinked, readRegular } from '../../../../platform/files/read-regular.ts'
import type { CodeGuard } from '../../../../platform/user-code/code-guard.ts'
import { CommandOutput } from '../../../../platform/user-code/command-output.ts'
import type { JobFollower } from '../../detached-attempt.ts'
import type { AttemptListener } from '../../executor.ts'
import {
  concludeProgram,
  type FollowedProgram,
  judgedReport,
  LAST_OWN_CODE,
  type StopReason,
  stoppedOutcome,
} from '../../../program-outcome.ts'
import { elementId, forgetJob, type JobRecord, writeJob } from './job-record.ts'
import { type JobFiles, jobFiles } from './job-script.ts'
import {
  type QueueWatch,
  cancelJob,
  endedState,
  type JobState,
  signalJob,
} from './slurm-commands.ts'

/** Of what the script of a job writes beside output: a few lines. */
const LARGEST_NOTE_BYTES = 1 << 20
/** Readings of the queue after the end of a job until its files must have arrived here. */
const LATE_READINGS = 3

interface SlurmAttemptOptions {
  readonly objective: CommandObjective
  readonly guard: CodeGuard
  /** Where its program runs. */
  readonly projectDirectory: string
  readonly start: StartMessage
  readonly trialDirectory: string
  /** Our own attempt, after which its log is named. */
  readonly attempt: string
  readonly record: JobRecord
  readonly queue: QueueWatch
  readonly listener: AttemptListener
}

/** Follows one job, which may have been submitted by an earlier session, to its end. */
export class SlurmAttempt implements FollowedProgram, JobFollower {
  readonly #options: SlurmAttemptOptions
  readonly #job: string
  readonly #files: AttemptFiles
  readonly #jobFiles: JobFiles
  readonly #output: CommandOutput
  readonly #out: FileTail
  readonly #errors: FileTail
  #stopping: StopReason | null = null
  #left = false
  #readingsSinceEnd = 0
  #killTimer: NodeJS.Timeout | undefined

  constructor(options: SlurmAttemptOptions) {
    const { objective, projectDirectory, start, trialDirectory, record, listener } = options
    this.#options = options
    this.#job = elementId(record.job ?? '', record)
    this.#files = attemptFiles(trialDirectory, record.attempt)
    this.#jobFiles = jobFiles(this.#files.directory)
    this.#out = new FileTail(this.#jobFiles.output(record.run))
    this.#errors = new FileTail(this.#jobFiles.errors(record.run))
    const report = judgedReport(this, start, listener)
    this.#output = new CommandOutput({
      objective,
      directory: projectDirectory,
      goals: start.goals,
      files: this.#files,
      attempt: options.attempt,
      report: async row => {
        await options.guard.begun()
        return report(row)
      },
    })
  }

  get stopping(): StopReason | null {
    return this.#stopping
  }

  get hasEndedWell(): boolean {
    return this.#exitCode() === 0
  }

  async follow(): Promise<AttemptOutcome | null> {
    try {
      for (;;) {
        const queue = await this.#options.queue.next()
        if (this.#left) return null
        const state = queue.get(this.#job) ?? 'gone'
        await this.#read()
        const outcome = await this.#outcome(state)
        if (outcome !== null) return outcome
      }
    } catch (error) {
      void cancelJob(this.#job)
      forgetJob(this.#options.trialDirectory)
      return { state: 'failed', failure: classifyFailure(error) }
    } finally {
      clearTimeout(this.#killTimer)
      this.#output.close()
    }
  }

  /** The flag file, the signal, and after the grace time the end. */
  stop(why: StopReason): void {
    if (this.#stopping !== null) return
    this.#stopping = why
    this.#output.stop()
    const { stopSignal, graceSeconds } = this.#options.objective
    try {
      writeStopFile(this.#files, why)
    } finally {
      void signalJob(this.#job, stopSignal)
      this.#killTimer = setTimeout(() => void cancelJob(this.#job), graceSeconds * 1_000)
    }
  }

  abort(): void {
    this.#left = true
    void cancelJob(this.#job)
    forgetJob(this.#options.trialDirectory)
  }

  leave(): void {
    this.#left = true
  }

  async #outcome(state: JobState): Promise<AttemptOutcome | null> {
    const { record, trialDirectory } = this.#options
    const exit = this.#exitCode()
    // A node that goes away ends its programs by a signal before Slurm queues their jobs again.
    const isOver = exit !== null && (exit <= LAST_OWN_CODE || this.#stopping !== null)
    if (!isOver && state !== 'gone') {
      if (this.#stopping !== null) {
        if (state === 'waiting') await cancelJob(this.#job)
        return null
      }
      const starts = this.#starts()
      if (starts <= record.run + (state === 'waiting' ? 0 : 1)) return null
      writeJob(trialDirectory, { ...record, run: state === 'waiting' ? starts : starts - 1 })
      const queuedAgain = msg('failure.nodeFailed', { job: this.#job })
      return { state: 'failed', failure: { class: 'device', reason: queuedAgain } }
    }
    // The last output may arrive after the note of the end.
    if (exit === null && this.#stopping === null && ++this.#readingsSinceEnd < LATE_READINGS)
      return null
    await this.#read()
    await this.#output.finish()
    const changed = exit === null ? null : this.#note(this.#jobFiles.changed(record.run))
    if (changed !== null)
      throw new AppError('userCode.changed', { path: changed.split('\n')[0] ?? '' })
    if (exit !== null) await this.#options.guard.ended()
    forgetJob(trialDirectory)
    if (this.#stopping !== null) return stoppedOutcome(this.#stopping)
    if (exit === null) return { state: 'failed', failure: await this.#vanished() }
    return concludeProgram(this, this.#output, exit, this.#options.start)
  }

  /** A job that ended without a word of its own: Slurm says why. */
  async #vanished(): Promise<Failure> {
    const state = (await endedState(this.#job)) ?? 'unknown'
    const tail = this.#output.tail === '' ? undefined : this.#output.tail
    const classes: Readonly<Record<string, Failure['class']>> = {
      TIMEOUT: 'timeout',
      DEADLINE: 'timeout',
      OUT_OF_MEMORY: 'memory',
      CANCELLED: 'killed',
      FAILED: 'code',
      COMPLETED: 'code',
    }
    return {
      class: ownValue(classes, state) ?? 'device',
      reason: msg('failure.jobEnded', { job: this.#job, state, tail }),
    }
  }

  async #read(): Promise<void> {
    const { outputMegabytes: limitMegabytes } = this.#options.objective.limits
    for (const [stream, tail] of [
      ['error', this.#errors],
      ['out', this.#out],
    ] as const) {
      for (let chunk = tail.next(); chunk !== null; chunk = tail.next()) {
        if (this.#out.offset + this.#errors.offset > limitMegabytes * 1_000_000) {
          throw new AppError('command.output', { limitMegabytes })
        }
        await this.#output.take(stream, chunk)
      }
    }
  }

  #exitCode(): number | null {
    const text = this.#note(this.#jobFiles.exit(this.#options.record.run))
    const code = Number(text?.trim())
    return text !== null && Number.isInteger(code) ? code : null
  }

  /** What the script of the job has written; null where there is nothing, or what its program put there. */
  #note(file: string): string | null {
    try {
      return readRegular(file, LARGEST_NOTE_BYTES).toString('utf8')
    } catch {
      return null
    }
  }

  /** How often Slurm has started the job. */
  #starts(): number {
    const runs = (this.#note(this.#jobFiles.starts) ?? '')
      .split('\n')
      .flatMap(line => (line === '' ? [] : [Number(line.split(' ')[0]) + 1]))
    return runs.reduce((most, run) => Math.max(most, run), 0)
  }
}

const CHUNK_BYTES = 256 * 1024

/** Reads what is new in a file that another machine writes; a file that is not there yet is empty. */
class FileTail {
  readonly #file: string
  #offset = 0

  constructor(file: string) {
    this.#file = file
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset
  }

  /** The next piece; null if there is nothing new. */
  next(): Buffer | null {
    let handle: number
    try {
      handle = openUnlinked(this.#file)
    } catch {
      return null
    }
    try {
      // A program may have put a pipe there.
      if (!fstatSync(handle).isFile()) return null
      const buffer = Buffer.alloc(CHUNK_BYTES)
      const count = readSync(handle, buffer, 0, CHUNK_BYTES, this.#offset)
      this.#offset += count
      return count === 0 ? null : buffer.subarray(0, count)
    } finally {
      closeSync(handle)
    }
  }
}
