import type { EngineInfo } from '../../contract/engine.ts'
import type { ProcessUsage } from '../../contract/resources.ts'
import {
  trainerProtocolVersion,
  type FromTrainer,
  type PrepareMessage,
  type ToTrainer,
} from '../../contract/trainer-protocol.ts'
import type { Failure } from '../../contract/trial.ts'
import { ChildHandle, type ChildExit } from '../../processes/child-handle.ts'

/** How long a trainer may take from spawn to `prepared` (engine start, conformance, data). */
const prepareLimitMs = 120_000
/**
 * A trainer sends a heartbeat every second from its event loop, which a single batch can hold up
 * (a large evaluation on the `cpu` engine takes a minute); silent for longer than this it hangs.
 */
const defaultSilenceLimitMs = 300_000

export interface TrainerOptions {
  readonly prepare: PrepareMessage
  readonly entry: URL
  /** Variables of its environment beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** Silent for longer than this it counts as hanging; default 300,000. */
  readonly silenceLimitMs?: number
}

export type Preparation =
  | { readonly ok: true; readonly engine: EngineInfo | null }
  | { readonly ok: false; readonly failure: Failure }

/**
 * One trainer process from spawn to exit: handshake, preparation, watch over its heartbeat. Messages
 * of the attempt that it runs go to `onMessage`; its end comes once as a failure.
 */
export class TrainerHandle {
  readonly prepared: Promise<Preparation>
  /** Set by whoever runs an attempt here. */
  onMessage: (message: FromTrainer) => void = () => undefined
  onGone: (failure: Failure) => void = () => undefined
  onUsage: (usage: ProcessUsage) => void = () => undefined
  #engine: EngineInfo | null = null
  #rssBytes = 0
  readonly #child: ChildHandle<FromTrainer, ToTrainer>
  readonly #silenceLimitMs: number
  #silence: NodeJS.Timeout | null = null
  #ownFailure: Failure | null = null

  constructor({ prepare, entry, environment, silenceLimitMs }: TrainerOptions) {
    this.#silenceLimitMs = silenceLimitMs ?? defaultSilenceLimitMs
    let settle: (preparation: Preparation) => void = () => undefined
    this.prepared = new Promise(resolve => {
      settle = resolve
    })
    const timer = setTimeout(() => {
      this.#fail({ class: 'timeout', message: `trainer not prepared within ${prepareLimitMs} ms` })
    }, prepareLimitMs)
    this.#child = new ChildHandle<FromTrainer, ToTrainer>({
      name: 'trainer',
      entry,
      ...(environment === undefined ? {} : { environment }),
      onMessage: message => {
        this.#hear()
        switch (message.type) {
          case 'ready':
            if (message.protocol === trainerProtocolVersion) this.#child.send(prepare)
            else {
              this.#fail({
                class: 'code',
                message: `trainer speaks protocol ${message.protocol}, expected ${trainerProtocolVersion}`,
              })
            }
            break
          case 'prepared':
            clearTimeout(timer)
            this.#engine = message.engine
            settle({ ok: true, engine: message.engine })
            break
          case 'refused':
            clearTimeout(timer)
            settle({ ok: false, failure: message.failure })
            break
          case 'heartbeat':
            this.#rssBytes = message.rssBytes
            this.onUsage(message)
            break
          default:
            this.onMessage(message)
        }
      },
      onExit: exit => {
        clearTimeout(timer)
        if (this.#silence !== null) clearTimeout(this.#silence)
        const failure = this.#ownFailure ?? exitFailure(exit)
        settle({ ok: false, failure })
        this.onGone(failure)
      },
    })
    this.#hear()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isAlive(): boolean {
    return this.#child.isAlive
  }

  /** What it has loaded; null before that, and for objectives without an engine. */
  get engine(): EngineInfo | null {
    return this.#engine
  }

  /** Memory that it held at its last heartbeat; 0 before the first. */
  get rssBytes(): number {
    return this.#rssBytes
  }

  send(message: ToTrainer): void {
    this.#child.send(message)
  }

  async stop(graceMs: number): Promise<void> {
    await this.#child.stop(graceMs)
  }

  /** Kills the process and makes `failure` the reason of its end. */
  abort(failure: Failure): void {
    this.#fail(failure)
  }

  #hear(): void {
    if (this.#silence !== null) clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      const message = `trainer silent for ${this.#silenceLimitMs} ms`
      this.#fail({ class: 'timeout', message })
    }, this.#silenceLimitMs)
  }

  #fail(failure: Failure): void {
    this.#ownFailure ??= failure
    this.#child.kill()
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
