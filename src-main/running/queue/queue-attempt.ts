import { classifyFailure } from '../../core/errors/classify-failure.ts'
import { AppError } from '../../core/errors/errors.ts'
import { fact } from '../../core/errors/fact.ts'
import type {
  FromWorker,
  QueueAnswer,
  QueuedWork,
  Said,
  ToWorker,
} from '../../contract/queue-protocol.ts'
import type { AttemptOutcome } from '../../core/processes/trainer-protocol.ts'
import type { Failure } from '../../core/trial/trial.ts'
import type { AttemptListener, RunningAttempt } from '../executor.ts'
import { completeElsewhere } from '../outcome-elsewhere.ts'

/** A worker speaks every two seconds; one that was silent for so long may have lost a job that the queue has given to another one. */
const SILENT_MS = 7_000

/** Workers that run on speak so often that one which has said nothing until then is gone. */
const ADOPTED_MS = 15_000

export interface QueueAttemptOptions {
  /** Unique: no other attempt ever has it. */
  readonly job: string
  readonly work: QueuedWork
  readonly lostAfterMs: number
  readonly listener: AttemptListener
  readonly now: () => number
  readonly send: (worker: string, message: ToWorker) => void
  /** Takes a piece of a file of the trial. @throws AppError */
  readonly keep: (said: Extract<Said, { kind: 'file' }>) => void
  /** Where it keeps them; null: nowhere. */
  readonly directory: string | null
  /** A worker holds it, and has not been told what to do. */
  readonly onHeld?: (holder: KnownHolder) => void
  /** Who held it when an earlier session ended. */
  readonly heldBy?: KnownHolder
  /** Of messages to its worker: above those of earlier sessions. */
  readonly firstCount?: number
}

/** Who has a job: no other one is listened to. */
export interface KnownHolder {
  readonly worker: string
  readonly holding: string
  readonly name: string
}

interface Holder extends KnownHolder {
  /** Of its last message. */
  count: number
  heardAtMs: number
  hasBegun: boolean
}

/**
 * A job of the queue as its study sees it. The first worker that asks holds it, and no other ever will: what another one says about it,
 * or the same one after the job was declared lost, is answered with `over`. So a result can be recorded once at most.
 */
export class QueueAttempt implements RunningAttempt {
  readonly outcome: Promise<AttemptOutcome>
  readonly #options: QueueAttemptOptions
  readonly #settle: (outcome: AttemptOutcome) => void
  readonly #answers = new Map<number, QueueAnswer>()
  #holder: Holder | null = null
  #isOver = false
  #sent: number
  /** By this session. */
  #isHeard = false
  #hasLeft = false
  #next = 0
  #stop: 'cancel' | null = null
  #judges = false

