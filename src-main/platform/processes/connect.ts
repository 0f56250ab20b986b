import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { AppError, isAppError } from '../../core/errors/errors.ts'
import type { AnswerOf, CallOf, MethodOf, ProcessName } from '../../core/processes/process-apis.ts'
import { type ChildExit, Link, type LinkOptions } from './link.ts'
import { afterRunTime } from './run-time.ts'

const STOP_GRACE_MS = 2_000

/** How long a process lives, and how often. */
export type Lifetime<Name extends ProcessName> = Once | Idle | Restart<Name>

/** One process per call, which is killed once it has answered. */
export interface Once {
  readonly kind: 'once'
  /** Of a call; default: none. */
  readonly limitMs?: number
  /** Kills the process of a call. */
  readonly signal?: AbortSignal
  /**
   * Processes that a call may start, one after the other, while others kill them from outside; default 1. One that did not start in time is
   * followed by another one in any case.
   */
  readonly tries?: number
  /** Called when the process of a call is gone. @param error null: it has answered well */
  readonly onEnd?: (pid: number | undefined, error: unknown) => Promise<void>
}

/**
 * Starts with the first call, and ends when there has been none for so long. A call whose process others kill from outside, or
 * whose process did not start in time, is made once more.
 */
export interface Idle {
  readonly kind: 'idle'
  readonly afterMs: number
  /** Calls that may wait while it works on another one, one after the other; more are refused. Absent: it is sent all of them at once. */
  readonly maxWaiting?: number
}

/** Always there: started at once, and again when it dies. */
export interface Restart<Name extends ProcessName> {
  readonly kind: 'restart'
  /** More deaths than this within the time, and it is given up. */
  readonly maxRestarts: number
  /** Processes in a row that may not start in time before it is given up; default: as many as may die. */
  readonly maxSlowStarts?: number
  readonly withinMs: number
  /** Before the first restart; each further one within the time waits twice as long. Meanwhile calls fail. */
  readonly delayMs: number
  /** Tells a new process its work before it takes calls. */
  readonly open: (link: Link<Name>) => Promise<unknown>
  /** @param isLast it is given up */
  readonly onDeath: (error: AppError, isLast: boolean) => void
  /** The time that it has to end; default 2 s. */
  readonly stopGraceMs?: number
}

export interface Connection<Name extends ProcessName> {
  /** Of a process that lives longer than a call. */
  readonly pid: number | undefined
  /** @throws AppError what the process throws, and `child.gone` */
  call<M extends MethodOf<Name>>(
    method: M,
    ...parameters: CallOf<Name, M>
  ): Promise<AnswerOf<Name, M>>
  /** Ends every process; whoever still waits gets `child.gone`. */
  close(): Promise<void>
}

/** The way to a process of this name. */
export function connect<Name extends ProcessName>(
  name: Name,
  lifetime: Restart<Name>,
  options?: LinkOptions,
): RestartedConnection<Name>
export function connect<Name extends ProcessName>(
  name: Name,
  lifetime: Once | Idle,
  options?: LinkOptions,
): Connection<Name>
export function connect<Name extends ProcessName>(
  name: Name,
  lifetime: Lifetime<Name>,
  options: LinkOptions = {},
): Connection<Name> {
  switch (lifetime.kind) {
    case 'once':
      return new OnceConnection(name, lifetime, options)
    case 'idle':
      return new IdleConnection(name, lifetime, options)
    case 'restart':
      return new RestartedConnection(name, lifetime, options)
  }
}

class OnceConnection<Name extends ProcessName> implements Connection<Name> {
  readonly pid = undefined
  readonly #name: Name
  readonly #lifetime: Once
  readonly #options: LinkOptions
  readonly #links = new Set<Link<Name>>()
  #isClosed = false

  constructor(name: Name, lifetime: Once, options: LinkOptions) {
    this.#name = name
    this.#lifetime = lifetime
    this.#options = options
  }

