import { classifyFailure } from '../../../../core/errors/classify-failure.ts'
import { computing } from '../../../../core/machine/engines/registry.ts'
import type { EngineInfo } from '../../../../core/machine/engine.ts'
import { msg, type MessageDescriptor } from '../../../../core/errors/message.ts'
import type { AttemptOwner, OwnerOf } from '../../../../core/processes/process-apis.ts'
import type { ProcessUsage } from '../../../../core/trial/resources.ts'
import type {
  AttemptOutcome,
  PrepareMessage,
  StartMessage,
  SteerMessage,
  TestMessage,
  TestResult,
  Preparation,
} from '../../../../core/processes/trainer-protocol.ts'
import type { Failure } from '../../../../core/trial/trial.ts'
import { type ChildExit, Link } from '../../../../platform/processes/link.ts'
import { afterRunTime, isHalted } from '../../../../platform/processes/run-time.ts'
import type { AttemptListener, Executor, ExecutionSlot, RunningAttempt } from '../../executor.ts'
import { TrainerCap } from './trainer-cap.ts'

/** The time that one canceled attempt may still take before its process is killed. */
const DEFAULT_CANCEL_GRACE_MS = 5_000
/** One batch of a slow engine, and a checkpoint of some gigabytes. */
const SUSPEND_GRACE_MS = 30_000
const STOP_GRACE_MS = 2_000
/** Beyond this size a process is replaced: native libraries keep some memory per program for good. */
const MAX_REUSED_BYTES = 2 ** 31

export interface LocalExecutorOptions {
  readonly prepare: PrepareMessage
  /**
   * `fresh`: one process per attempt, with a prepared spare that hides the start (perfect isolation for
   * 0.2 s). `reuse`: a process serves attempt after attempt. `byEngine`: fresh, except where the engine
   * takes longer to start than short trials take to train, or trees are boosted; such a process serves until an
   * attempt fails in it, other than by a loss that is no number any more, or it has grown.
   */
  readonly processes: 'fresh' | 'reuse' | 'byEngine'
  readonly entry?: URL
  /** Shared with other studies; default: of its own. */
  readonly trainers?: TrainerCap
  /** A trainer that is silent for longer than this hangs; default five minutes. */
  readonly silenceLimitMs?: number
  /** The time that a canceled attempt may still take before its process is killed; default 5 s. */
  readonly cancelGraceMs?: number
}

const anySlot: ExecutionSlot = { environment: {} }

/** Runs attempts in trainer processes on this machine; the caller decides how many at a time. */
export class LocalExecutor implements Executor {
  readonly #options: LocalExecutorOptions
  readonly #trainers = new Set<TrainerHandle>()
  /** By the place that they were started for. */
  readonly #idle: { readonly trainer: TrainerHandle; readonly key: string }[] = []
  readonly #trainerCap: TrainerCap
  /** Trainers that hold a place; one that is told to stop holds none any more. */
  readonly #counted = new Set<TrainerHandle>()
  /** Attempts and tests that have a trainer. */
  #active = 0
  /** Places that are held for attempts which have not started yet. */
  #reserved = 0
  #closing = false

  constructor(options: LocalExecutorOptions) {
    this.#options = options
    this.#trainerCap = options.trainers ?? new TrainerCap()
  }

  get slots(): Pick<TrainerCap, 'limit' | 'taken' | 'openFiles'> {
    return this.#trainerCap
  }

