import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { AppError } from '../contract/errors.ts'
import type { Machine } from '../contract/executor.ts'
import { fact, verbatim } from '../contract/fact.ts'
import { endChild } from '../processes/end-child.ts'
import { prelude } from './remote-shell.ts'

const MAX_CONNECT_SECONDS = 10
/** A machine that is frozen is noticed after three of these. */
const MAX_ALIVE_SECONDS = 5
const OPEN_LIMIT_MS = 30_000
const ANSWER_LIMIT_MS = 30_000
const KEPT_ERRORS = 2_000
/** The exit code with which a script ends its connection. */
export const GIVE_UP = 75

/** A file that follows a script on its way. */
export interface Payload {
  readonly path: string
  readonly bytes: number
}

interface Question {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout | undefined
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
      'ssh',
      [
        ...(configuration === undefined ? [] : ['-F', configuration]),
        ...['-T', '-x', '-a'],
        ...['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${connectSeconds}`],
        ...['-o', `ServerAliveInterval=${aliveSeconds}`, '-o', 'ServerAliveCountMax=3'],
        ...['--', host, 'exec sh'],
      ],
      { windowsHide: true },
    )
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-KEPT_ERRORS)
    })
    this.#child.stdin.on('error', () => undefined)
    this.#child.on('error', error => this.#end(error))
    this.#child.on('close', () => this.#end(null))
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
   * @throws AppError `machine.unreachable` when there is no answer: whether the script ran is not known
   */
  async ask(script: string, payload?: Payload): Promise<Answer> {
    const asked = this.#last.then(async () => this.#send(script, payload))
    this.#last = asked.catch(() => undefined)
    return asked
  }

  close(): void {
    this.#child.stdin.end()
    endChild(this.#child)
  }

  async #send(script: string, payload: Payload | undefined): Promise<Answer> {
    if (this.#gone !== null) throw this.#gone
    // A file may take as long as it takes; ssh itself notices a machine that is silent.
    const answer = this.#answer(payload === undefined ? ANSWER_LIMIT_MS : null)
    this.#child.stdin.write(`${script}\n${this.#mark}\n`)
    if (payload !== undefined && payload.bytes > 0) {
      const file = createReadStream(payload.path, { end: payload.bytes - 1 })
      // What is missing at its end would be waited for over there.
      file.on('error', () => this.close())
      file.pipe(this.#child.stdin, { end: false })
    }
    return answer
  }

  async #answer(limitMs: number | null): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer =
        limitMs === null ? undefined : setTimeout(() => endChild(this.#child, 'SIGKILL'), limitMs)
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
    const { name } = this.#machine
    const said = this.#errors.trim()
    const missing = error?.code === 'ENOENT'
    const reason = missing
      ? fact('failure.notInstalled')
      : said === ''
        ? fact('failure.connectionCut')
        : verbatim(said)
    this.#gone = missing
      ? new AppError('command.notStarted', { command: 'ssh', reason }, error)
      : new AppError('machine.unreachable', { machine: name, reason }, error)
    const question = this.#question
    this.#question = null
    clearTimeout(question?.timer)
    question?.reject(this.#gone)
  }
}
