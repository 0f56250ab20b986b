import type { EngineName } from '../../contract/engine.ts'
import type {
  AttemptOutcome,
  FromTrainer,
  PrepareMessage,
  StartMessage,
  TestMessage,
} from '../../contract/trainer-protocol.ts'
import type { AttemptListener, Executor, Place, RunningAttempt, TestResult } from '../executor.ts'
import { TrainerHandle } from './trainer-handle.ts'

/** What one cancelled attempt may still take before its process is killed. */
const defaultCancelGraceMs = 5_000
/** One batch of a slow engine, and a checkpoint of some gigabytes. */
const suspendGraceMs = 30_000
const stopGraceMs = 2_000
/** Engines that take most of a second to start, and keep what they compile for the next attempt. */
const slowToStart: readonly EngineName[] = ['tensorflow']
/** Beyond this size a process is replaced: native libraries keep some memory per program for good. */
const mostReusedBytes = 2 ** 31

export interface LocalExecutorOptions {
  readonly prepare: PrepareMessage
  /**
   * `fresh`: one process per attempt, with a prepared spare that hides the start (perfect isolation for
   * 0.2 s). `reuse`: a process serves attempt after attempt. `byEngine`: fresh, except where the engine
   * takes longer to start than short trials take to train; such a process serves until an attempt fails
   * in it or it has grown.
   */
  readonly processes: 'fresh' | 'reuse' | 'byEngine'
  readonly entry?: URL
  /** A trainer that is silent for longer than this hangs; default five minutes. */
  readonly silenceLimitMs?: number
  /** What a cancelled attempt may still take before its process is killed; default 5 s. */
  readonly cancelGraceMs?: number
}

const anyPlace: Place = { environment: {} }

/** Runs attempts in trainer processes on this machine; the caller decides how many at a time. */
export class LocalExecutor implements Executor {
  readonly #options: LocalExecutorOptions
  readonly #entry: URL
  readonly #trainers = new Set<TrainerHandle>()
  /** By the place that they were started for. */
  readonly #idle: { readonly trainer: TrainerHandle; readonly key: string }[] = []
  #closing = false

  constructor(options: LocalExecutorOptions) {
    this.#options = options
    this.#entry = options.entry ?? new URL('../../children/trainer.ts', import.meta.url)
  }