  reserve(attempts: number, onRoom: () => void): boolean {
    while (this.#active + this.#reserved + this.#idle.length < attempts) {
      if (!this.#trainerCap.take(onRoom)) return false
      this.#reserved++
    }
    return true
  }

  start(
    attempt: StartMessage,
    listener: AttemptListener,
    slot: ExecutionSlot = anySlot,
  ): RunningAttempt {
    const trainer = this.#take(slot)
    const outcome = Promise.withResolvers<AttemptOutcome>()
    let over = false
    /** The end that the attempt was told; a cancel outdoes a suspension. */
    let ending: 'canceled' | 'suspended' | null = null
    let clearGrace: () => void = () => undefined
    const finish = (result: AttemptOutcome): void => {
      if (over) return
      over = true
      clearGrace()
      this.#release(trainer, slot, isSoundAfter(result))
      outcome.resolve(result)
    }
    const steer = (what: SteerMessage['what']): void =>
      trainer.steer({ attemptId: attempt.attemptId, what })
    const end = (what: 'cancel' | 'suspend', state: 'canceled' | 'suspended', graceMs: number) => {
      ending = state
      steer(what)
      clearGrace()
      const killed = msg(`failure.${state}`)
      clearGrace = afterRunTime(graceMs, () => trainer.abort({ class: 'killed', reason: killed }))
    }
    const run = async (): Promise<AttemptOutcome> => {
      const preparation = await trainer.prepared
      if (over || ending !== null) return { state: ending ?? 'canceled' }
      if (!preparation.ok) {
        trainer.abort(preparation.failure)
        return { state: 'failed', failure: preparation.failure }
      }
      listener.started(preparation.engine, trainer.pid)
      trainer.onUsage = usage => listener.used?.(usage)
      const ended = trainer.run(attempt, {
        taken: () => {
          if (!over) listener.taken?.()
        },
        code: code => {
          if (!over) listener.code?.(code)
        },
        metrics: columns => {
          if (!over) listener.metrics(columns)
        },
        judge: async ({ step, value }) => (over ? 'prune' : listener.judge(step, value)),
        checkpoint: checkpoint => {
          if (!over) listener.checkpoint?.(checkpoint)
        },
        costs: usage => (over ? {} : (listener.costs?.(usage) ?? {})),
      })
      this.#keepSpare(trainer, slot)
      const result = await ended
      // The trainer was killed because it did not end in time.
      const wasKilled = result.state === 'failed' && !trainer.isAlive
      return wasKilled && ending !== null ? { state: ending } : result
    }
    void run().then(finish)
    return {
      outcome: outcome.promise,
      judge: () => steer('judge'),
      suspend: () => {
        if (over || ending !== null) return
        end('suspend', 'suspended', SUSPEND_GRACE_MS)
      },
      cancel: () => {
        if (over || ending === 'canceled') return
        end('cancel', 'canceled', this.#options.cancelGraceMs ?? DEFAULT_CANCEL_GRACE_MS)
      },
      abort: failure => {
        // First, so that the next attempt is not given a process that is being killed.
        trainer.abort(failure)
        finish({ state: 'failed', failure })
      },
    }
  }

  async test(request: TestMessage): Promise<TestResult> {
    const trainer = this.#take(anySlot)
    const preparation = await trainer.prepared
    const result = preparation.ok ? await trainer.test(request) : preparation
    this.#release(trainer, anySlot, result.ok)
    return result
  }

  async close(): Promise<void> {
    this.#closing = true
    while (this.#reserved > 0) this.#dropReservation()
    await Promise.all([...this.#trainers].map(async trainer => this.#stop(trainer)))
  }

  #spawn({ environment }: ExecutionSlot): TrainerHandle {
    const { prepare, entry, silenceLimitMs } = this.#options
    const trainer = new TrainerHandle({ prepare, environment, entry, silenceLimitMs })
    this.#trainers.add(trainer)
    this.#counted.add(trainer)
    this.#trainerCap.add()
    trainer.onGone = () => {
      this.#trainers.delete(trainer)
      this.#uncount(trainer)
      const index = this.#idle.findIndex(idle => idle.trainer === trainer)
      if (index >= 0) this.#idle.splice(index, 1)
    }
    return trainer
  }

  #take(slot: ExecutionSlot): TrainerHandle {
    const key = keyOf(slot)
    this.#active++
    for (;;) {
      const at = this.#idle.findIndex(idle => idle.key === key)
      if (at < 0) {
        // One that was prepared for another GPU makes room.
        if (this.#reserved === 0 && !this.#trainerCap.hasRoom) this.#stopIdle()
        this.#dropReservation()
        return this.#spawn(slot)
      }
      const trainer = this.#idle.splice(at, 1)[0]?.trainer
      if (trainer?.isAlive === true) return trainer
    }
  }

  /** After a start: the next attempt's process prepares while this one trains. */
  #keepSpare(running: TrainerHandle, slot: ExecutionSlot): void {
    const key = keyOf(slot)
    if (this.#closing || this.#serves(running) || this.#idle.some(idle => idle.key === key)) return
    if (!this.#trainerCap.hasRoom) return
    this.#idle.push({ trainer: this.#spawn(slot), key })
  }

  /** Whether a process takes further attempts. */
  #serves(trainer: TrainerHandle): boolean {
    const { processes, prepare } = this.#options
    if (processes !== 'byEngine') return processes === 'reuse'
    // Trees are grown on a table that is cut and binned once for each process.
    const isSlow = trainer.engine !== null && computing[trainer.engine.name].startsSlowly === true
    return (isSlow || prepare.boostsTrees === true) && trainer.rssBytes < MAX_REUSED_BYTES
  }

  #release(trainer: TrainerHandle, slot: ExecutionSlot, wentWell: boolean): void {
    this.#active--
    trainer.onUsage = () => undefined
    const isSound = wentWell || this.#options.processes === 'reuse'
    if (isSound && this.#serves(trainer) && trainer.isAlive && !this.#closing) {
      this.#idle.push({ trainer, key: keyOf(slot) })
    } else if (trainer.isAlive) void this.#stop(trainer)
  }

  async #stop(trainer: TrainerHandle): Promise<void> {
    this.#uncount(trainer)
    await trainer.stop()
  }

  #stopIdle(): void {
    const idle = this.#idle.shift()
    if (idle !== undefined) void this.#stop(idle.trainer)
  }

  #uncount(trainer: TrainerHandle): void {
    if (this.#counted.delete(trainer)) this.#trainerCap.release()
  }

  #dropReservation(): void {
    if (this.#reserved === 0) return
    this.#reserved--
    this.#trainerCap.release()
  }
}

/** A training that diverged has done what was asked of it; whatever else fails may have left the process broken. */
function isSoundAfter(outcome: AttemptOutcome): boolean {
  return outcome.state !== 'failed' || outcome.failure.class === 'nonFinite'
}

/** Processes of one place are alike. */
function keyOf({ environment }: ExecutionSlot): string {
  return JSON.stringify(Object.entries(environment))
}

/** How long a trainer may take from spawn to `prepared` (engine start, conformance, data). */
const PREPARE_LIMIT_MS = 120_000
/**
 * A trainer sends a heartbeat every second from its event loop, which a single batch can hold up
 * (a large evaluation on the `cpu` engine takes a minute); silent for longer than this it hangs.
 */
const DEFAULT_SILENCE_LIMIT_MS = 300_000

interface TrainerOptions extends Pick<LocalExecutorOptions, 'prepare'> {
  /** Default: the entry of trainers. */
  readonly entry?: URL | undefined
  /** Variables of its environment beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  readonly silenceLimitMs?: number | undefined
}

/** One trainer process from spawn to exit: preparation, attempts, and its end as a failure. */
export class TrainerHandle {
  readonly prepared: Promise<Preparation>
  onUsage: (usage: ProcessUsage) => void = () => undefined
  onGone: () => void = () => undefined
  /** Loaded by it; null before that, and for objectives without an engine. */
  engine: EngineInfo | null = null
  /** Memory that it held at its last heartbeat; 0 before the first. */
  rssBytes = 0
  readonly #link: Link<'trainer'>
  #failure: Failure | null = null

