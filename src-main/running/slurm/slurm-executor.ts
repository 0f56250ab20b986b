import { fact } from '../../contract/fact.ts'
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { classifyFailure } from '../../contract/classify-failure.ts'
import { AppError } from '../../contract/errors.ts'
import type {
  AttemptOutcome,
  StartMessage,
  TestResult,
  TrustedCode,
} from '../../contract/trainer-protocol.ts'
import type { CommandObjective, SlurmSettings } from '../../contract/user-code.ts'
import { attemptFiles, prepareAttempt } from '../../user-code/attempt-files.ts'
import { fillCommand } from '../../user-code/command-environment.ts'
import { requireTrusted, userTrialOf } from '../../user-code/require-trusted.ts'
import type { AttemptListener, Executor, RunningAttempt } from '../executor.ts'
import { elementId, forgetJob, type JobRecord, readJob, writeJob } from './job-record.ts'
import { attemptScript, jobFiles } from './job-script.ts'
import { QueueWatch, cancelJob, findByName } from './slurm-commands.ts'
import { SlurmAttempt } from './slurm-attempt.ts'
import { Submissions } from './submissions.ts'

/** A job that Slurm queued again waits this long for its trial to be repeated. */
const REPEAT_WITHIN_MS = 10_000

export interface SlurmExecutorOptions {
  readonly objective: CommandObjective & { readonly slurm: SlurmSettings }
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
  readonly #running = new Set<RunningAttempt>()
  /** Folders of the trials whose jobs are followed. */
  readonly #followed = new Set<string>()

  constructor(options: SlurmExecutorOptions) {
    const { slurm } = options.objective
    this.#options = options
    this.#queue = new QueueWatch(slurm.pollSeconds * 1_000)
    this.#submissions = new Submissions(slurm, options.directory)
  }

  start(start: StartMessage, listener: AttemptListener): RunningAttempt {
    let attempt: SlurmAttempt | null = null
    let asked: 'cancel' | 'abort' | 'leave' | null = null
    const { promise: outcome, resolve: settle } = Promise.withResolvers<AttemptOutcome>()
    const ask = (what: 'cancel' | 'abort' | 'leave'): void => {
      asked = what
      if (what === 'cancel') attempt?.stop('cancel')
      else attempt?.[what]()
    }
    const running: RunningAttempt = {
      outcome,
      cancel: () => ask('cancel'),
      abort: failure => {
        settle({ state: 'failed', failure })
        ask('abort')
      },
      leave: () => {
        const alone = fact('failure.leftToItself')
        settle({ state: 'failed', failure: { class: 'killed', fact: alone } })
        ask('leave')
      },
    }
    this.#running.add(running)
    void (async () => {
      const { directory, attempt: number } = userTrialOf(start)
      this.#followed.add(directory)
      const record = await this.#obtain(start)
      listener.started(null, undefined)
      attempt = new SlurmAttempt({
        objective: this.#options.objective,
        projectDirectory: path.resolve(
          this.#options.userCode.studyDirectory,
          this.#options.objective.directory,
        ),
        start,
        trialDirectory: directory,
        attempt: number,
        record,
        queue: this.#queue,
        listener,
      })
      if (asked !== null) ask(asked)
      const result = await attempt.follow()
      this.#followed.delete(directory)
      if (result === null) return
      settle(result)
      this.#watchRepetition(directory, record)
    })()
      .catch((error: unknown) => settle({ state: 'failed', failure: classifyFailure(error) }))
      .finally(() => this.#running.delete(running))
    return running
  }

  async test(): Promise<TestResult> {
    const rule = fact('rule.noTestSplit')
    const error = new AppError('training.invalid', { field: 'objective', value: 'command', rule })
    return { ok: false, failure: classifyFailure(error) }
  }

  /** Jobs that still run are left to the next session. */
  async close(): Promise<void> {
    for (const running of this.#running) running.leave?.()
  }

  /** The job that an earlier attempt of the trial left, or a new one. */
  async #obtain(start: StartMessage): Promise<JobRecord> {
    const { objective, userCode } = this.#options
    const trial = userTrialOf(start)
    const left = await this.#adopt(trial.directory)
    if (left !== null) return left
    const { directory } = await requireTrusted(objective, { userCode })
    const files = attemptFiles(trial.directory, trial.attempt)
    prepareAttempt(files, start, trial)
    const filled = fillCommand(objective, start, trial, files)
    const { script } = jobFiles(files.directory)
    writeFileSync(script, attemptScript(filled, directory, files.directory))
    chmodSync(script, 0o700)
    return this.#submissions.add({
      trialDirectory: trial.directory,
      attemptDirectory: files.directory,
      attempt: trial.attempt,
    })
  }

  async #adopt(trialDirectory: string): Promise<JobRecord | null> {
    const record = readJob(trialDirectory)
    if (record === null) return null
    if (record.job !== null) return record
    // We went away between the submission and Slurm's answer.
    const found = (await findByName(record.name))[0]?.split('_')[0]
    if (found === undefined) {
      forgetJob(trialDirectory)
      return null
    }
    const adopted = { ...record, job: found }
    writeJob(trialDirectory, adopted)
    return adopted
  }

  /** A job that was queued again and whose trial is not repeated is cancelled. */
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
