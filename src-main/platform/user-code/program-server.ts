import type { ProgramEnd } from './supervisor-protocol.ts'
import { loadProcessSystem } from '../processes/system/load-process-system.ts'
import { type ProgramLaunch, SupervisedProgram } from './supervised-program.ts'

/** A program while it runs one trial. */
export interface RunningProgram {
  /** @throws AppError as those of {@link SupervisedProgram} */
  readonly ended: Promise<ProgramEnd>
  stop(signal: NodeJS.Signals, graceMs: number): void
}

/** Begins the lines by which a program says that it has begun its trial, and that it is over. */
const MARK = Buffer.from('{"tunewright"')
const LINE_FEED = 0x0a
/** A process may grow by this much over what it had after its first trial, or to twice of that. */
const ALLOWED_GROWTH_BYTES = 512 * 1024 * 1024

/**
 * A program that runs trial after trial in one process (`serves: true`): a line on its standard input for each, and a line
 * of its own when that trial is over. Whatever ends it ends that trial alone; the next one gets a new process, and so it does where
 * the old one has grown.
 */
export class ProgramServer {
  #program: SupervisedProgram | null = null
  #turn: Turn | null = null
  /** Of its standard output, a line without its end that may become the mark. */
  #rest = Buffer.alloc(0)
  /** Memory that its processes held after its first trial; null before that. */
  #firstBytes: number | null = null

  /** A process has begun that takes the next trial. */
  get isServing(): boolean {
    return this.#program !== null
  }

  /**
   * @param launch starts the program, if none serves; where its output goes
   * @param trial what the program calls it, and who is told once that it has begun it
   * @param line what it is told, without a line feed
   */
  run(launch: ProgramLaunch, trial: ServedTrial, line: string): RunningProgram {
    const turn = new Turn(trial, launch.onOutput)
    this.#turn = turn
    const program = this.#program ?? this.#start(launch)
    program.beginTurn()
    program.write(`${line}\n`)
    return {
      ended: turn.ended.promise,
      // No signal: the process is to live on. It looks at the stop file.
      stop: (_signal, graceMs) => {
        const timer = setTimeout(() => program.kill(), graceMs)
        void turn.ended.promise.catch(() => undefined).finally(() => clearTimeout(timer))
      },
    }
  }

  #start(launch: ProgramLaunch): SupervisedProgram {
    const program = new SupervisedProgram({
      ...launch,
      hasInput: true,
      onOutput: async (stream, chunk) => {
        if (stream === 'out') await this.#take(chunk)
        else await this.#turn?.onOutput('error', chunk)
      },
    })
    this.#program = program
    this.#firstBytes = null
    this.#rest = Buffer.alloc(0)
    const over = async (settle: (turn: Turn) => void): Promise<void> => {
      // Replaced, and no turn is its own.
      if (this.#program !== program) return
      this.#program = null
      const turn = this.#turn
      if (turn === null) return
      if (this.#rest.length > 0) await turn.onOutput('out', this.#rest)
      this.#turn = null
      settle(turn)
    }
    program.ended.then(
      async end => over(turn => turn.ended.resolve(end)),
      async (error: unknown) => over(turn => turn.ended.reject(error)),
    )
    return program
  }

  async #take(chunk: Buffer): Promise<void> {
    let unread = Buffer.concat([this.#rest, chunk])
    this.#rest = Buffer.alloc(0)
    for (;;) {
      const at = offsetOfMark(unread)
      const end = at < 0 ? -1 : unread.indexOf(LINE_FEED, at)
      const before = at < 0 ? unread : unread.subarray(0, at)
      if (before.length > 0) await this.#turn?.onOutput('out', before)
      if (at < 0) return
      if (end < 0) {
        this.#rest = unread.subarray(at)
        return
      }
      const line = unread.subarray(at, end + 1)
      unread = unread.subarray(end + 1)
      const signal = this.#turn?.read(line.toString())
      if (signal === 'done') await this.#finishTurn(this.#turn as Turn)
      else if (signal !== 'taken') await this.#turn?.onOutput('out', line)
      if (unread.length === 0) return
    }
  }

  async #finishTurn(turn: Turn): Promise<void> {
    this.#turn = null
    const program = this.#program
    const system = await loadProcessSystem()
    const processes = system.list(program?.supervisorPid ?? -1)
    const bytes = processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0)
    this.#firstBytes ??= bytes
    if (bytes > Math.max(2 * this.#firstBytes, this.#firstBytes + ALLOWED_GROWTH_BYTES)) {
      this.#program = null
      program?.kill()
    }
    turn.ended.resolve({ exitCode: 0, signal: null })
  }
}

interface ServedTrial {
  readonly attempt: string
  readonly taken: () => void
}

class Turn {
  readonly ended = Promise.withResolvers<ProgramEnd>()
  readonly onOutput: ProgramLaunch['onOutput']
  readonly #trial: ServedTrial
  #isTaken = false

  constructor(trial: ServedTrial, onOutput: ProgramLaunch['onOutput']) {
    this.#trial = trial
    this.onOutput = onOutput
  }

  /** What a line says about this trial; null: it is ordinary output. */
  read(line: string): 'taken' | 'done' | null {
    try {
      const message = JSON.parse(line) as {
        readonly tunewright?: unknown
        readonly attempt?: unknown
      }
      if (message.attempt !== this.#trial.attempt) return null
      if (message.tunewright === 'done') return 'done'
      if (message.tunewright !== 'taken') return null
    } catch {
      return null
    }
    // Once, or a program could put its limit off for ever.
    if (!this.#isTaken) this.#trial.taken()
    this.#isTaken = true
    return 'taken'
  }
}

/** Where a line begins with the mark, or with what may become it at the end; −1 without one. */
function offsetOfMark(text: Buffer): number {
  for (let from = 0; ;) {
    const part = text.subarray(from, from + MARK.length)
    if (part.length > 0 && part.equals(MARK.subarray(0, part.length))) return from
    const next = text.indexOf(LINE_FEED, from)
    if (next < 0) return -1
    from = next + 1
    if (from >= text.length) return -1
  }
}
