import type { AppEvent } from '../contract/api/app-event.ts'
import { encodeWire } from '../contract/api/wire.ts'
import type { FromBackEnd, ToBackEnd } from '../contract/back-end-protocol.ts'
import { type AppError, deserializeError, serializeError } from '../contract/errors.ts'
import { ChildHandle, type ChildExit } from '../processes/child-handle.ts'

export interface BackEndOptions {
  /** `src-main/children/back-end.ts` of this installation. */
  readonly entry: URL
  /** The plain Node that runs it; never Electron's binary. */
  readonly binary: string
  /** Null: the user's own database. */
  readonly databasePath: string | null
  /** @param open false from a crash until the next process is ready */
  readonly onConnection: (open: boolean) => void
  readonly onEvent: (event: AppEvent) => void
  /** It cannot be had: the database does not open, or it crashed too often. */
  readonly onFailed: (error: AppError) => void
  readonly log: (text: string) => void
  /** A page of the report as PDF. */
  readonly printPdf: (html: string) => Promise<Uint8Array>
  /** Tests wait less. */
  readonly restartAfterMs?: number
}

/** Crashes within ten minutes after which starting it again would only repeat them. */
const MOST_RESTARTS = 5
const RESTARTS_WITHIN_MS = 600_000
const RESTART_AFTER_MS = 500
/** Running trials are told to end; whatever still runs after this is killed, and runs again on Resume. */
const STOP_GRACE_MS = 15_000

/** The back end's process: started, watched, started again after a crash, and asked. */
export class BackEndClient {
  readonly #options: BackEndOptions
  readonly #waiting = new Map<number, (text: string) => void>()
  readonly #restarts: number[] = []
  #child: ChildHandle<FromBackEnd, ToBackEnd>
  #databasePath: string | null = null
  #lastId = 0
  /** Of the newest process: true once it takes calls, false once it has ended. */
  #ready: Promise<boolean> = Promise.resolve(false)
  #settleReady: (isReady: boolean) => void = () => undefined
  #closing = false

  constructor(options: BackEndOptions) {
    this.#options = options
    this.#child = this.#start()
  }

  /** Where the database lies; null before the back end has said so. */
  get databasePath(): string | null {
    return this.#databasePath
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Asks as wire text. One that starts is waited for; one that is away answers `child.gone`. */
  async call(body: string): Promise<string> {
    if (!(await this.#ready)) return gone({ exitCode: null, signal: null })
    const id = ++this.#lastId
    return new Promise(resolve => {
      this.#waiting.set(id, resolve)
      this.#child.send({ type: 'call', id, body })
    })
  }

  /** Stops every running study and ends the process. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#child.stop(STOP_GRACE_MS)
  }

  #start(): ChildHandle<FromBackEnd, ToBackEnd> {
    const { entry, binary, databasePath } = this.#options
    this.#ready = new Promise(resolve => {
      this.#settleReady = resolve
    })
    const child = new ChildHandle<FromBackEnd, ToBackEnd>({
      name: 'back end',
      entry,
      binary,
      onMessage: message => {
        this.#hear(message)
      },
      onExit: exit => {
        this.#ended(exit)
      },
    })
    child.send({ type: 'open', databasePath })
    return child
  }

  #hear(message: FromBackEnd): void {
    const { onConnection, onEvent, onFailed, log } = this.#options
    switch (message.type) {
      case 'ready':
        this.#settleReady(true)
        this.#databasePath = message.databasePath
        onConnection(true)
        break
      case 'failed':
        this.#closing = true
        onFailed(deserializeError(message.error))
        break
      case 'answer':
        this.#waiting.get(message.id)?.(message.text)
        this.#waiting.delete(message.id)
        break
      case 'event':
        onEvent(message.event)
        break
      case 'print':
        void this.#print(message.id, message.html)
        break
      case 'bug':
        log(`${message.method}: ${message.stack}`)
        break
    }
  }

  async #print(id: number, html: string): Promise<void> {
    const child = this.#child
    try {
      child.send({ type: 'printed', id, result: { pdf: await this.#options.printPdf(html) } })
    } catch (error) {
      child.send({ type: 'printed', id, result: { error: serializeError(error) } })
    }
  }

  #ended(exit: ChildExit): void {
    this.#settleReady(false)
    this.#ready = Promise.resolve(false)
    for (const resolve of this.#waiting.values()) resolve(gone(exit))
    this.#waiting.clear()
    if (this.#closing) return
    const { onConnection, onFailed, log, restartAfterMs = RESTART_AFTER_MS } = this.#options
    const error = ChildHandle.goneError('back end', exit)
    log(error.message)
    onConnection(false)
    const now = performance.now()
    this.#restarts.push(now)
    const recent = this.#restarts.filter(at => now - at < RESTARTS_WITHIN_MS).length
    if (recent > MOST_RESTARTS || exit.reason === 'launchFailed') {
      onFailed(error)
      return
    }
    setTimeout(
      () => {
        if (!this.#closing) this.#child = this.#start()
      },
      restartAfterMs * 2 ** (recent - 1),
    )
  }
}

function gone({ exitCode, signal }: Pick<ChildExit, 'exitCode' | 'signal'>): string {
  const error = ChildHandle.goneError('back end', {
    ...{ exitCode, signal, reason: 'crashed', errorTail: '' },
  })
  const { stack: _, ...plain } = serializeError(error)
  return encodeWire({ ok: false, error: plain })
}