  start(
    attempt: Omit<StartMessage, 'type'>,
    listener: AttemptListener,
    place: Place = anyPlace,
  ): RunningAttempt {
    const trainer = this.#take(place)
    let resolveOutcome: (outcome: AttemptOutcome) => void = () => undefined
    const outcome = new Promise<AttemptOutcome>(resolve => {
      resolveOutcome = resolve
    })
    let over = false
    let cancelled = false
    let suspended = false
    let killTimer: NodeJS.Timeout | null = null
    const finish = (result: AttemptOutcome) => {
      if (over) return
      over = true
      if (killTimer !== null) clearTimeout(killTimer)
      this.#release(trainer, place, result.state !== 'failed')
      resolveOutcome(result)
    }
    trainer.onGone = failure => {
      if (cancelled) finish({ state: 'cancelled' })
      else finish(suspended ? { state: 'suspended' } : { state: 'failed', failure })
    }
    trainer.onMessage = message => {
      // A message of an earlier attempt in a reused process is history.
      if (!('attemptId' in message) || message.attemptId !== attempt.attemptId) return
      this.#handle(message, trainer, listener, finish)
    }
    void trainer.prepared.then(preparation => {
      if (over) return
      if (!preparation.ok) {
        trainer.abort(preparation.failure)
        finish({ state: 'failed', failure: preparation.failure })
        return
      }
      // A trainer knows nothing of an attempt that was cancelled before its start.
      if (cancelled || suspended) {
        finish({ state: cancelled ? 'cancelled' : 'suspended' })
        return
      }
      listener.started(preparation.engine, trainer.pid)
      trainer.onUsage = usage => listener.used?.(usage)
      trainer.send({ type: 'start', ...attempt })
      this.#keepSpare(trainer, place)
    })
    const tell = (type: 'pause' | 'continue') => {
      trainer.send({ type, attemptId: attempt.attemptId })
    }
    return {
      outcome,
      pause: () => {
        tell('pause')
      },
      continue: () => {
        tell('continue')
      },
      suspend: () => {
        if (over || cancelled) return
        suspended = true
        trainer.send({ type: 'suspend', attemptId: attempt.attemptId })
        killTimer ??= setTimeout(() => {
          trainer.abort({ class: 'killed', message: 'suspended' })
        }, suspendGraceMs)
      },
      cancel: () => {
        if (over || cancelled) return
        cancelled = true
        if (killTimer !== null) clearTimeout(killTimer)
        trainer.send({ type: 'cancel', attemptId: attempt.attemptId })
        killTimer = setTimeout(() => {
          trainer.abort({ class: 'killed', message: 'cancelled' })
        }, this.#options.cancelGraceMs ?? defaultCancelGraceMs)
      },
      abort: failure => {
        finish({ state: 'failed', failure })
        trainer.abort(failure)
      },
    }
  }

  async test(request: Omit<TestMessage, 'type'>): Promise<TestResult> {
    const trainer = this.#take(anyPlace)
    const gone = new Promise<TestResult>(resolve => {
      trainer.onGone = failure => {
        resolve({ ok: false, failure })
      }
    })
    const answered = new Promise<TestResult>(resolve => {
      trainer.onMessage = message => {
        if (message.type === 'tested' && message.attemptId === request.attemptId) {
          resolve(message.result)
        }
      }
    })
    const preparation = await trainer.prepared
    if (preparation.ok) trainer.send({ type: 'test', ...request })
    const result = preparation.ok
      ? await Promise.race([answered, gone])
      : { ok: false as const, failure: preparation.failure }
    this.#release(trainer, anyPlace, result.ok)
    return result
  }

  async close(): Promise<void> {
    this.#closing = true
    await Promise.all([...this.#trainers].map(trainer => trainer.stop(stopGraceMs)))
  }

  #handle(
    message: FromTrainer,
    trainer: TrainerHandle,
    listener: AttemptListener,
    finish: (outcome: AttemptOutcome) => void,
  ): void {
    switch (message.type) {
      case 'metrics':
        listener.metrics(message.columns)
        break
      case 'judge': {
        const { attemptId } = message
        void listener.judge(message.step, message.value).then(action => {
          trainer.send({ type: 'judgement', attemptId, action })
        })
        break
      }
      case 'askCosts': {
        const { attemptId, usage } = message
        trainer.send({ type: 'costs', attemptId, costs: listener.costs?.(usage) ?? {} })
        break
      }
      case 'checkpoint':
        listener.checkpoint?.(message.checkpoint)
        break
      case 'finished':
        finish(message.outcome)
        break
      default:
        break
    }
  }

  #spawn({ environment }: Place): TrainerHandle {
    const { prepare, silenceLimitMs } = this.#options
    const trainer = new TrainerHandle({
      ...{ prepare, environment, entry: this.#entry },
      ...(silenceLimitMs === undefined ? {} : { silenceLimitMs }),
    })
    this.#trainers.add(trainer)
    return trainer
  }

  #take(place: Place): TrainerHandle {
    const key = keyOf(place)
    for (;;) {
      const at = this.#idle.findIndex(idle => idle.key === key)
      if (at < 0) return this.#spawn(place)
      const trainer = this.#idle.splice(at, 1)[0]?.trainer
      if (trainer?.isAlive === true) return trainer
    }
  }

  /** After a start: the next attempt's process prepares while this one trains. */
  #keepSpare(running: TrainerHandle, place: Place): void {
    const hasSpare = this.#idle.some(({ key }) => key === keyOf(place))
    if (this.#closing || this.#serves(running) || hasSpare) return
    this.#keepIdle(this.#spawn(place), place)
  }

  #keepIdle(trainer: TrainerHandle, place: Place): void {
    this.#idle.push({ trainer: this.#watchIdle(trainer), key: keyOf(place) })
  }

  #watchIdle(trainer: TrainerHandle): TrainerHandle {
    trainer.onMessage = () => undefined
    trainer.onUsage = () => undefined
    trainer.onGone = () => {
      this.#trainers.delete(trainer)
      const index = this.#idle.findIndex(idle => idle.trainer === trainer)
      if (index >= 0) this.#idle.splice(index, 1)
    }
    return trainer
  }

  /** Whether a process takes further attempts. */
  #serves(trainer: TrainerHandle): boolean {
    const { processes } = this.#options
    if (processes !== 'byEngine') return processes === 'reuse'
    const isSlow = trainer.engine !== null && slowToStart.includes(trainer.engine.name)
    return isSlow && trainer.rssBytes < mostReusedBytes
  }

  #release(trainer: TrainerHandle, place: Place, wentWell: boolean): void {
    const isSound = wentWell || this.#options.processes === 'reuse'
    if (isSound && this.#serves(trainer) && trainer.isAlive && !this.#closing) {
      this.#keepIdle(trainer, place)
      return
    }
    trainer.onMessage = () => undefined
    trainer.onUsage = () => undefined
    trainer.onGone = () => this.#trainers.delete(trainer)
    if (trainer.isAlive) void trainer.stop(stopGraceMs)
    else this.#trainers.delete(trainer)
  }
}

/** Processes of one place are alike. */
function keyOf({ environment }: Place): string {
  return JSON.stringify(Object.entries(environment))
}
