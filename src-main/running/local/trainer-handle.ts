import { classifyFailure } from '../../contract/classify-failure.ts'
import type { EngineInfo } from '../../contract/engine.ts'
import type { AttemptOwner, OwnerOf } from '../../contract/process-apis.ts'
import type { ProcessUsage } from '../../contract/resources.ts'
import type {
  AttemptOutcome,
  PrepareMessage,
  Preparation,
  StartMessage,
  SteerMessage,
  TestMessage,
  TestResult,
} from '../../contract/trainer-protocol.ts'
import type { Failure } from '../../contract/trial.ts'
import { type ChildExit, Link } from '../../processes/link.ts'

/** How long a trainer may take from spawn to `prepared` (engine start, conformance, data). */
const PREPARE_LIMIT_MS = 120_000
/**
 * A trainer sends a heartbeat every second from its event loop, which a single batch can hold up
 * (a large evaluation on the `cpu` engine takes a minute); silent for longer than this it hangs.
 */
const DEFAULT_SILENCE_LIMIT_MS = 300_000

export interface TrainerOptions {
  readonly prepare: PrepareMessage
  /** Default: the entry of trainers. */
  readonly entry?: URL | undefined
  /** Variables of its environment beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** Silent for longer than this it counts as hanging; default 300,000. */
  readonly silenceLimitMs?: number | undefined
}

/** One trainer process from spawn to exit: preparation, attempts, and its end as a failure. */
export class TrainerHandle {
  readonly prepared: Promise<Preparation>
  onUsage: (usage: ProcessUsage) => void = () => undefined
  onGone: () => void = () => undefined
  #engine: EngineInfo | null = null
  #rssBytes = 0
  readonly #link: Link<'trainer'>
  #failure: Failure | null = null

  constructor({ prepare, entry, environment = {}, silenceLimitMs }: TrainerOptions) {
    const afterMs = silenceLimitMs ?? DEFAULT_SILENCE_LIMIT_MS
    const tooLate = (message: string) => (): void => {
      this.abort({ class: 'timeout', message })
    }
    this.#link = new Link('trainer', {
      ...(entry === undefined ? {} : { entry }),
      environment,
      startLimitMs: PREPARE_LIMIT_MS,
      silence: { afterMs, onSilence: tooLate(`trainer silent for ${afterMs} ms`) },
      onBeat: usage => {
        this.#rssBytes = usage.rssBytes
        this.onUsage(usage)
      },
      onExit: exit => {
        this.#failure ??= exitFailure(exit)
        this.onGone()
      },
    })
    const timer = setTimeout(
      tooLate(`trainer not prepared within ${PREPARE_LIMIT_MS} ms`),
      PREPARE_LIMIT_MS,
    )
    this.prepared = this.#prepare(prepare).finally(() => {
      clearTimeout(timer)
    })
  }

  get pid(): number | undefined {
    return this.#link.pid
  }

  get isAlive(): boolean {
    return this.#link.isAlive
  }

  /** What it has loaded; null before that, and for objectives without an engine. */
  get engine(): EngineInfo | null {
    return this.#engine
  }

  /** Memory that it held at its last heartbeat; 0 before the first. */
  get rssBytes(): number {
    return this.#rssBytes
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

  async stop(graceMs: number): Promise<void> {
    await this.#link.stop(graceMs)
  }

  /** Kills the process and makes `failure` the reason of its end. */
  abort(failure: Failure): void {
    this.#failure ??= failure
    this.#link.kill()
  }

  async #prepare(message: PrepareMessage): Promise<Preparation> {
    try {
      const preparation = await this.#link.call('prepare', message)
      if (preparation.ok) this.#engine = preparation.engine
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
  const how = exit.signal === null ? `exit code ${exit.exitCode}` : `signal ${exit.signal}`
  const tail = exit.errorTail === '' ? '' : `: ${exit.errorTail}`
  return {
    class: exit.signal === null ? 'code' : 'killed',
    message: `trainer ended with ${how}${tail}`,
  }
}
