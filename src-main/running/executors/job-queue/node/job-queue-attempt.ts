import { classifyFailure } from '../../../../core/errors/classify-failure.ts'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import type {
  FromWorker,
  JudgmentAnswer,
  QueuedTrial,
  WorkerReport,
  ToWorker,
} from '../common/protocol.ts'
import type { AttemptOutcome } from '../../../../core/processes/trainer-protocol.ts'
import type { Failure } from '../../../../core/trial/trial.ts'
import type { AttemptListener, RunningAttempt } from '../../executor.ts'
import { checkRemoteOutcome } from '../../remote-outcome.ts'

/** A worker speaks every two seconds; one that was silent for so long may have lost a job that the queue has given to another one. */
const SILENT_MS = 7_000

/** Workers that run on speak so often that one which has said nothing until then is gone. */
const ADOPTED_MS = 15_000

export interface JobQueueAttemptOptions {
  /** Unique: no other attempt ever has it. */
  readonly job: string
  readonly work: QueuedTrial
  readonly lostAfterMs: number
  readonly listener: AttemptListener
  readonly now: () => number
  readonly send: (worker: string, message: ToWorker) => void
  /** Takes a piece of a file of the trial. @throws AppError */
  readonly keep: (report: Extract<WorkerReport, { kind: 'file' }>) => void
  /** Of the code that a worker runs, as it is here; absent: it runs none. */
  readonly fingerprint?: string
  /** Where it keeps them; null: nowhere. */
  readonly directory: string | null
  /** A worker holds it, and has not been told what to do. */
  readonly onHeld?: (holder: JobHolder) => void
  /** Who held it when an earlier session ended. */
  readonly heldBy?: JobHolder
  /** Of messages to its worker: above those of earlier sessions. */
  readonly firstCount?: number
}

/** Who has a job: no other one is listened to. */
export interface JobHolder {
  readonly worker: string
  readonly lease: string
  readonly name: string
}

interface Holder extends JobHolder {
  /** Of its last message. */
  count: number
  lastMessageAtMs: number
  hasBegun: boolean
}

/**
 * A job of the queue as its study sees it. The first worker that asks holds it, and no other ever will: what another one says about it,
 * or the same one after the job was declared lost, is answered with `over`. So a result can be recorded once at most.
 */
export class JobQueueAttempt implements RunningAttempt {
  readonly outcome: Promise<AttemptOutcome>
  readonly #options: JobQueueAttemptOptions
  readonly #settle: (outcome: AttemptOutcome) => void
  readonly #answers = new Map<number, JudgmentAnswer>()
  #holder: Holder | null = null
  #isOver = false
  #sent: number
  /** By this session. */
  #isHeard = false
  #isAbandoned = false
  #next = 0
  #stop: 'cancel' | null = null
  #judges = false

  constructor(options: JobQueueAttemptOptions) {
    const { promise, resolve } = Promise.withResolvers<AttemptOutcome>()
    this.#options = options
    this.outcome = promise
    this.#settle = resolve
    this.#sent = options.firstCount ?? 0
    const { heldBy, now } = options
    if (heldBy !== undefined) {
      // Told its work again, in case it had not heard it.
      this.#holder = { ...heldBy, count: -1, lastMessageAtMs: now(), hasBegun: false }
    }
  }

