import { AppError, deserializeError, serializeError } from '../contract/errors.ts'
import {
  type AnswerOf,
  type CallOf,
  type MethodOf,
  type ProcessName,
  PROCESS_PROTOCOL_VERSION,
} from '../contract/process-apis.ts'
import type { ProcessUsage } from '../contract/resources.ts'
import { type ChildExit, ChildHandle } from './child-handle.ts'
import type { FromProcess, ToProcess } from './wire.ts'

export interface LinkOptions {
  /** Default: the entry of this name in src-main/children. */
  readonly entry?: URL
  /** Node binary that runs it; default: the one that runs this process. */
  readonly binary?: string
  /** Variables of its environment beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** How long it may take to say that it is there; default 30 s. */
  readonly startLimitMs?: number
  /** Nothing is heard of it for `afterMs`. */
  readonly silence?: { readonly afterMs: number; readonly onSilence: () => void }
  readonly onBeat?: (usage: ProcessUsage) => void
  /** @param error what everybody gets who waits for it */
  readonly onExit?: (exit: ChildExit, error: AppError) => void
}

interface Call {
  readonly owner: Readonly<Record<string, (argument: unknown) => unknown>> | undefined
  readonly resolve: (value: never) => void
  readonly reject: (error: AppError) => void
}

const DEFAULT_START_LIMIT_MS = 30_000

/**
 * One process from its start to its exit, and the calls that it answers. Calls wait for its handshake and are sent in their
 * order; when it is gone, all of them fail.
 */
export class Link<Name extends ProcessName> {
  readonly name: Name
  readonly exited: Promise<ChildExit>
  readonly #child: ChildHandle<FromProcess, ToProcess>
  readonly #calls = new Map<number, Call>()
  readonly #ready = Promise.withResolvers<undefined>()
  readonly #options: LinkOptions
  readonly #startTimer: NodeJS.Timeout
  #silenceTimer: NodeJS.Timeout | undefined
  #lastId = 0
  #gone: AppError | null = null

  constructor(name: Name, options: LinkOptions = {}) {
    const { startLimitMs = DEFAULT_START_LIMIT_MS, binary, environment } = options
    this.name = name
    this.#options = options
    this.#ready.promise.catch(() => undefined)
    this.#startTimer = setTimeout(() => {
      this.kill(new AppError('child.startTimeout', { child: name, limitMs: startLimitMs }))
    }, startLimitMs)
    this.#child = new ChildHandle<FromProcess, ToProcess>({
      name,
      entry: options.entry ?? new URL(`../children/${name}.ts`, import.meta.url),
      ...(binary === undefined ? {} : { binary }),
      ...(environment === undefined ? {} : { environment }),
      onMessage: message => {
        this.#hear(message)
      },
      onExit: exit => {
        this.#end(exit)
      },
    })
    this.exited = this.#child.exited
    this.#watch()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isAlive(): boolean {
    return this.#child.isAlive
  }

  /** @throws AppError what the process throws; `child.gone` or the reason of `kill` if it is not there any more */
  async call<M extends MethodOf<Name>>(
    method: M,
    ...[argument, owner]: CallOf<Name, M>
  ): Promise<AnswerOf<Name, M>> {
    await this.#ready.promise
    if (this.#gone !== null) throw this.#gone
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { owner: owner, resolve, reject })
      this.#child.send({ type: 'call', id, method, argument })
    })
  }

  /** Closes the channel, which the process takes as the word to end, and kills it after the grace time. */
  async stop(graceMs: number): Promise<void> {
    await this.#child.stop(graceMs)
  }

  /** Ends the process at once. @param reason what everybody gets who waits for it; default `child.gone` */
  kill(reason: AppError | null = null): void {
    this.#gone ??= reason
    this.#child.kill()
  }

  #hear(message: FromProcess): void {
    this.#watch()
    switch (message.type) {
      case 'ready':
        clearTimeout(this.#startTimer)
        if (message.protocol === PROCESS_PROTOCOL_VERSION) this.#ready.resolve(undefined)
        else this.kill(protocolError(this.name, message.protocol))
        break
      case 'answer': {
        const call = this.#calls.get(message.id)
        this.#calls.delete(message.id)
        if (message.ok) call?.resolve(message.value as never)
        else call?.reject(deserializeError(message.error))
        break
      }
      case 'ask':
        void this.#answer(message)
        break
      case 'beat':
        this.#options.onBeat?.(message.usage)
        break
    }
  }

  /** What it asks of a call that is over concerns nobody any more. */
  async #answer({ call, id, name, argument }: FromProcess & { type: 'ask' }): Promise<void> {
    const answering = this.#calls.get(call)?.owner?.[name]
    if (answering === undefined) return
    try {
      const answer = answering(argument)
      if (id === null) return
      this.#child.send({ type: 'answer', id, ok: true, value: await answer })
    } catch (error) {
      if (id === null) throw error
      this.#child.send({ type: 'answer', id, ok: false, error: serializeError(error) })
    }
  }

  #watch(): void {
    const { silence } = this.#options
    if (silence === undefined) return
    clearTimeout(this.#silenceTimer)
    this.#silenceTimer = setTimeout(silence.onSilence, silence.afterMs)
  }

  #end(exit: ChildExit): void {
    clearTimeout(this.#startTimer)
    clearTimeout(this.#silenceTimer)
    this.#gone ??= ChildHandle.goneError(this.name, exit)
    this.#ready.reject(this.#gone)
    this.#options.onExit?.(exit, this.#gone)
    for (const { reject } of this.#calls.values()) reject(this.#gone)
    this.#calls.clear()
  }
}

function protocolError(from: string, value: number): AppError {
  const rule = `must be ${PROCESS_PROTOCOL_VERSION}`
  return new AppError('protocol.invalid', { from, field: 'protocol', value, rule })
}
