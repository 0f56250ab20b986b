import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

export interface CpuShareOptions {
  /** Of one core; 0…1. */
  readonly share: number
  /** Time of the processors that may be used at once, in milliseconds. */
  readonly burstMs: number
  /** Whether somebody else needs this process now; nobody waits otherwise. */
  readonly isNeeded: () => boolean
  /** Milliseconds of a clock that only runs forward. */
  readonly now?: () => number
  /** Time of the processors that this thread has used, in milliseconds. */
  readonly used?: () => number
}

/** What a request costs beside its method: it is parsed, and its answer is sent. */
const MS_OF_REQUEST = 0.3
/** What other work did meanwhile is not the call's: no method takes longer here. */
const MAX_MS_OF_CALL = 50
const MAX_WAIT_MS = 250
/** In the average of what calls cost. */
const WEIGHT_OF_LAST = 0.1

/**
 * Keeps the calls of programs to a share of this process's main thread while it has other work: a bucket of time that fills by the clock.
 * Each call takes from it what the thread has used between its start and its end.
 */
export class CpuShare {
  readonly #options: CpuShareOptions
  readonly #now: () => number
  readonly #used: () => number
  #expectedMs = MS_OF_REQUEST
  #leftMs: number
  #atMs: number

  constructor(options: CpuShareOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#used = options.used ?? usedByThread
    this.#leftMs = options.burstMs
    this.#atMs = this.#now()
  }

  /** Does the work of a call when there is time for it. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#room()
    // Others that wait must not take the same time.
    const expectedMs = this.#expectedMs
    this.#leftMs -= expectedMs
    const before = this.#used()
    try {
      return await work()
    } finally {
      const usedMs = Math.min(MAX_MS_OF_CALL, this.#used() - before) + MS_OF_REQUEST
      this.#leftMs += expectedMs - usedMs
      this.#expectedMs += (usedMs - expectedMs) * WEIGHT_OF_LAST
    }
  }

  async #room(): Promise<void> {
    for (this.#fill(); this.#leftMs <= 0 && this.#options.isNeeded(); this.#fill()) {
      const ms = (1 - this.#leftMs) / this.#options.share
      await sleep(Math.min(MAX_WAIT_MS, ms))
    }
  }

  #fill(): void {
    const atMs = this.#now()
    const { share, burstMs } = this.#options
    this.#leftMs = Math.min(burstMs, this.#leftMs + (atMs - this.#atMs) * share)
    this.#atMs = atMs
  }
}

function usedByThread(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