  async call<M extends MethodOf<Name>>(
    method: M,
    ...parameters: CallOf<Name, M>
  ): Promise<AnswerOf<Name, M>> {
    const { tries = 1 } = this.#lifetime
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#callOnce(method, ...parameters)
      } catch (error) {
        const most = isStartTimeout(error) ? Math.max(2, tries) : tries
        const isTransient = isStartTimeout(error) || isKilledFromOutside(error)
        if (attempt >= most || this.#isClosed || !isTransient) throw error
      }
    }
  }

  async #callOnce<M extends MethodOf<Name>>(
    method: M,
    ...parameters: CallOf<Name, M>
  ): Promise<AnswerOf<Name, M>> {
    const { limitMs, signal, onEnd } = this.#lifetime
    const link = new Link(this.#name, this.#options)
    this.#links.add(link)
    const end = (reason: MessageDescriptor): void => link.kill(goneError(this.#name, reason))
    const tooLate = (): void => end(msg('failure.timeLimit', { limitMs }))
    const clearLimit =
      limitMs === undefined ? null : afterRunTime(limitMs, tooLate, () => link.isHalted)
    const abort = (): void => end(msg('failure.canceled'))
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted === true) abort()
    let failure: unknown = null
    try {
      return await link.call(method, ...parameters)
    } catch (error) {
      failure = error
      throw error
    } finally {
      clearLimit?.()
      signal?.removeEventListener('abort', abort)
      // Not by itself: an exit may be heard before a long answer is.
      link.kill()
      await link.exited
      this.#links.delete(link)
      await onEnd?.(link.pid, failure)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const links = [...this.#links]
    for (const link of links) link.kill()
    await Promise.all(links.map(({ exited }) => exited))
  }
}

class IdleConnection<Name extends ProcessName> implements Connection<Name> {
  readonly #name: Name
  readonly #lifetime: Idle
  readonly #options: LinkOptions
  #link: Link<Name> | null = null
  #calls = 0
  #timer: NodeJS.Timeout | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(name: Name, lifetime: Idle, options: LinkOptions) {
    this.#name = name
    this.#lifetime = lifetime
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#link?.pid
  }

  async call<M extends MethodOf<Name>>(
    method: M,
    ...parameters: CallOf<Name, M>
  ): Promise<AnswerOf<Name, M>> {
    const { maxWaiting } = this.#lifetime
    if (maxWaiting !== undefined && this.#calls > maxWaiting)
      throw new AppError('child.busy', { child: this.#name, waiting: maxWaiting })
    clearTimeout(this.#timer)
    this.#calls++
    const answered =
      maxWaiting === undefined
        ? this.#callNow(method, ...parameters)
        : this.#last.then(async () => this.#callNow(method, ...parameters))
    this.#last = answered.catch(() => undefined)
    try {
      return await answered
    } finally {
      if (--this.#calls === 0) {
        this.#timer = setTimeout(() => {
          void this.#link?.stop(STOP_GRACE_MS)
          this.#link = null
        }, this.#lifetime.afterMs).unref()
      }
    }
  }

  async #callNow<M extends MethodOf<Name>>(
    method: M,
    ...parameters: CallOf<Name, M>
  ): Promise<AnswerOf<Name, M>> {
    for (let isFirst = true; ; isFirst = false) {
      if (this.#link?.isAlive !== true) this.#link = new Link(this.#name, this.#options)
      try {
        return await this.#link.call(method, ...parameters)
      } catch (error) {
        const isTransient = isStartTimeout(error) || isKilledFromOutside(error)
        if (!isFirst || this.#isClosed || !isTransient) throw error
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#link?.kill()
    await this.#link?.exited
  }
}

/** A process that is always there, as far as that can be. */
export class RestartedConnection<Name extends ProcessName> implements Connection<Name> {
  readonly #name: Name
  readonly #lifetime: Restart<Name>
  readonly #options: LinkOptions
  readonly #deathsAtMs: number[] = []
  #link: Link<Name>
  /** The process that takes calls. */
  #open: Promise<Link<Name>>
  #isOver = false
  /** Processes in a row, up to the last one, that did not start in time. */
  #slowStarts = 0

  constructor(name: Name, lifetime: Restart<Name>, options: LinkOptions) {
    this.#name = name
    this.#lifetime = lifetime
    this.#options = options
    this.#link = this.#start()
    this.#open = this.#openAfter(Promise.resolve(this.#link))
  }

  get pid(): number | undefined {
    return this.#link.pid
  }

  /** It was closed, or died too often. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Resolves when the process takes calls. @throws AppError what opening it throws */
  async ready(): Promise<void> {
    await this.#open
  }

  async call<M extends MethodOf<Name>>(
    method: M,
    ...parameters: CallOf<Name, M>
  ): Promise<AnswerOf<Name, M>> {
    const link = await this.#open
    return link.call(method, ...parameters)
  }

  /** Tells the living process anew what it works on; later calls wait for that. */
  reopen(open: (link: Link<Name>) => Promise<unknown>): void {
    this.#open = this.#openAfter(this.#open, open)
  }

  async close(): Promise<void> {
    this.#isOver = true
    await this.#link.stop(this.#lifetime.stopGraceMs ?? STOP_GRACE_MS)
  }

  #start(): Link<Name> {
    return new Link(this.#name, {
      ...this.#options,
      onExit: (exit, error) => this.#died(exit, error),
    })
  }

  #openAfter(before: Promise<Link<Name>>, open = this.#lifetime.open): Promise<Link<Name>> {
    const opened = before.then(async link => {
      await open(link)
      return link
    })
    opened.catch(() => undefined)
    return opened
  }

  #died({ reason }: ChildExit, error: AppError): void {
    if (this.#isOver) return
    const { maxRestarts, withinMs, delayMs, onDeath } = this.#lifetime
    const { maxSlowStarts = Number.POSITIVE_INFINITY } = this.#lifetime
    const nowMs = performance.now()
    this.#deathsAtMs.push(nowMs)
    const deaths = this.#deathsAtMs.filter(atMs => nowMs - atMs < withinMs).length
    this.#slowStarts = isStartTimeout(error) ? this.#slowStarts + 1 : 0
    this.#isOver =
      deaths > maxRestarts || this.#slowStarts >= maxSlowStarts || reason === 'launchFailed'
    onDeath(error, this.#isOver)
    if (this.#isOver || delayMs > 0) {
      this.#open = Promise.reject(error)
      this.#open.catch(() => undefined)
    }
    if (this.#isOver) return
    const again = (): void => {
      if (this.#isOver) return
      this.#link = this.#start()
      this.#open = this.#openAfter(Promise.resolve(this.#link))
    }
    if (delayMs === 0) again()
    else setTimeout(again, delayMs * 2 ** (deaths - 1))
  }
}

/** The processors may have been busy: the next one may be faster. */
export function isStartTimeout(error: unknown): boolean {
  return isAppError(error, 'child.startTimeout')
}

/** By a person or the system: what we end ourselves has a reason of its own. */
function isKilledFromOutside(error: unknown): boolean {
  if (!isAppError(error, 'child.gone')) return false
  const { signal, reason } = error.detail
  return signal === 'SIGKILL' && reason.code === 'failure.child.crashed'
}

function goneError(child: string, reason: MessageDescriptor): AppError {
  return new AppError('child.gone', { child, reason })
}
