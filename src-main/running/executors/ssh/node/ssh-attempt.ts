import path from 'node:path'
import { classifyFailure } from '../../../../core/errors/classify-failure.ts'
import { AppError, isAppError } from '../../../../core/errors/errors.ts'
import { msg, verbatim } from '../../../../core/errors/message.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import type { AttemptOutcome, StartMessage } from '../../../../core/processes/trainer-protocol.ts'
import type { SavedCheckpoint } from '../../../../core/trial/checkpoint.ts'
import { readSavedLine } from '../../../../core/processes/remote-trial.ts'
import type { Failure } from '../../../../core/trial/trial.ts'
import type { CommandObjective } from '../../../../core/study/user-code.ts'
import { type AttemptFiles, attemptFiles } from '../../../../platform/user-code/attempt-files.ts'
import type { AttemptState } from '../../../../platform/user-code/attempt-state.ts'
import { CommandOutput, type Report } from '../../../../platform/user-code/command-output.ts'
import { earlierReports, LastStep } from '../../../../platform/user-code/last-step.ts'
import type { JobFollower } from '../../detached-attempt.ts'
import type { AttemptListener } from '../../executor.ts'
import {
  concludeProgram,
  type FollowedProgram,
  judgedReport,
  type StopReason,
  stoppedOutcome,
} from '../../../program-outcome.ts'
import { RemoteCheckpointFolder, RemoteCheckpoints } from './pending-checkpoints.ts'
import { fetchFiles } from './fetch-files.ts'
import { type JobReading, NOT_COPIED, remoteFolders, type RemoteRecord } from './remote-job.ts'
import type { Follower, RemoteMachine } from './remote-machine.ts'
import { savedFolder, type RemoteTrainer } from './remote-trainer.ts'

/** So long a job may be about to begin. */
const MAX_STARTING_MS = 10_000
/** With less than this a machine counts as full. */
const FULL_KILOBYTES = 256

interface SshAttemptOptions {
  readonly objective: CommandObjective
  readonly start: StartMessage
  readonly trialDirectory: string
  /** Our own attempt, after which its log is named. */
  readonly attempt: string
  readonly record: RemoteRecord
  readonly machine: RemoteMachine
  /** Over there. */
  readonly workspace: string
  readonly listener: AttemptListener
  /** What runs there is no program of the user. */
  readonly trainer: RemoteTrainer | null
  /** Null for what does not go on from a folder of its own. */
  readonly state: AttemptState | null
}

/** Follows one job on another machine, which may have been begun by an earlier session, to its end. */
export class SshAttempt implements Follower, FollowedProgram, JobFollower {
  readonly name: string
  readonly offsets = { output: 0, errors: 0 }
  readonly #options: SshAttemptOptions
  readonly #files: AttemptFiles
  readonly #job: string
  readonly #output: CommandOutput
  readonly #lastStep: LastStep
  /** What comes back while it runs: of code of the user its folder, of trainings what they save. */
  readonly #folder: RemoteCheckpointFolder | null
  readonly #saved: RemoteCheckpoints | null
  readonly #ended = Promise.withResolvers<number | null | 'left'>()
  #stopping: StopReason | null = null
  #startingSinceMs: number | null = null
  /** Over there, and its files are here. */
  #hasEnded = false
  #hasLeft = false
  #hadNothingToDo = false
  #hasEndedWell = false
  #killTimer: NodeJS.Timeout | undefined