  get job(): string {
    return this.#options.job
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** No worker has asked for it. */
  get isWaiting(): boolean {
    return this.#holder === null && !this.#isOver
  }

  /** Who holds or held it. */
  get worker(): string | null {
    return this.#holder?.worker ?? null
  }

  get hasBegun(): boolean {
    return this.#holder?.hasBegun === true
  }

  /** What a worker says about this job, already known to come from one that has the key. */
  take(message: FromWorker): void {
    const { now } = this.#options
    if (!this.#isOver && this.#holder === null) {
      this.#holder = {
        worker: message.worker,
        lease: message.lease,
        name: message.name,
        count: -1,
        lastMessageAtMs: now(),
        hasBegun: false,
      }
      this.#options.onHeld?.(this.#holder)
    }
    const holder = this.#holder
    if (this.#isAbandoned) return
    if (this.#isOver || holder === null || message.lease !== holder.lease) {
      this.#options.send(message.worker, overMessage(message))
      if (holder !== null && now() - holder.lastMessageAtMs > SILENT_MS) this.#lose(holder)
      return
    }
    if (message.count <= holder.count) return
    holder.count = message.count
    holder.lastMessageAtMs = now()
    this.#isHeard = true
    for (const [index, report] of message.reports.entries()) {
      const number = message.first + index
      if (number > this.#next) break
      if (number < this.#next) continue
      this.#next++
      this.#handle(report, holder)
      if (this.#isOver) break
    }
    for (const ask of this.#answers.keys())
      if (!message.open.includes(ask)) this.#answers.delete(ask)
    this.#sendState()
  }

  /** Time goes by. */
  tick(): void {
    const holder = this.#holder
    if (this.#isOver || holder === null) return
    const { lostAfterMs, heldBy, now } = this.#options
    const isAdopting = heldBy !== undefined && !this.#isHeard
    const patienceMs = isAdopting ? Math.min(lostAfterMs, ADOPTED_MS) : lostAfterMs
    if (now() - holder.lastMessageAtMs > patienceMs) this.#lose(holder)
  }

  /** The session ends, the job runs on: another session may take it over. */
  leave(): void {
    if (this.#isOver) return
    this.#isAbandoned = this.#holder !== null
    const alone = msg('failure.leftToItself')
    this.end({ state: 'failed', failure: { class: 'killed', reason: alone } })
  }

  cancel(): void {
    if (this.isWaiting) this.end({ state: 'canceled' })
    this.#stop = 'cancel'
    this.#sendState()
  }

  judge(): void {
    this.#judges = true
    this.#sendState()
  }

  abort(failure: Failure): void {
    this.end({ state: 'failed', failure })
  }

  /** From now on nobody listens. */
  end(outcome: AttemptOutcome): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#settle(outcome)
    this.#sendState()
  }

  #lose({ name, lastMessageAtMs }: Holder): void {
    const silentMs = this.#options.now() - lastMessageAtMs
    const reason = msg('failure.workerSilent', { seconds: Math.round(silentMs / 1_000) })
    this.#fail(new AppError('machine.lost', { machine: name, reason }))
  }

  #fail(error: unknown): void {
    this.end({ state: 'failed', failure: classifyFailure(error) })
  }

  #handle(report: WorkerReport, holder: Holder): void {
    const { listener, work, keep } = this.#options
    const { name: machine } = holder
    switch (report.kind) {
      case 'started':
        holder.hasBegun = true
        listener.assigned?.(machine)
        listener.started(report.engine ?? null, undefined)
        listener.taken?.()
        return
      case 'code': {
        const { fingerprint } = this.#options
        const { kind: _, ...code } = report
        if (fingerprint !== undefined) listener.code?.({ fingerprint, ...code })
        return
      }
      case 'metrics':
        listener.metrics(report)
        return
      case 'judge':
        void this.#judged(report)
        return
      case 'file':
        try {
          keep(report)
        } catch (error) {
          this.#fail(error)
        }
        return
      case 'back': {
        const reason = msg('failure.workerLeft')
        this.#fail(new AppError('machine.lost', { machine, reason }))
        return
      }
      case 'refused':
        this.#fail(new AppError('machine.refused', { machine, reason: report.reason }))
        return
      case 'ended': {
        const { outcome } = report
        if (outcome.state !== 'complete') {
          this.end(outcome)
          return
        }
        const remoteOutcome = { ...outcome, artifacts: outcome.artifacts ?? [] }
        try {
          this.end(
            checkRemoteOutcome(remoteOutcome, work.start.goals.length, this.#options.directory),
          )
        } catch (error) {
          this.#fail(error)
        }
      }
    }
  }

  async #judged({ ask, step, value }: Extract<WorkerReport, { kind: 'judge' }>): Promise<void> {
    const action = await this.#options.listener.judge(step, value)
    this.#answers.set(ask, { ask, action })
    this.#sendState()
  }

  #sendState(): void {
    const holder = this.#holder
    if (holder === null || this.#isAbandoned) return
    const { job, work, lostAfterMs } = this.#options
    this.#options.send(holder.worker, {
      job,
      lease: holder.lease,
      count: this.#sent++,
      lostAfterMs,
      state: this.#isOver ? 'over' : 'held',
      next: this.#next,
      stop: this.#stop,
      judges: this.#judges,
      answers: [...this.#answers.values()],
      work: this.#isOver || holder.hasBegun ? null : work,
    })
  }
}

/** To a worker whose job nobody waits for. */
export function overMessage({ job, lease }: Pick<FromWorker, 'job' | 'lease'>): ToWorker {
  return {
    job,
    lease,
    count: Number.MAX_SAFE_INTEGER,
    state: 'over',
    next: 0,
    stop: null,
    judges: false,
    answers: [],
    work: null,
    lostAfterMs: 0,
  }
}