  constructor(options: QueueAttemptOptions) {
    const { promise, resolve } = Promise.withResolvers<AttemptOutcome>()
    this.#options = options
    this.outcome = promise
    this.#settle = resolve
    this.#sent = options.firstCount ?? 0
    const { heldBy, now } = options
    if (heldBy !== undefined) {
      // Told its work again, in case it had not heard it.
      this.#holder = { ...heldBy, count: -1, heardAtMs: now(), hasBegun: false }
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
        ...{ worker: message.worker, holding: message.holding, name: message.name },
        ...{ count: -1, heardAtMs: now(), hasBegun: false },
      }
      this.#options.onHeld?.(this.#holder)
    }
    const holder = this.#holder
    if (this.#hasLeft) return
    if (this.#isOver || holder === null || message.holding !== holder.holding) {
      this.#options.send(message.worker, overMessage(message))
      if (holder !== null && now() - holder.heardAtMs > SILENT_MS) this.#lose(holder)
      return
    }
    if (message.count <= holder.count) return
    holder.count = message.count
    holder.heardAtMs = now()
    this.#isHeard = true
    for (const [index, said] of message.said.entries()) {
      const number = message.first + index
      if (number > this.#next) break
      if (number < this.#next) continue
      this.#next++
      this.#hear(said, holder)
      if (this.#isOver) break
    }
    for (const ask of this.#answers.keys())
      if (!message.open.includes(ask)) this.#answers.delete(ask)
    this.#tell()
  }

  /** Time goes by. */
  tick(): void {
    const holder = this.#holder
    if (this.#isOver || holder === null) return
    const { lostAfterMs, heldBy, now } = this.#options
    const isAdopting = heldBy !== undefined && !this.#isHeard
    const patienceMs = isAdopting ? Math.min(lostAfterMs, ADOPTED_MS) : lostAfterMs
    if (now() - holder.heardAtMs > patienceMs) this.#lose(holder)
  }

  /** The session ends, the job runs on: another session may take it over. */
  leave(): void {
    if (this.#isOver) return
    this.#hasLeft = this.#holder !== null
    const alone = fact('failure.leftToItself')
    this.end({ state: 'failed', failure: { class: 'killed', fact: alone } })
  }

  cancel(): void {
    if (this.isWaiting) this.end({ state: 'cancelled' })
    this.#stop = 'cancel'
    this.#tell()
  }

  judge(): void {
    this.#judges = true
    this.#tell()
  }

  abort(failure: Failure): void {
    this.end({ state: 'failed', failure })
  }

  /** From now on nobody listens. */
  end(outcome: AttemptOutcome): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#settle(outcome)
    this.#tell()
  }

  #lose({ name, heardAtMs }: Holder): void {
    const silentMs = this.#options.now() - heardAtMs
    const reason = fact('failure.workerSilent', { seconds: Math.round(silentMs / 1_000) })
    this.#fail(new AppError('machine.lost', { machine: name, reason }))
  }

  #fail(error: unknown): void {
    this.end({ state: 'failed', failure: classifyFailure(error) })
  }

  #hear(said: Said, holder: Holder): void {
    const { listener, work, keep } = this.#options
    const { name: machine } = holder
    switch (said.kind) {
      case 'started':
        holder.hasBegun = true
        listener.placed?.(machine)
        listener.started(said.engine ?? null, undefined)
        listener.taken?.()
        return
      case 'metrics':
        listener.metrics(said)
        return
      case 'judge':
        void this.#judged(said)
        return
      case 'file':
        try {
          keep(said)
        } catch (error) {
          this.#fail(error)
        }
        return
      case 'back': {
        const reason = fact('failure.workerLeft')
        this.#fail(new AppError('machine.lost', { machine, reason }))
        return
      }
      case 'refused':
        this.#fail(new AppError('machine.refused', { machine, reason: said.reason }))
        return
      case 'ended': {
        const { outcome } = said
        if (outcome.state !== 'complete') {
          this.end(outcome)
          return
        }
        const told = { ...outcome, artifacts: outcome.artifacts ?? [] }
        try {
          this.end(completeElsewhere(told, work.start.goals.length, this.#options.directory))
        } catch (error) {
          this.#fail(error)
        }
      }
    }
  }

  async #judged({ ask, step, value }: Extract<Said, { kind: 'judge' }>): Promise<void> {
    const action = await this.#options.listener.judge(step, value)
    this.#answers.set(ask, { ask, action })
    this.#tell()
  }

  #tell(): void {
    const holder = this.#holder
    if (holder === null || this.#hasLeft) return
    const { job, work, lostAfterMs } = this.#options
    this.#options.send(holder.worker, {
      ...{ job, holding: holder.holding, count: this.#sent++, lostAfterMs },
      ...{ state: this.#isOver ? 'over' : 'held', next: this.#next, stop: this.#stop },
      ...{ judges: this.#judges, answers: [...this.#answers.values()] },
      work: this.#isOver || holder.hasBegun ? null : work,
    })
  }
}

/** To a worker whose job nobody waits for. */
export function overMessage({ job, holding }: Pick<FromWorker, 'job' | 'holding'>): ToWorker {
  return {
    ...{ job, holding, count: Number.MAX_SAFE_INTEGER, state: 'over', next: 0, stop: null },
    ...{ judges: false, answers: [], work: null, lostAfterMs: 0 },
  }
}