  constructor({
    prepare,
    entry,
    environment = {},
    silenceLimitMs: afterMs = DEFAULT_SILENCE_LIMIT_MS,
  }: TrainerOptions) {
    const tooLate = (reason: MessageDescriptor) => (): void =>
      this.abort({ class: 'timeout', reason: reason })
    this.#link = new Link('trainer', {
      ...(entry === undefined ? {} : { entry }),
      environment,
      startLimitMs: PREPARE_LIMIT_MS,
      silence: { afterMs, onSilence: tooLate(msg('failure.trainerSilent', { limitMs: afterMs })) },
      onBeat: usage => {
        this.rssBytes = usage.rssBytes
        this.onUsage(usage)
      },
      onExit: exit => {
        this.#failure ??= exitFailure(exit)
        this.onGone()
      },
    })
    const unprepared = msg('failure.trainerNotPrepared', { limitMs: PREPARE_LIMIT_MS })
    const clearLimit = afterRunTime(PREPARE_LIMIT_MS, tooLate(unprepared), () =>
      this.pid === undefined ? false : isHalted(this.pid),
    )
    this.prepared = this.#prepare(prepare).finally(clearLimit)
  }

  get pid(): number | undefined {
    return this.#link.pid
  }

  /** Takes attempts: it runs, and nobody has killed it. */
  get isAlive(): boolean {
    return this.#failure === null && this.#link.isAlive
  }

  /** Never rejects: the end of the process is a failed outcome. */
  async run(attempt: StartMessage, owner: OwnerOf<AttemptOwner>): Promise<AttemptOutcome> {
    return this.#link
      .call('run', attempt, owner)
      .catch((error: unknown) => ({ state: 'failed', failure: this.#failureOf(error) }))
  }

  async test(message: TestMessage): Promise<TestResult> {
    return this.#link
      .call('test', message)
      .catch((error: unknown) => ({ ok: false, failure: this.#failureOf(error) }))
  }

  steer(message: SteerMessage): void {
    // The end of the process is told to whoever waits for the attempt.
    this.#link.call('steer', message).catch(() => undefined)
  }

  async stop(): Promise<void> {
    await this.#link.stop(STOP_GRACE_MS)
  }

  /** Kills the process and makes `failure` the reason of its end. */
  abort(failure: Failure): void {
    this.#failure ??= failure
    this.#link.kill()
  }

  async #prepare(message: PrepareMessage): Promise<Preparation> {
    try {
      const preparation = await this.#link.call('prepare', message)
      if (preparation.ok) this.engine = preparation.engine
      return preparation
    } catch (error) {
      return { ok: false, failure: this.#failureOf(error) }
    }
  }

  #failureOf(error: unknown): Failure {
    return this.#failure ?? classifyFailure(error)
  }
}

/** A process that ended by itself: the kernel's out-of-memory killer and a person both use SIGKILL. */
function exitFailure(exit: ChildExit): Failure {
  const { exitCode, signal, reason, heapMegabytes } = exit
  if (reason === 'memory') {
    const megabytes = Math.floor((heapMegabytes * 2 ** 20) / 1e6)
    return { class: 'memory', reason: msg('failure.trainerMemory', { megabytes }) }
  }
  const tail = exit.errorTail === '' ? undefined : exit.errorTail
  return signal === null
    ? { class: 'code', reason: msg('failure.trainerExit', { exitCode, tail }) }
    : { class: 'killed', reason: msg('failure.trainerSignal', { signal, tail }) }
}
