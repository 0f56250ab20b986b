import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { isOwnListener } from '../../../platform/machine/loopback-users.ts'
import {
  type AnswerFrame,
  MAX_FRAME_LENGTH,
  readEndpoint,
  toFrame,
} from '../node/suggest-endpoint.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'

/** Hands lines on to the process that has the database open, and its answers back. */
export class SuggestRelay {
  readonly #socket: Socket
  readonly #workspace: Workspace
  readonly #frames: AsyncIterator<string>
  /** Whether a line opened a study. */
  isOpen = false

  private constructor(socket: Socket, workspace: Workspace) {
    this.#socket = socket
    this.#workspace = workspace
    // A connection that breaks has no further frame.
    socket.on('error', () => socket.destroy())
    this.#frames = createInterface({ input: socket })[Symbol.asyncIterator]()
  }

  /** @returns null where no process takes lines */
  static async connect(workspace: Workspace): Promise<SuggestRelay | null> {
    const address = readEndpoint(workspace.suggestFile)
    // The key is shown to nobody else: another user may have taken the port of a process that was killed.
    if (address === null || !(await isOwnListener(address.port))) return null
    const socket = createConnection({ host: '127.0.0.1', port: address.port, noDelay: true })
    try {
      await once(socket, 'connect')
    } catch {
      return null
    }
    socket.write(toFrame(address.key))
    return new SuggestRelay(socket, workspace)
  }

  /** @throws AppError `database.locked` where that process has ended */
  async *answers(lines: readonly string[]): AsyncGenerator<AnswerFrame, void, void> {
    for (const part of parts(lines)) {
      if (this.#socket.destroyed) throw this.#gone()
      if (!this.#socket.write(toFrame(part))) await once(this.#socket, 'drain').catch(() => null)
      const next = await this.#frames.next()
      if (next.done === true) throw this.#gone()
      const frame = JSON.parse(next.value) as AnswerFrame
      this.isOpen = frame.isOpen
      yield frame
    }
  }

  /** Returns once that process has let go of the studies. */
  async end(): Promise<void> {
    if (this.#socket.destroyed) return
    const closed = once(this.#socket, 'close')
    this.#socket.end()
    await closed
  }

  #gone(): AppError<'database.locked'> {
    const { databasePath: path } = this.#workspace
    return new AppError('database.locked', { path, reason: msg('failure.hostEnded') })
  }
}

function* parts(lines: readonly string[]): Generator<string[], void, void> {
  let part: string[] = []
  let length = 0
  for (const line of lines) {
    if (part.length > 0 && length + line.length > MAX_FRAME_LENGTH) {
      yield part
      part = []
      length = 0
    }
    part.push(line)
    length += line.length
  }
  yield part
}
