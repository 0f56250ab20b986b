import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AppError } from '../contract/errors.ts'
import { endChild } from './end-child.ts'

/** Why and how a child process ended. */
export interface ChildExit {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** `stopped`: we asked for it; `crashed`: it ended by itself; `launchFailed`: it never ran. */
  readonly reason: 'stopped' | 'crashed' | 'launchFailed'
  /** The last lines that it wrote to standard error. */
  readonly errorTail: string
}

export interface ChildOptions<Incoming> {
  /** Shown in errors: `search`, `trainer`, `ingest`. */
  readonly name: string
  /** Module that the child runs; a `file:` URL. */
  readonly entry: URL
  /** Node binary that runs it; default: the one that runs this process. */
  readonly binary?: string
  /** Variables of its environment beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  readonly onMessage: (message: Incoming) => void
  readonly onExit?: (exit: ChildExit) => void
}

const ERROR_TAIL_BYTES = 8_192
/** How long the last lines on standard error may take after the exit. */
const ERROR_DRAIN_MS = 500

/**
 * Variables that would change what a child does behind our back: debuggers, injected modules,
 * test runners.
 */
const removedVariables = ['NODE_OPTIONS', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE']

/**
 * The one way in which this program starts child processes: a plain Node process,
 * typed messages over an IPC channel that carries typed arrays whole, standard error kept for the
 * failure report, and an end that is always noticed.
 */
export class ChildHandle<Incoming, Outgoing> {
  readonly name: string
  readonly exited: Promise<ChildExit>
  readonly #child: ChildProcess
  #stopping = false
  #exit: ChildExit | null = null
  #errorTail = ''

  constructor(options: ChildOptions<Incoming>) {
    this.name = options.name
    const environment = { ...process.env, ...options.environment }
    for (const variable of removedVariables) delete environment[variable]
    this.#child = spawn(options.binary ?? process.execPath, [fileURLToPath(options.entry)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: environment,
      windowsHide: true,
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errorTail = (this.#errorTail + text).slice(-ERROR_TAIL_BYTES)
    })
    this.#child.on('message', message => {
      options.onMessage(message as Incoming)
    })
    this.exited = new Promise(resolve => {
      const finish = (
        exitCode: number | null,
        signal: NodeJS.Signals | null,
        launched: boolean,
      ) => {
        if (this.#exit !== null) return
        this.#exit = {
          exitCode,
          signal,
          reason: !launched ? 'launchFailed' : this.#stopping ? 'stopped' : 'crashed',
          errorTail: this.#errorTail.trim(),
        }
        options.onExit?.(this.#exit)
        resolve(this.#exit)
      }
      this.#child.on('error', error => {
        // An error after the start (a failed send) is followed by `close`; before it, nothing is.
        if (this.#child.pid === undefined) {
          this.#errorTail += error.message
          finish(null, null, false)
        }
      })
      // Not `close`: Node never emits it when the channel was closed while a message was handled.
      this.#child.on('exit', (exitCode, signal) => {
        const end = () => {
          finish(exitCode, signal, true)
        }
        const { stderr } = this.#child
        if (stderr === null || stderr.readableEnded) end()
        else {
          stderr.once('end', end)
          // A grandchild may hold the pipe open.
          setTimeout(end, ERROR_DRAIN_MS).unref()
        }
      })
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isAlive(): boolean {
    return this.#exit === null
  }

  /** Sends a message; one to a child that is gone is dropped, since its end is reported anyway. */
  send(message: Outgoing): void {
    if (!this.#child.connected) return
    this.#child.send(message as object, error => {
      // The channel closed under the message; `exited` tells the story.
      void error
    })
  }

  /** Closes the channel, which children take as the word to end, and kills after the grace time. */
  async stop(graceMs: number): Promise<ChildExit> {
    this.#stopping = true
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => {
      endChild(this.#child, 'SIGKILL')
    }, graceMs)
    const exit = await this.exited
    clearTimeout(timer)
    return exit
  }

  /** Ends the child at once. */
  kill(): void {
    this.#stopping = true
    endChild(this.#child, 'SIGKILL')
  }

  /** The typed error that everybody waiting for this child gets. */
  static goneError(name: string, exit: ChildExit): AppError {
    return new AppError('child.gone', {
      child: name,
      reason: exit.errorTail === '' ? exit.reason : `${exit.reason}: ${exit.errorTail}`,
      exitCode: exit.exitCode,
      signal: exit.signal,
    })
  }
}
