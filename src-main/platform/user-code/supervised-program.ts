import { msg, verbatim } from '../../core/errors/message.ts'
import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../core/errors/errors.ts'
import type { FromSupervisor, ProgramEnd, ToSupervisor } from './supervisor-protocol.ts'
import type { CommandLimits } from '../../core/study/user-code.ts'
import type { Launch } from './windows-launch.ts'
import { childEntry } from '../processes/link.ts'
import { signalProcess } from '../processes/system/posix-processes.ts'

export interface ProgramLaunch extends Launch {
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly limits: CommandLimits
  /** Whether it reads what is written to it; default: it has no input. */
  readonly hasInput?: boolean
  /** Reading waits until it has settled, so that a program cannot write faster than it is read. */
  readonly onOutput: (stream: 'out' | 'error', chunk: Buffer) => Promise<void> | void
}

/** For what is on its way when a supervisor has gone before its time. */
const LAST_OUTPUT_MS = 1_000

const supervisorEntry = childEntry('supervisor')

/**
 * A program of the user and everything that it starts, under a supervisor of its own (see
 * `contract/supervisor-protocol.ts`). When `ended` settles, nothing of it is left running.
 */
export class SupervisedProgram {
  /** @throws AppError `command.notStarted`, `command.output`, `command.processes`, `command.memory`, `command.lost` */
  readonly ended: Promise<ProgramEnd>
  #outputBytes = 0
  readonly #launch: ProgramLaunch
  readonly #supervisor: ChildProcess
  #programPid: number | null = null
  #exit: ProgramEnd | null = null
  #gone = false
  /** Its output was closed, whoever still holds it. */
  #isCutOff = false
  #failure: AppError | null = null

  constructor(launch: ProgramLaunch) {
    this.#launch = launch
    this.#supervisor = spawn(process.execPath, [fileURLToPath(supervisorEntry)], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      // Windows gives it a hidden console instead, which what it starts shares; Ctrl-C in a terminal does not reach that.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    // A supervisor that is gone is told by its exit.
    this.#supervisor.stdin?.on('error', () => undefined)
    this.ended = this.#follow()
    const { onOutput: _, ...start } = launch
    this.#send({ type: 'start', ...start })
  }

  get pid(): number | null {
    return this.#programPid
  }

  /** Everything that it starts is below this process. */
  get supervisorPid(): number | undefined {
    return this.#supervisor.pid
  }

  /** Its output so far counts for no limit any more. */
  beginTurn(): void {
    this.#outputBytes = 0
  }

  write(text: string): void {
    this.#send({ type: 'input', text })
  }

  /** Writes the last of its input. */
  endInput(text: string): void {
    this.#send({ type: 'input', text, isLast: true })
  }

  stop(signal: NodeJS.Signals, graceMs: number): void {
    this.#send({ type: 'stop', signal, graceMs })
  }

  kill(): void {
    this.#send({ type: 'kill' })
  }

  #send(message: ToSupervisor): void {
    if (this.#supervisor.stdin?.writable === true) {
      this.#supervisor.stdin.write(`${JSON.stringify(message)}\n`)
    }
  }

  async #follow(): Promise<ProgramEnd> {
    const { stdout, stderr, stdio } = this.#supervisor
    const supervisorLines = createInterface({ input: stdio[3] as Readable })
    supervisorLines.on('line', line => this.#hear(JSON.parse(line) as FromSupervisor))
    const exited = new Promise<string>(resolve => {
      this.#supervisor.on('error', error => resolve(error.message))
      this.#supervisor.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    const closed = new Promise(resolve => supervisorLines.on('close', resolve))
    const lost = Promise.all([exited, closed]).then(([how]) => {
      if (!this.#gone) this.#endWithoutSupervisor()
      return how
    })
    const [how] = await Promise.all([
      lost,
      this.#drain('out', stdout as Readable),
      this.#drain('error', stderr as Readable),
    ])
    if (this.#failure !== null) throw this.#failure
    if (this.#exit === null) throw new AppError('command.lost', { reason: verbatim(how) })
    return this.#exit
  }

  /** The group is what we know of the program. Whoever has left it may hold its output open. */
  #endWithoutSupervisor(): void {
    if (this.#programPid !== null) signalProcess(-this.#programPid, 'SIGKILL')
    const { stdout, stderr } = this.#supervisor
    setTimeout(() => {
      this.#isCutOff = true
      stdout?.destroy()
      stderr?.destroy()
    }, LAST_OUTPUT_MS)
  }

  #hear(message: FromSupervisor): void {
    const { limits, program } = this.#launch
    switch (message.type) {
      case 'started':
        this.#programPid = message.pid
        break
      case 'notStarted':
        this.#fail(
          new AppError('command.notStarted', {
            command: program,
            reason: /\bENOENT$/.test(message.reason)
              ? msg('failure.programNotFound')
              : verbatim(message.reason),
          }),
        )
        break
      case 'limit':
        this.#fail(
          message.limit === 'processes'
            ? new AppError('command.processes', { limit: limits.processes })
            : new AppError('command.memory', {
                limitMegabytes: limits.memoryMegabytes ?? 0,
                usedMegabytes: Math.round(message.value / 1e6),
              }),
        )
        break
      case 'exited':
        this.#exit = message
        break
      case 'gone':
        this.#gone = true
        break
    }
  }

  async #drain(stream: 'out' | 'error', readable: Readable): Promise<void> {
    const limitBytes = this.#launch.limits.outputMegabytes * 1_000_000
    try {
      for await (const chunk of readable as AsyncIterable<Buffer>) {
        this.#outputBytes += chunk.length
        if (this.#failure !== null) continue
        if (this.#outputBytes > limitBytes) {
          const { outputMegabytes } = this.#launch.limits
          this.#fail(new AppError('command.output', { limitMegabytes: outputMegabytes }))
          this.kill()
          continue
        }
        await this.#launch.onOutput(stream, chunk)
      }
    } catch (error) {
      // Closed by ourselves, once the supervisor was gone.
      if (this.#isCutOff) return
      this.#fail(error)
      this.kill()
      readable.resume()
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error as AppError
  }
}
