import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { AppError } from '../../core/errors/errors.ts'
import type { Machine } from '../../core/machine/machines.ts'
import { msg, verbatim } from '../../core/errors/message.ts'
import { endChild } from '../processes/end-child.ts'
import { executableOnPath } from '../processes/executable-on-path.ts'
import { prelude } from './remote-shell.ts'

const MAX_CONNECT_SECONDS = 10
/** A machine that is frozen is noticed after three of these. */
const MAX_ALIVE_SECONDS = 5
const OPEN_LIMIT_MS = 30_000
const ANSWER_LIMIT_MS = 30_000
/** A file on its way makes no progress for so long. */
const STALL_LIMIT_MS = 300_000
/** Others may hold the error stream of an ssh that has ended, such as the ssh of a jump host. */
const LAST_WORDS_MS = 500
const MAX_ERROR_CHARACTERS = 2_000
/** The exit code with which a script ends its connection. */
export const EXIT_ABANDONED = 75

/** A file that follows a script on its way. */
export interface Payload {
  readonly path: string
  readonly bytes: number
  /** Of the content that may travel. */
  readonly sha256: string
}

interface Question {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

export interface Answer {
  readonly code: number
  readonly output: Buffer
}

/**
 * One shell on a machine, through the system's ssh and the user's own configuration: keys, jump hosts, agent. It never asks for a password.
 * Questions are answered one after another.
 */
export class Connection {
  readonly #machine: Machine
  readonly #child: ChildProcessWithoutNullStreams
  readonly #mark = randomBytes(16).toString('hex')
  #received: Buffer[] = []
  /** Where the next mark may begin. */
  #searched = 0
  #errors = ''
  #question: Question | null = null
  #last: Promise<unknown>
  #gone: AppError | null = null

  /** @param patienceMs how long a machine may be silent that does not count as lost */
  constructor(machine: Machine, patienceMs: number) {
    const { host, configuration } = machine
    const seconds = Math.max(1, Math.ceil(patienceMs / 4_000))
    const connectSeconds = Math.min(MAX_CONNECT_SECONDS, seconds * 2)
    const aliveSeconds = Math.min(MAX_ALIVE_SECONDS, seconds)
    this.#machine = machine
    this.#child = spawn(
      executableOnPath('ssh'),
      [
        ...(configuration === undefined ? [] : ['-F', configuration]),
        '-T',
        '-x',
        '-a',
        '-o',
        'ClearAllForwardings=yes',
        // A connection that is shared already is used; one that outlives us would hold our pipes.
        '-o',
        'ControlMaster=no',
        '-o',
        'BatchMode=yes',
        '-o',
        `ConnectTimeout=${connectSeconds}`,
        '-o',
        `ServerAliveInterval=${aliveSeconds}`,
        '-o',
        'ServerAliveCountMax=3',
        '--',
        host,
        'exec sh',
      ],
      { windowsHide: true },
    )
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-MAX_ERROR_CHARACTERS)
    })
    this.#child.stdin.on('error', () => undefined)
    this.#child.on('error', error => this.#end(error))
    this.#child.on('close', () => this.#end(null))
    this.#child.on('exit', () => setTimeout(() => this.#end(null), LAST_WORDS_MS).unref())
    const opened = this.#answer(OPEN_LIMIT_MS)
    this.#child.stdin.write(prelude(this.#mark))
    this.#last = opened
    opened.catch(() => undefined)
  }

  get isOpen(): boolean {
    return this.#gone === null
  }

  /**
   * The output and exit code of a script.
   * @param payload what the script reads from its standard input, all of it
   * @throws AppError `machine.unreachable` when there is no answer: whether the script ran is not known; `userCode.changed` for a file
   *   whose content was another one on its way
   */
  async ask(script: string, payload?: Payload): Promise<Answer> {
    const answer = this.#last.then(async () => this.#send(script, payload))
    this.#last = answer.catch(() => undefined)
    return answer
  }

  close(): void {
    this.#child.stdin.end()
    endChild(this.#child)
  }

  async #send(script: string, payload: Payload | undefined): Promise<Answer> {
    if (this.#gone !== null) throw this.#gone
    const answer = this.#answer(payload === undefined ? ANSWER_LIMIT_MS : STALL_LIMIT_MS)
    this.#child.stdin.write(`${script}\n${this.#mark}\n`)
    return payload === undefined ? answer : this.#sendFile(payload, answer)
  }

  /** A file may take as long as it takes, while it moves. */
  async #sendFile({ path, bytes, sha256 }: Payload, answer: Promise<Answer>): Promise<Answer> {
    const hash = createHash('sha256')
    let bytesLeft = bytes
    const file = bytes === 0 ? null : createReadStream(path, { end: bytes - 1 })
    file?.on('data', chunk => {
      hash.update(chunk)
      bytesLeft -= chunk.length
      this.#question?.timer.refresh()
    })
    // What is missing at its end would be waited for on the machine.
    file?.on('error', () => this.close())
    file?.on('end', () => {
      if (bytesLeft > 0) this.close()
    })
    file?.pipe(this.#child.stdin, { end: false })
    try {
      const answered = await answer
      if (answered.code === 0 && hash.digest('hex') !== sha256) {
        throw new AppError('userCode.changed', { path })
      }
      return answered
    } finally {
      file?.destroy()
    }
  }

  async #answer(limitMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => endChild(this.#child, 'SIGKILL'), limitMs)
      this.#question = { resolve, reject, timer }
    })
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk)
    const mark = `\n${this.#mark} `
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received)
    this.#received = [all]
    const at = all.indexOf(mark, Math.max(0, this.#searched - mark.length))
    const end = at < 0 ? -1 : all.indexOf('\n', at + mark.length)
    this.#searched = at < 0 ? all.length : at
    if (end < 0) return
    const code = Number(all.subarray(at + mark.length, end).toString()) || 0
    this.#received = []
    this.#searched = 0
    const question = this.#question
    this.#question = null
    clearTimeout(question?.timer)
    question?.resolve({ code, output: all.subarray(0, at) })
  }

  #end(error: NodeJS.ErrnoException | null): void {
    if (this.#gone !== null) return
    for (const stream of this.#child.stdio) stream?.destroy()
    const { name } = this.#machine
    const errorOutput = this.#errors.trim()
    const missing = error?.code === 'ENOENT'
    const reason = missing
      ? msg('failure.notInstalled')
      : errorOutput === ''
        ? msg('failure.connectionCut')
        : verbatim(errorOutput)
    this.#gone = missing
      ? new AppError('command.notStarted', { command: 'ssh', reason }, error)
      : new AppError('machine.unreachable', { machine: name, reason }, error)
    const question = this.#question
    this.#question = null
    clearTimeout(question?.timer)
    question?.reject(this.#gone)
  }
}
