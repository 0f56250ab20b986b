import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { classifyFailure } from '../../../../core/errors/classify-failure.ts'
import type {
  StartMessage,
  TestResult,
  TrustedCode,
} from '../../../../core/processes/trainer-protocol.ts'
import type { CommandObjective, UserCode } from '../../../../core/study/user-code.ts'
import { attemptFiles, prepareAttempt } from '../../../../platform/user-code/attempt-files.ts'
import { CodeGuard } from '../../../../platform/user-code/code-guard.ts'
import { fillCommand } from '../../../../platform/user-code/command-environment.ts'
import {
  noTestSplit,
  requireTrusted,
  userTrialOf,
} from '../../../../platform/user-code/require-trusted.ts'
import { DetachedAttempts } from '../../detached-attempt.ts'
import type { AttemptListener, Executor, RunningAttempt } from '../../executor.ts'
import { type SlurmOptions, slurm } from '../common/definition.ts'
import { elementId, forgetJob, type JobRecord, readJob, writeJob } from './job-record.ts'
import { attemptScript, jobFiles } from './job-script.ts'
import { QueueWatch, cancelJob, findByName } from './slurm-commands.ts'
import { SlurmAttempt } from './slurm-attempt.ts'
import { Submissions } from './submissions.ts'

/** A job that Slurm queued again waits this long for its trial to be repeated. */
const REPEAT_WITHIN_MS = 10_000

export interface SlurmExecutorOptions {
  readonly objective: CommandObjective
  readonly options: SlurmOptions
  readonly userCode: TrustedCode
  /** For the scripts of submissions; like the folders of trials, shared with the nodes. */
  readonly directory: string
}

/**
 * Runs the trials of a command as jobs of Slurm. Jobs live on without us: what a killed or stopped session leaves is
 * adopted by the next one, whose attempt reads the job's output from its beginning.
 */
export class SlurmExecutor implements Executor {
  readonly #options: SlurmExecutorOptions
  readonly #queue: QueueWatch
  readonly #submissions: Submissions
  readonly #running = new DetachedAttempts()
  /** Folders of the trials whose jobs are followed. */
  readonly #followed = new Set<string>()

  constructor(options: SlurmExecutorOptions) {
    const { options: settings, directory } = options
    this.#options = options
    this.#queue = new QueueWatch(settings.pollSeconds * 1_000)
    this.#submissions = new Submissions(settings, directory)
  }

  start(start: StartMessage, listener: AttemptListener): RunningAttempt {
    return this.#running.begin(async running => {
      const { directory, attempt } = userTrialOf(start)
      const { objective, userCode } = this.#options
      this.#followed.add(directory)
      try {
        const record = await this.#obtain(start)
        listener.started(null, undefined)
        const guard = new CodeGuard({
          code: { fingerprint: userCode.fingerprint, copied: false },
          note: code => listener.code?.(code),
          requireUnchanged: async () => this.#requireTrusted(),
        })
        const followed = new SlurmAttempt({
          objective,
          guard,
          projectDirectory: path.resolve(userCode.studyDirectory, objective.directory),
          start,
          trialDirectory: directory,
          attempt,
          record,
          queue: this.#queue,
          listener,
        })
        const result = await running.follow(followed)
        if (result !== null) this.#watchRepetition(directory, record)
        return result
      } finally {
        this.#followed.delete(directory)
      }
    })
  }

  async test(): Promise<TestResult> {
    return { ok: false, failure: classifyFailure(noTestSplit('command')) }
  }

  /** Jobs that still run are left to the next session. */
  async close(): Promise<void> {
    this.#running.leave()
  }

  /** The job that an earlier attempt of the trial left, or a new one. */
  async #obtain(start: StartMessage): Promise<JobRecord> {
    const { objective } = this.#options
    const trial = userTrialOf(start)
    const left = await this.#adopt(trial.directory)
    if (left !== null && isOfTraining(left, trial.attempt)) return left
    if (left !== null) await this.#discard(trial.directory, left)
    const code = await this.#requireTrusted()
    const files = attemptFiles(trial.directory, trial.attempt)
    prepareAttempt(files, start, trial)
    const filled = fillCommand(objective, start, trial, files)
    const { script } = jobFiles(files.directory)
    writeFileSync(script, attemptScript(filled, code, files.directory))
    chmodSync(script, 0o700)
    return this.#submissions.add({
      trialDirectory: trial.directory,
      attemptDirectory: files.directory,
      attempt: trial.attempt,
    })
  }

  /** @throws AppError `userCode.changed` */
  async #requireTrusted(): Promise<UserCode> {
    const { objective, userCode, options } = this.#options
    return requireTrusted(objective, { userCode }, slurm.trustedLines?.(options))
  }

  async #adopt(trialDirectory: string): Promise<JobRecord | null> {
    const record = readJob(trialDirectory)
    if (record === null) return null
    if (record.job !== null) return record
    // We went away between the submission and Slurm's answer.
    const jobId = (await findByName(record.name))[0]?.split('_')[0]
    if (jobId === undefined) {
      forgetJob(trialDirectory)
      return null
    }
    const adopted = { ...record, job: jobId }
    writeJob(trialDirectory, adopted)
    return adopted
  }

  /** Of another training of the trial: an attempt that begins again begins with the first. */
  async #discard(trialDirectory: string, left: JobRecord): Promise<void> {
    forgetJob(trialDirectory)
    if (left.job !== null) await cancelJob(elementId(left.job, left))
  }

  /** A job that was queued again and whose trial is not repeated is canceled. */
  #watchRepetition(trialDirectory: string, { job }: JobRecord): void {
    const left = readJob(trialDirectory)
    if (left === null || left.job !== job || job === null) return
    const timer = setTimeout(() => {
      const still = readJob(trialDirectory)
      if (still?.job !== job || this.#followed.has(trialDirectory)) return
      forgetJob(trialDirectory)
      void cancelJob(elementId(job, still))
    }, REPEAT_WITHIN_MS)
    timer.unref()
  }
}

/** Whether a job does the training that an attempt is to do: the same fold, seed or instance. */
function isOfTraining({ attempt }: JobRecord, wanted: string): boolean {
  return attempt.split('.')[1] === wanted.split('.')[1]
}
