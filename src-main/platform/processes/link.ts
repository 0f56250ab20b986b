import { ownValue } from '../../core/values/named-values.ts'
import { type ChildProcess, type SerializationType, spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { msg } from '../../core/errors/message.ts'
import { AppError, deserializeError, serializeError, toAppError } from '../../core/errors/errors.ts'
import {
  type AnswerOf,
  type CallOf,
  type MethodOf,
  type ProcessName,
  PROCESS_PROTOCOL_VERSION,
} from '../../core/processes/process-apis.ts'
import type { ProcessUsage } from '../../core/trial/resources.ts'
import { endChild } from './end-child.ts'
import { heapLimitMegabytes, isHeapExhausted, isRefusedMemory } from './memory-limits.ts'
import { afterRunTime, isHalted } from './run-time.ts'
import type { ProcessSystem } from './system/process-system.ts'
import type { FromProcess, ToProcess } from './wire.ts'

/** In the repository TypeScript, in npm's package the JavaScript that it was built into. */
export function childEntry(name: string): URL {
  const ending = path.extname(new URL(import.meta.url).pathname)
  return new URL(`../../entry-points/${name}${ending}`, import.meta.url)
}

/** Why and how a child process ended. */
export interface ChildExit {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** `stopped`: we asked for it; `memory`: its values filled its heap; `crashed`: it ended by itself; `launchFailed`: it never ran. */
  readonly reason: 'stopped' | 'memory' | 'crashed' | 'launchFailed'
  /** The last lines that it wrote to standard error. */
  readonly errorTail: string
  /** Of its heap. */
  readonly heapMegabytes: number
}

/** What a process may use, as the system says; it is ended when it uses more. */
interface ProcessLimits {
  /** Memory, beside files that it maps. */
  readonly bytes: number
  /** Time of the processors from its start on; default: no limit. */
  readonly cpuMs?: number
  /** The same for each call, of a process that is asked one after the other; its start is not counted. Default: no limit. */
  readonly cpuMsOfCall?: number
  readonly system: () => Promise<ProcessSystem>
}

export interface LinkOptions {
  /** Default: the entry of this name in src-main/entry-points. */
  readonly entry?: URL
  /** Node binary that runs it; default: the one that runs this process. */
  readonly binary?: string
  /** Variables of its environment beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** How messages travel; default `advanced`, which carries typed arrays whole. `json`: text, for another version of V8. */
  readonly serialization?: SerializationType
  /** How long it may take to say that it is there; default 30 s. */
  readonly startLimitMs?: number
  /** Default: of {@link heapLimitMegabytes}. */
  readonly heapMegabytes?: number
  /** Default: none. */
  readonly limits?: ProcessLimits
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
const ERROR_TAIL_BYTES = 8_192
/** How long the last lines on standard error may take after the exit. */
const ERROR_DRAIN_MS = 500
const WEIGH_EVERY_MS = 500

/**
 * Variables that would change what a child does behind our back: debuggers, injected modules,
 * test runners.
 */
const removedVariables = ['NODE_OPTIONS', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE']

/**
 * One process from its start to its exit, and the calls that it answers: the one way in which this program starts processes
 * of its own. A plain Node with an IPC channel that carries typed arrays whole; standard error is kept for the failure
 * report. Calls wait for its handshake and are sent in their order; when it is gone, all of them fail.
 */
export class Link<Name extends ProcessName> {
  readonly name: Name
  readonly exited: Promise<ChildExit>
  readonly #child: ChildProcess
  readonly #calls = new Map<number, Call>()
  readonly #ready = Promise.withResolvers<undefined>()
  readonly #options: LinkOptions
  readonly #clearStartLimit: () => void
  readonly #heapMegabytes: number
  #system: ProcessSystem | null = null
  #weighing: NodeJS.Timeout | undefined
  /** Time of the processors before the call that it works on. */
  #usedBeforeCallMs = 0
  #clearSilenceLimit: () => void = () => undefined
  #lastId = 0
  #gone: AppError | null = null
  #isStopping = false
  #exit: ChildExit | null = null
  #errorTail = ''

  constructor(name: Name, options: LinkOptions = {}) {
    const { startLimitMs = DEFAULT_START_LIMIT_MS } = options
    this.name = name
    this.#options = options
    this.#ready.promise.catch(() => undefined)
    this.#clearStartLimit = afterRunTime(
      startLimitMs,
      () => this.kill(startTimeoutError(name, startLimitMs)),
      () => this.isHalted,
    )
    this.#heapMegabytes = options.heapMegabytes ?? heapLimitMegabytes()
    const entry = options.entry ?? childEntry(name)
    const environment = { ...process.env, ...options.environment }
    for (const variable of removedVariables) delete environment[variable]
    const limit = `--max-old-space-size=${this.#heapMegabytes}`
    // eslint-disable-next-line programs/program-paths -- a binary is given as a path
    this.#child = spawn(options.binary ?? process.execPath, [limit, fileURLToPath(entry)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: options.serialization ?? 'advanced',
      env: environment,
      windowsHide: true,
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errorTail = (this.#errorTail + text).slice(-ERROR_TAIL_BYTES)
    })
    this.#child.on('message', message => this.#hear(message as FromProcess))
    this.exited = this.#follow()
    this.#watch()
    // Nobody could say then what it holds.
    this.#weigh().catch((error: unknown) => this.kill(toAppError(error)))
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isAlive(): boolean {
    return this.#exit === null
  }

  /** @throws AppError what the process throws; `child.gone` or the reason of `kill` if it is not there any more */
  async call<M extends MethodOf<Name>>(
    method: M,
    ...[argument, owner]: CallOf<Name, M>
  ): Promise<AnswerOf<Name, M>> {
    await this.#ready.promise
    if (this.#gone !== null) throw this.#gone
    if (this.#options.limits?.cpuMsOfCall !== undefined) this.#usedBeforeCallMs = this.#usedMs
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { owner: owner, resolve, reject })
      this.#send({ type: 'call', id, method, argument })
    })
  }

  /** Closes the channel, which the process takes as the word to end, and kills it after the grace time. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => endChild(this.#child, 'SIGKILL'), graceMs)
    await this.exited
    clearTimeout(timer)
  }

  /** Ends the process at once. @param reason what everybody gets who waits for it; default `child.gone` */
  kill(reason: AppError | null = null): void {
    this.#gone ??= reason
    this.#isStopping = true
    endChild(this.#child, 'SIGKILL')
  }

  /** A message to a process that is gone is dropped, since its end is reported anyway. */
  #send(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  async #follow(): Promise<ChildExit> {
    const child = this.#child
    const [exitCode, signal, reason] = await new Promise<
      [number | null, NodeJS.Signals | null, ChildExit['reason'] | null]
    >(resolve => {
      child.on('error', error => {
        // An error after the start (a failed send) is followed by `exit`; before it, nothing is.
        if (child.pid !== undefined) return
        this.#errorTail += error.message
        resolve([null, null, 'launchFailed'])
      })
      // Not `close`: Node never emits it when the channel was closed while a message was handled.
      child.on('exit', (code, name) => {
        const end = (): void => resolve([code, name, null])
        if (child.stderr === null || child.stderr.readableEnded) end()
        else {
          child.stderr.once('end', end)
          // A grandchild may hold the pipe open.
          setTimeout(end, ERROR_DRAIN_MS).unref()
        }
      })
    })
    // A grandchild that holds it would hold this process, too.
    child.stderr?.destroy()
    const errorTail = this.#errorTail.trim()
    return this.#end({
      ...(isKilledByOthers(exitCode, errorTail)
        ? { exitCode: null, signal: 'SIGKILL' }
        : { exitCode, signal }),
      reason: reason ?? this.#reasonOf(errorTail),
      errorTail,
      heapMegabytes: this.#heapMegabytes,
    })
  }

  #reasonOf(errorTail: string): ChildExit['reason'] {
    if (this.#isStopping) return 'stopped'
    return isHeapExhausted(errorTail) ? 'memory' : 'crashed'
  }

  #hear(message: FromProcess): void {
    // What was on its way when its end was told is for nobody, and must not have this process wait for more.
    if (!this.isAlive) return
    this.#watch()
    switch (message.type) {
      case 'ready':
        this.#clearStartLimit()
        if (message.protocol === PROCESS_PROTOCOL_VERSION) this.#ready.resolve(undefined)
        else this.kill(protocolError(this.name, message.protocol))
        break
      case 'answer': {
        const call = this.#calls.get(message.id)
        this.#calls.delete(message.id)
        if (message.ok) call?.resolve(message.value as never)
        else call?.reject(this.#explained(deserializeError(message.error)))
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

  /** A question about a call that is over concerns nobody any more. */
  async #answer({ call, id, name, argument }: FromProcess & { type: 'ask' }): Promise<void> {
    const answering = ownValue(this.#calls.get(call)?.owner, name)
    if (answering === undefined) return
    try {
      const answer = answering(argument)
      if (id === null) return
      this.#send({ type: 'answer', id, ok: true, value: await answer })
    } catch (error) {
      if (id === null) throw error
      this.#send({ type: 'answer', id, ok: false, error: serializeError(error) })
    }
  }

  #watch(): void {
    const { silence } = this.#options
    if (silence === undefined) return
    this.#clearSilenceLimit()
    this.#clearSilenceLimit = afterRunTime(silence.afterMs, silence.onSilence, () => this.isHalted)
  }

  async #weigh(): Promise<void> {
    const { limits } = this.#options
    if (limits === undefined || this.pid === undefined) return
    this.#system = await limits.system()
    if (!this.isAlive) return
    this.#weighing = setInterval(() => {
      const held = this.#heldBytes
      const exceededMs = this.#exceededCpuMs(limits)
      if (held !== null && held > limits.bytes) this.kill(memoryError(this.name, limits.bytes))
      else if (exceededMs !== null) {
        const reason = msg('failure.child.cpu', { seconds: Math.ceil(exceededMs / 1_000) })
        this.kill(new AppError('child.gone', { child: this.name, reason }))
      }
    }, WEIGH_EVERY_MS).unref()
  }

  /** The limit that it has used up; null: none. */
  #exceededCpuMs({ cpuMs, cpuMsOfCall }: ProcessLimits): number | null {
    if (cpuMs !== undefined && this.#usedMs > cpuMs) return cpuMs
    if (cpuMsOfCall === undefined || this.#calls.size === 0) return null
    return this.#usedMs - this.#usedBeforeCallMs > cpuMsOfCall ? cpuMsOfCall : null
  }

  get #heldBytes(): number | null {
    return this.pid === undefined ? null : (this.#system?.heldBytes(this.pid) ?? null)
  }

  get #usedMs(): number {
    return this.pid === undefined ? 0 : (this.#system?.cpuMs(this.pid) ?? 0)
  }

  /** The system may refuse memory long before the limit. */
  #explained(error: AppError): AppError {
    const { limits } = this.#options
    if (limits === undefined || !isRefusedMemory(error)) return error
    return memoryError(this.name, this.#heldBytes ?? limits.bytes)
  }

  /** Somebody stopped it, or what it started. */
  get isHalted(): boolean {
    return this.#child.pid !== undefined && isHalted(this.#child.pid)
  }

  #end(exit: ChildExit): ChildExit {
    this.#exit = exit
    this.#clearStartLimit()
    this.#clearSilenceLimit()
    clearInterval(this.#weighing)
    this.#gone ??= goneError(this.name, exit)
    this.#ready.reject(this.#gone)
    this.#options.onExit?.(exit, this.#gone)
    for (const { reject } of this.#calls.values()) reject(this.#gone)
    this.#calls.clear()
    return exit
  }
}

/**
 * Windows has no signals. Whoever kills a process there chooses its exit code, and the Task Manager, `taskkill` and Node choose 1; a Node
 * that ends with 1 by itself says why.
 */
function isKilledByOthers(exitCode: number | null, errorTail: string): boolean {
  return process.platform === 'win32' && exitCode === 1 && errorTail === ''
}

function memoryError(child: string, bytes: number): AppError {
  const reason = msg('failure.child.memory', { megabytes: Math.floor(bytes / 1e6) })
  return new AppError('child.gone', { child, reason })
}

function startTimeoutError(child: string, limitMs: number): AppError {
  return new AppError('child.startTimeout', { child, seconds: limitMs / 1_000 })
}

function goneError(child: string, exit: ChildExit): AppError {
  const { reason, errorTail, exitCode, signal, heapMegabytes } = exit
  // What V8 prints then says no more.
  if (reason === 'memory') return memoryError(child, heapMegabytes * 2 ** 20)
  return new AppError('child.gone', {
    child,
    exitCode,
    signal,
    reason: msg(`failure.child.${reason}`, errorTail === '' ? {} : { tail: errorTail }),
  })
}

function protocolError(from: string, value: number): AppError {
  const rule = msg('rule.protocol', { version: PROCESS_PROTOCOL_VERSION })
  return new AppError('protocol.invalid', { from, field: 'protocol', value, rule })
}
