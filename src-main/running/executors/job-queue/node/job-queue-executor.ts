import { randomUUID } from 'node:crypto'
import type { Queue } from 'bullmq'
import { classifyFailure } from '../../../../core/errors/classify-failure.ts'
import { AppError, errorMessage, isAppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import type { RegisteredJobQueue } from '../../../../core/machine/job-queue.ts'
import { type FromWorker, fromWorkerSchema, type ToWorker } from '../common/protocol.ts'
import { isUserCode } from '../../../../core/study/study-specification.ts'
import type {
  AttemptOutcome,
  PrepareMessage,
  StartMessage,
  TestMessage,
  TestResult,
} from '../../../../core/processes/trainer-protocol.ts'
import { Broker } from './broker.ts'
import { presentWorkers } from './inspect-job-queue.ts'
import { Seal } from './seal.ts'
import { attemptFiles, prepareAttempt } from '../../../../platform/user-code/attempt-files.ts'
import { requireTrusted } from '../../../../platform/user-code/require-trusted.ts'
import type { AttemptListener, Executor, RunningAttempt } from '../../executor.ts'
import { RequeueLimit } from '../../requeue-limit.ts'
import { codeHash, portableCode } from '../../portable-code.ts'
import type { JobQueueOptions } from '../common/definition.ts'
import { ReturnedFiles } from './returned-files.ts'
import type { OrphanedJobs } from './orphaned-jobs.ts'
import { overMessage, JobQueueAttempt } from './job-queue-attempt.ts'

const TICK_MS = 1_000
/** A broker that has lost what it held is given it again. */
const ADD_AGAIN_MS = 3_000
/** How often it is noted that the study is there. */
const NOTE_ALIVE_MS = 5_000
/** Within this all trials have begun again that a session resumes. */
const RESUMING_MS = 10_000
/** So many refusals in a row, of all workers that are there: nobody can run it. */
const MAX_REFUSALS = 10

export interface JobQueueExecutorOptions {
  readonly registered: RegisteredJobQueue
  readonly options: JobQueueOptions
  readonly prepare: PrepareMessage
  /** Hash of the prepared data; null without data. */
  readonly dataHash: string | null
  /** What an earlier session has left to workers. */
  readonly orphaned: OrphanedJobs
  /** Tests winners on this machine. */
  readonly tester: Pick<Executor, 'test' | 'close'>
}

type Failed = Extract<AttemptOutcome, { state: 'failed' }>

interface Job {
  readonly attempt: JobQueueAttempt
  isAdding: boolean
  addedAtMs: number
}

/**
 * Runs trials on whichever workers take them from a queue. This session decides who holds which job; the broker carries messages and may
 * lose all of them: what nobody has confirmed is said again, by both sides. With the session its jobs end.
 */
export class JobQueueExecutor implements Executor {
  readonly #options: JobQueueExecutorOptions
  readonly #seal: Seal
  /** Where workers answer. */
  readonly #owner: string
  readonly #jobs = new Map<string, Job>()
  readonly #requeueLimit = new RequeueLimit()
  readonly #timer: NodeJS.Timeout
  #opening: Promise<{ readonly broker: Broker; readonly queue: Queue }> | null = null
  #broker: Broker | null = null
  #queue: Queue | null = null
  readonly #beganAtMs = performance.now()
  #refusals = 0
  #notedAliveAtMs = -NOTE_ALIVE_MS
  /** Workers that have refused a job since they last ran one. */
  readonly #refusing = new Set<string>()
  /** Workers of the last look. */
  #present: readonly string[] = []
  /** Since when there is nobody, and why. */
  #alone: { readonly sinceMs: number; readonly reason: AppError } | null = null
  #isCheckingWorkers = false

  constructor(options: JobQueueExecutorOptions) {
    this.#options = options
    this.#owner = options.orphaned.owner
    this.#seal = new Seal(options.registered.key, options.options.name)
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  start(start: StartMessage, listener: AttemptListener): RunningAttempt {
    const { options, prepare, dataHash, orphaned } = this.#options
    const adopted = orphaned.of(start)
    const id = adopted?.job ?? randomUUID()
    const { datasetDirectory: _directory, userCode: _code, ...prepared } = prepare
    const { userTrial, artifactDirectory } = start
    const directory = userTrial?.directory ?? artifactDirectory
    const returnedFiles =
      directory === null
        ? null
        : new ReturnedFiles(directory, userTrial?.attempt ?? null, adopted?.attempt ?? null)
    const work = {
      ...prepared,
      data: dataHash,
      code: null as string | null,
      start: startForWorker(start),
    }
    const heard: AttemptListener = {
      ...listener,
      started: (...details) => {
        if (attempt.worker !== null) this.#refusing.delete(attempt.worker)
        listener.started(...details)
      },
    }
    const attempt = new JobQueueAttempt({
      job: id,
      work,
      listener: heard,
      now: () => performance.now(),
      directory,
      ...(prepare.userCode && { fingerprint: prepare.userCode.fingerprint }),
      ...(adopted === null ? {} : { heldBy: adopted, firstCount: Date.now() * 1_000 }),
      onHeld: holder => {
        try {
          orphaned.held(start, id, holder)
        } catch (error) {
          attempt.end({ state: 'failed', failure: classifyFailure(error) })
        }
      },
      lostAfterMs: options.lostAfterSeconds * 1_000,
      send: (worker, message) => this.#send(worker, message),
      keep: report => returnedFiles?.keep(report),
    })
    const job: Job = { attempt, isAdding: false, addedAtMs: 0 }
    void this.#begin(job, start, work)
    const outcome = attempt.outcome.then(ended => {
      // It stays known, so that its worker is not told that nobody waits.
      if (isGone(ended)) return ended
      this.#jobs.delete(attempt.job)
      orphaned.forget(start)
      void this.#queue?.remove(attempt.job).catch(() => undefined)
      if (ended.state === 'failed' && ended.failure.reason.code === 'error.machine.refused')
        return this.#refused(ended, attempt, start.trialNumber)
      this.#refusals = 0
      return this.#requeueLimit.judged(ended, start.trialNumber)
    })
    return {
      outcome,
      cancel: () => attempt.cancel(),
      judge: () => attempt.judge(),
      abort: failure => attempt.abort(failure),
      leave: () => attempt.leave(),
    }
  }

  async test(request: TestMessage): Promise<TestResult> {
    return this.#options.tester.test(request)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#options.tester.close()
    const open = [...this.#jobs.values()]
    for (const { attempt } of open) attempt.leave()
    const opened = await this.#opening?.catch(() => null)
    if (opened === null || opened === undefined) return
    const { broker, queue } = opened
    if (broker.isReady) {
      const removals = open.map(async ({ attempt }) => queue.remove(attempt.job))
      await Promise.race([Promise.allSettled(removals), wait(TICK_MS)])
      await broker.forget('box', this.#owner)
    }
    await broker.close()
  }

  async #begin(job: Job, start: StartMessage, work: { code: string | null }): Promise<void> {
    try {
      const { objective, userCode } = this.#options.prepare
      if (userCode !== undefined && isUserCode(objective)) {
        const code = await requireTrusted(objective, { userCode })
        work.code = codeHash(portableCode(code, userCode.studyDirectory))
      }
      const trial = start.userTrial
      if (trial !== undefined) {
        prepareAttempt(attemptFiles(trial.directory, trial.attempt), start, trial)
      }
      if (job.attempt.isOver) return
      this.#jobs.set(job.attempt.job, job)
      this.#noteAlive()
      await this.#open()
      if (job.attempt.isWaiting) await this.#add(job)
    } catch (error) {
      job.attempt.end({ state: 'failed', failure: classifyFailure(error) })
    }
  }

  async #open(): Promise<void> {
    this.#opening ??= this.#connect()
    await this.#opening
  }

  async #connect(): Promise<{ broker: Broker; queue: Queue }> {
    const { registered, options } = this.#options
    const broker = await Broker.open(registered, options.name)
    broker.collect(this.#owner, text => this.#take(text))
    this.#broker = broker
    const queue = broker.jobs()
    this.#queue = queue
    await broker.ready(TICK_MS).catch(() => undefined)
    return { broker, queue }
  }

  /** One that the queue knows already stays as it is. */
  async #add(job: Job): Promise<void> {
    if (job.isAdding || this.#queue === null || this.#broker?.isReady !== true) return
    const { job: id } = job.attempt
    job.isAdding = true
    try {
      const text = this.#seal.close('job', '', { job: id, owner: this.#owner })
      await this.#queue.add('trial', text, { jobId: id })
      job.addedAtMs = performance.now()
      if (job.attempt.isOver) await this.#queue.remove(id)
    } catch {
      // It is added again.
    } finally {
      job.isAdding = false
    }
  }

  #noteAlive(): void {
    const now = performance.now()
    if (this.#jobs.size === 0 || now - this.#notedAliveAtMs < NOTE_ALIVE_MS) return
    this.#notedAliveAtMs = now
    try {
      this.#options.orphaned.noteAlive()
    } catch {
      // On a full disk the next session begins anew what this one leaves.
    }
  }

  #take(text: string): void {
    const message = this.#unseal(text)
    if (message === null) return
    const job = this.#jobs.get(message.job)
    if (job !== undefined) job.attempt.take(message)
    // A trial of the last session may be about to begin again.
    else if (performance.now() - this.#beganAtMs > RESUMING_MS)
      this.#send(message.worker, overMessage(message))
  }

  /** @returns null for what is none of ours: a worker of another version has no job of this study */
  #unseal(text: string): FromWorker | null {
    try {
      return this.#seal.open('toStudy', this.#owner, text, fromWorkerSchema)
    } catch (error) {
      if (isAppError(error, 'protocol.invalid')) return null
      throw error
    }
  }

  #send(worker: string, message: ToWorker): void {
    this.#broker?.post(worker, this.#seal.close('toWorker', worker, message))
  }

  #tick(): void {
    const now = performance.now()
    this.#noteAlive()
    const waiting = [...this.#jobs.values()].filter(({ attempt }) => attempt.isWaiting)
    for (const { attempt } of this.#jobs.values()) attempt.tick()
    for (const job of waiting) if (now - job.addedAtMs > ADD_AGAIN_MS) void this.#add(job)
    if (waiting.length === 0) this.#alone = null
    else void this.#lookAround()
    const { lostAfterSeconds } = this.#options.options
    if (this.#alone !== null && now - this.#alone.sinceMs > lostAfterSeconds * 1_000) {
      const ended = this.#nobody(errorMessage(this.#alone.reason))
      this.#alone = null
      for (const { attempt } of waiting) attempt.end(ended)
    }
  }

  /** Whether there is anybody who could take a job. */
  async #lookAround(): Promise<void> {
    if (this.#isCheckingWorkers || this.#broker === null) return
    this.#isCheckingWorkers = true
    try {
      const { url, name } = this.#options.options
      const { workers, otherVersion } = this.#broker.isReady
        ? await presentWorkers(this.#broker, this.#seal)
        : { workers: [], otherVersion: null }
      this.#present = workers.map(({ id }) => id)
      const reason = !this.#broker.isReady
        ? this.#broker.failure
        : workers.length === 0
          ? (otherVersion ?? new AppError('jobQueue.empty', { url, name }))
          : null
      this.#alone =
        reason === null ? null : { sinceMs: this.#alone?.sinceMs ?? performance.now(), reason }
    } catch {
      // The next look tells.
    } finally {
      this.#isCheckingWorkers = false
    }
  }

  /** One that refuses goes on asking while all others are at work: it says nothing about them, nor about a trial that has not begun. */
  #refused(ended: Failed, { worker, hasBegun }: JobQueueAttempt, trial: number): AttemptOutcome {
    this.#refusals++
    if (worker !== null) this.#refusing.add(worker)
    const doAll = this.#present.every(worker => this.#refusing.has(worker))
    if (doAll && this.#refusals >= MAX_REFUSALS) return this.#nobody(ended.failure.reason)
    return hasBegun ? this.#requeueLimit.judged(ended, trial) : ended
  }

  #nobody(reason: ReturnType<typeof msg>): Failed {
    this.#refusals = 0
    return { state: 'failed', failure: classifyFailure(new AppError('machine.none', { reason })) }
  }
}

/** Folders of this computer are nobody else's business: what is not null is kept by the worker, and comes back. */
function startForWorker(start: StartMessage): StartMessage {
  const {
    userTrial,
    artifactDirectory,
    predictionDirectory,
    checkpoints: _,
    from: _from,
    ...others
  } = start
  return {
    ...others,
    artifactDirectory: artifactDirectory === null ? null : '',
    ...(predictionDirectory === undefined ? {} : { predictionDirectory: '' }),
    ...(userTrial === undefined ? {} : { userTrial: { ...userTrial, directory: '' } }),
  }
}

/** The session has left it to its worker. */
function isGone(ended: AttemptOutcome): boolean {
  return ended.state === 'failed' && ended.failure.reason.code === 'failure.leftToItself'
}

async function wait(limitMs: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, limitMs).unref())
}
