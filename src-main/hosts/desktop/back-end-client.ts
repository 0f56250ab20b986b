import type { AppEvent } from '../../features/api/common/app-event.ts'
import { decodeWire, encodeWire } from '../../core/processes/wire.ts'
import { type AppError, plainError, toAppError } from '../../core/errors/errors.ts'
import type { WindowProcessInfo } from '../../core/processes/process-apis.ts'
import { connect, type RestartedConnection } from '../../platform/processes/connect.ts'
import type { Link } from '../../platform/processes/link.ts'

export interface BackEndOptions {
  /** `src-main/entry-points/back-end.ts` of this installation. */
  readonly entry: URL
  /** The plain Node that runs it; never Electron's binary. */
  readonly binary: string
  /** Null: the user's own database. */
  readonly databasePath: string | null
  /** Null: a test. */
  readonly window: WindowProcessInfo | null
  /** Variables of its environment beside those of this process. */
  readonly environment: Readonly<Record<string, string>>
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

/** More crashes within ten minutes, and starting it again would only repeat them. */
const restarts = { kind: 'restart', maxRestarts: 5, withinMs: 600_000 } as const
const DEFAULT_RESTART_AFTER_MS = 500
/** Running trials are told to end; whatever still runs after this is killed, and runs again on Resume. */
const STOP_GRACE_MS = 15_000

/** The back end's process: started, watched, started again after a crash, and asked. */
export class BackEndClient {
  readonly #options: BackEndOptions
  readonly #process: RestartedConnection<'back-end'>
  #databasePath: string | null = null
  #closing = false

  constructor(options: BackEndOptions) {
    this.#options = options
    const { entry, binary, environment, restartAfterMs = DEFAULT_RESTART_AFTER_MS } = options
    const lifetime = {
      ...restarts,
      delayMs: restartAfterMs,
      stopGraceMs: STOP_GRACE_MS,
      open: async (link: Link<'back-end'>) => this.#open(link),
      onDeath: (error: AppError, isLast: boolean) => {
        if (this.#closing) return
        options.log(error.message)
        options.onConnection(false)
        if (isLast) options.onFailed(error)
      },
    }
    this.#process = connect('back-end', lifetime, {
      entry,
      binary,
      environment,
      // Electron's V8 and Node's are of different versions, and may not read each other's bytes.
      serialization: 'json',
    })
  }

  /** Where the database lies; null before the back end has said so. */
  get databasePath(): string | null {
    return this.#databasePath
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Asks as wire text. One that starts is waited for; one that is away answers `child.gone`. */
  async call(body: string): Promise<string> {
    try {
      return await this.#process.call('call', body)
    } catch (error) {
      return encodeWire({ ok: false, error: plainError(error) })
    }
  }

  /** Stops every running study and ends the process. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#process.close()
  }

  /** Settles when the process takes calls. */
  async #open(link: Link<'back-end'>): Promise<void> {
    const { databasePath, window, onConnection, onEvent, onFailed, log, printPdf } = this.#options
    const opened = Promise.withResolvers<undefined>()
    link
      .call(
        'run',
        { path: databasePath, window },
        {
          ready: path => {
            this.#databasePath = path
            opened.resolve(undefined)
            onConnection(true)
          },
          event: text => {
            onEvent(decodeWire(text) as AppEvent)
          },
          bug: ({ method, stack }) => {
            log(`${method}: ${stack}`)
          },
          printPdf: async html => Buffer.from(await printPdf(html)).toString('base64'),
        },
      )
      .catch((error: unknown) => {
        opened.reject(error)
        // The database does not open, which another process would not change.
        if (link.isAlive && !this.#closing) {
          onFailed(toAppError(error))
          void this.close()
        }
      })
    await opened.promise
  }
}
