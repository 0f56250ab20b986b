import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { platform } from 'node:process'
import { executableOnPath } from './executable-on-path.ts'

/** Time is counted in pieces of this length: a process that was stopped, or slept with its machine, loses one of them at most. */
const PIECE_MS = 1_000

/**
 * Calls `action` after a time in which this process ran, and what it waits for too: a clock that goes on while either is stopped (SIGSTOP, a
 * debugger, a closed lid) would end work that had no chance.
 * @param isHalted whether what is waited for is stopped now
 * @returns takes it back
 */
export function afterRunTime(
  limitMs: number,
  action: () => void,
  isHalted: () => boolean = () => false,
): () => void {
  let leftMs = limitMs
  let isOver = false
  let timer: NodeJS.Timeout
  const wait = (): void => {
    const pieceMs = Math.min(leftMs, PIECE_MS)
    timer = setTimeout(() => {
      if (!isHalted()) leftMs -= pieceMs
      if (leftMs > 0) wait()
      // Messages that arrived while this process was stopped are heard before it is judged.
      else {
        setImmediate(() => {
          if (!isOver) action()
        })
      }
    }, pieceMs)
  }
  wait()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

/** Whether a process or one below it is stopped; on Windows, which stops none, false. */
export function isHalted(pid: number): boolean {
  if (platform === 'win32') return false
  if (platform !== 'linux') return listed.isHalted(pid)
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // pid (name) state …; the name may hold brackets.
    const state = stat[stat.lastIndexOf(')') + 2]
    if (state === 'T' || state === 't') return true
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    return children.split(' ').some(child => child !== '' && isHalted(Number(child)))
  } catch {
    return false
  }
}

interface Listed {
  readonly pid: number
  readonly parent: number
  readonly isStopped: boolean
}

/** Processes as `ps` lists them, where there is no /proc: asked once a second at most, and known a moment later. */
export class ListedProcesses {
  #processes: readonly Listed[] = []
  #askedAtMs = Number.NEGATIVE_INFINITY

  isHalted(pid: number): boolean {
    this.#ask()
    return this.#processes.some(
      row => (row.pid === pid && row.isStopped) || (row.parent === pid && this.isHalted(row.pid)),
    )
  }

  #ask(): void {
    const nowMs = performance.now()
    if (nowMs - this.#askedAtMs < PIECE_MS) return
    this.#askedAtMs = nowMs
    execFile(executableOnPath('ps'), ['-A', '-o', 'pid=,ppid=,state='], (error, output) => {
      if (error !== null) return
      this.#processes = output.split('\n').flatMap(line => {
        const [pid, parent, state] = line.trim().split(/\s+/)
        if (state === undefined) return []
        return [{ pid: Number(pid), parent: Number(parent), isStopped: state.startsWith('T') }]
      })
    }).unref()
  }
}

const listed = new ListedProcesses()

/**
 * Milliseconds since 1970 that never run back while this process lives: when the clock of the machine is set back, time goes on from where
 * it was, until the clock has caught up.
 */
export function steadyClock(
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): Clock {
  /** How far the wall clock is ahead of the monotonic one; rises only. */
  let aheadMs = Number.NEGATIVE_INFINITY
  const now = (): number => {
    const monotonicMs = monotonic()
    aheadMs = Math.max(aheadMs, wall() - monotonicMs)
    // Whole milliseconds, but for what adding loses.
    return Math.floor(monotonicMs + aheadMs + 1e-6)
  }
  return Object.assign(now, { wall })
}

/** Milliseconds since 1970. */
interface Clock {
  (): number
  /** The machine's own figure, where it differs. */
  readonly wall?: () => number
}

/** A clock that is corrected moves by less at once. */
const MAX_CORRECTION_MS = 1_000

/** Time from now on, measured on a clock that nobody sets, and that stands still while the machine sleeps. */
export class Span {
  readonly #now: Clock
  readonly #monotonic: () => number
  readonly startedAtMs: number
  readonly #startedMs: number

  constructor(now: Clock, monotonic: () => number = () => performance.now()) {
    this.#now = now
    this.#monotonic = monotonic
    this.startedAtMs = now()
    this.#startedMs = monotonic()
  }

  get durationMs(): number {
    return this.#monotonic() - this.#startedMs
  }

  /** The time of its end: that of the machine, unless somebody moved that on meanwhile. */
  get endMs(): number {
    const nowMs = this.#now()
    const endMs = this.startedAtMs + Math.ceil(this.durationMs)
    return nowMs - endMs > MAX_CORRECTION_MS ? endMs : nowMs
  }

  /** The time of its end, and by how much the clock of the machine had moved away from it. */
  get end(): { readonly atMs: number; readonly clockMovedMs?: number } {
    const { endMs: atMs } = this
    const clockMovedMs = (this.#now.wall ?? this.#now)() - atMs
    return Math.abs(clockMovedMs) > MAX_CORRECTION_MS ? { atMs, clockMovedMs } : { atMs }
  }
}