  constructor(options: SshAttemptOptions) {
    const { objective, start, trialDirectory, record, workspace, listener, state } = options
    this.#options = options
    this.name = record.name
    this.#job = remoteFolders(workspace, record.name).job
    this.#files = attemptFiles(trialDirectory, record.attempt)
    this.#output = new CommandOutput({
      objective,
      // Files that lines name lie on the machine; those in the folder for them come back.
      directory: this.#files.directory,
      goals: start.goals,
      files: this.#files,
      attempt: options.attempt,
      keepsOut: options.trainer === null,
      earlier: earlierReports(start),
      report: this.#reportTo(judgedReport(this, start, listener)),
      heard: line => this.#hear(line),
    })
    this.#lastStep = new LastStep(
      state === null && options.trainer === null ? undefined : start.untilStep,
    )
    const { folder, saved } = pendingCheckpointsOf(options, this.#job, error =>
      this.#ended.reject(error),
    )
    this.#folder = folder
    this.#saved = saved
    this.#ended.promise.catch(() => undefined)
  }

  /** It went on from what an earlier attempt had left, and said nothing. */
  get hadNothingToDo(): boolean {
    return this.#hadNothingToDo
  }

  get stopping(): StopReason | null {
    return this.#stopping
  }

  get hasEndedWell(): boolean {
    // At a rung it ends by itself, and goes on later. A training of ours is pruned at the same step wherever it runs, however far it has come by then.
    return this.#options.trainer === null && this.#hasEndedWell && !this.#lastStep.isReached
  }

  async follow(): Promise<AttemptOutcome | null> {
    const { machine } = this.#options
    machine.follow(this)
    try {
      const code = await this.#ended.promise
      const outcome = code === 'left' ? null : await this.#conclude(code)
      return this.#hasLeft ? null : outcome
    } catch (error) {
      // While its files came back: what has ended on the machine is kept for the next session.
      if (this.#hasLeft) return null
      const failure = classifyFailure(error)
      if (!this.waits(failure)) machine.discard(this.name)
      if (this.#stopping !== null && isAppError(error, 'machine.lost')) {
        return stoppedOutcome(this.#stopping)
      }
      return { state: 'failed', failure }
    } finally {
      machine.unfollow(this)
      clearTimeout(this.#killTimer)
      this.#folder?.close()
      this.#saved?.close()
      this.#output.close()
    }
  }

  /** The study pauses for want of something here; the job and its results stay on the machine until it goes on. */
  waits({ pausesStudy }: Failure): boolean {
    return pausesStudy === true && !this.#hasEnded
  }

  async take(reading: JobReading): Promise<void> {
    // It was asked about before we left.
    if (this.#hasLeft) return
    const { machine, objective } = this.#options
    this.#hasEndedWell = reading.state === 'ended' && reading.code === 0
    try {
      this.offsets.output += reading.output.length
      this.offsets.errors += reading.errors.length
      const { outputMegabytes: limitMegabytes } = objective.limits
      if (this.offsets.output + this.offsets.errors > limitMegabytes * 1_000_000) {
        throw new AppError('command.output', { limitMegabytes })
      }
      if (reading.errors.length > 0) await this.#output.take('error', reading.errors)
      if (reading.output.length > 0) await this.#output.take('out', reading.output)
      if (reading.output.length + reading.errors.length > 0) return
      if (reading.state === 'running') return
      if (reading.state === 'starting') {
        const now = performance.now()
        this.#startingSinceMs ??= now
        if (now - this.#startingSinceMs < MAX_STARTING_MS) return
      }
      machine.unfollow(this)
      this.#ended.resolve(reading.state === 'ended' ? reading.code : null)
    } catch (error) {
      machine.unfollow(this)
      this.#ended.reject(error)
    }
  }

  lost(error: AppError): void {
    this.#ended.reject(error)
  }

  /** The flag file, the signal, and after the grace time the end. */
  stop(why: StopReason): void {
    if (this.#stopping !== null) return
    this.#stopping = why
    // It ends there by itself, so that it has saved.
    if (why === 'prune' && this.#lastStep.isReached) return
    this.#output.stop()
    const { stopSignal, graceSeconds } = this.#options.objective
    const { workspace, record } = this.#options
    const { trial } = remoteFolders(workspace, record.name)
    const { stop } = attemptFiles(trial, record.attempt, path.posix)
    const signal = stopSignal.slice(3)
    this.#order(`printf ${why} > ${quote(stop)}; tw_kill ${signal} ${quote(this.#job)}`)
    this.#killTimer = setTimeout(
      () => this.#order(`tw_kill KILL ${quote(this.#job)}`),
      graceSeconds * 1_000,
    )
  }

  abort(): void {
    this.leave()
    this.#options.machine.discard(this.name)
  }

  leave(): void {
    this.#hasLeft = true
    this.#folder?.close()
    this.#saved?.close()
    this.#output.stop()
    this.#options.machine.unfollow(this)
    this.#ended.resolve('left')
  }

  /** A machine that does not answer is told by whoever follows the job. */
  #order(script: string): void {
    this.#options.machine.order(script).catch(() => undefined)
  }

  #reportTo(judged: Report): Report {
    const { from } = this.#options.start
    // Of a job that began before the checkpoint came that its trial goes on from: these are stored and judged.
    const resumedStep = from?.mode === 'resume' ? from.step : -1
    return async row => {
      this.#lastStep.check(row.step)
      if (row.step <= resumedStep) return 'continue'
      const answer = await judged(row)
      if (this.#stopping === null) this.#folder?.stepped(row.step)
      return this.#lastStep.isReached && this.#stopping !== 'cancel' ? 'continue' : answer
    }
  }

  /** What it saved beyond the step at which it was told to end is void. */
  #hear(line: string): void {
    if (this.#saved === null || this.#stopping !== null) return
    const checkpoint = readSavedLine(line)
    if (checkpoint !== null) this.#saved.announce(checkpoint)
  }

  /** It was not told to end, or only after its last step. */
  get #isDone(): boolean {
    return this.#stopping === null || (this.#stopping === 'prune' && this.#lastStep.isReached)
  }

  async #conclude(code: number | null): Promise<AttemptOutcome> {
    const { machine, workspace, record, trialDirectory, trainer } = this.#options
    await this.#output.finish()
    // Before half a folder takes the place of the whole one here.
    if (code === NOT_COPIED && this.#isDone) {
      await this.#requireRoom()
      const reason = verbatim(this.#output.tail)
      throw new AppError('machine.refused', { machine: machine.name, reason })
    }
    const { trial } = remoteFolders(workspace, record.name)
    const attemptFolder = path.basename(this.#files.directory)
    const trainerFiles = trainer?.filesOf(record.attempt, this.#stopping !== null) ?? []
    await fetchFiles(machine, trial, trialDirectory, attemptFolder, trainerFiles)
    await this.#saved?.settle()
    if (this.#stopping !== 'cancel') await this.#folder?.end()
    const outcome = await this.#outcome(code)
    return this.#hadNothingToDo ? outcome : this.#withState(outcome, code)
  }

  async #outcome(code: number | null): Promise<AttemptOutcome> {
    const { machine, state, start, trainer, listener } = this.#options
    const goals = this.#stopping === null ? start.goals.length : null
    const ended = trainer?.ended(this.#files, goals) ?? null
    const checkpoint = ended === null ? null : await this.#checkpointOf(ended.outcome)
    this.#hasEnded = true
    if (!this.#isDone) return stoppedOutcome(this.#stopping as StopReason)
    if (code === null) {
      const gone = msg('failure.jobGone', { machine: machine.name })
      return { state: 'failed', failure: { class: 'killed', reason: gone } }
    }
    if (code !== 0) await this.#requireRoom()
    if (state?.isLeftOver === true && code === 0 && ended?.outcome.state !== 'failed') {
      if (trainer === null) await this.#output.readResults()
      this.#hadNothingToDo = this.#output.track.last === null
      if (this.#hadNothingToDo) return { state: 'canceled' }
    }
    if (ended !== null) {
      const { engine, outcome } = ended
      if (outcome.state === 'failed' && outcome.failure.reason.code === 'error.disk.full') {
        throw new AppError('machine.full', { machine: machine.name })
      }
      if (engine !== null) listener.started(engine, undefined)
      const isPruned = this.#stopping === 'prune' && outcome.state === 'complete'
      const finalOutcome = isPruned ? stoppedOutcome('prune') : outcome
      if (finalOutcome.state !== 'complete' && finalOutcome.state !== 'pruned') return finalOutcome
      const { checkpoint: _, ...others } = finalOutcome
      return checkpoint === null ? others : { ...others, checkpoint }
    }
    // As where code of the user ends the process.
    if (trainer !== null && code === 0) {
      const exit = msg('failure.trainerExit', { exitCode: code, tail: this.#output.tail })
      return { state: 'failed', failure: { class: 'code', reason: exit } }
    }
    return concludeProgram(this, this.#output, code, start)
  }

  /** The checkpoint of a training where it ended; it lies on the machine. */
  async #checkpointOf(outcome: AttemptOutcome): Promise<SavedCheckpoint | null> {
    if (this.#saved === null || !this.#isDone || !('checkpoint' in outcome)) return null
    const { checkpoint } = outcome
    return checkpoint === undefined ? null : this.#saved.fetch(checkpoint)
  }

  /** With a copy of the folder of code of the user, as where it runs here. */
  async #withState(outcome: AttemptOutcome, code: number | null): Promise<AttemptOutcome> {
    const { state } = this.#options
    const { last } = this.#output.track
    if (state === null || last === null || code !== 0) return outcome
    if (outcome.state !== 'complete' && outcome.state !== 'pruned') return outcome
    const step = Math.max(last.step, this.#output.seenStep ?? 0)
    const checkpoint = await state.keep(step, !this.#isDone)
    return checkpoint === null ? outcome : { ...outcome, checkpoint }
  }

  /** A program that failed on a full disk is given to another machine. */
  async #requireRoom(): Promise<void> {
    const { machine } = this.#options
    const text = (await machine.order(`df -Pk ${quote(this.#job)} | tail -n 1`)).toString()
    const free = Number(text.trim().split(/\s+/)[3])
    if (free < FULL_KILOBYTES) throw new AppError('machine.full', { machine: machine.name })
  }
}

/** What comes back of a job while it runs, where the study keeps checkpoints. */
function pendingCheckpointsOf(
  {
    start,
    trialDirectory,
    record,
    machine,
    workspace,
    listener,
    state,
    trainer,
  }: SshAttemptOptions,
  job: string,
  failed: (error: unknown) => void,
): { readonly folder: RemoteCheckpointFolder | null; readonly saved: RemoteCheckpoints | null } {
  const { checkpoints: settings, from } = start
  if (settings === undefined) return { folder: null, saved: null }
  const options = { machine, settings, failed }
  const { trial } = remoteFolders(workspace, record.name)
  const remoteFiles = attemptFiles(trial, record.attempt, path.posix)
  if (state !== null) {
    const { checkpoints: localFolder } = attemptFiles(trialDirectory, record.attempt)
    return {
      folder: new RemoteCheckpointFolder(options, job, remoteFiles.checkpoints, localFolder),
      saved: null,
    }
  }
  if (trainer === null) return { folder: null, saved: null }
  const take = (checkpoint: SavedCheckpoint): void => listener.checkpoint?.(checkpoint)
  return {
    folder: null,
    saved: new RemoteCheckpoints(options, savedFolder(remoteFiles), from, take),
  }
}
