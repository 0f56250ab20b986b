import { setTimeout as sleep } from 'node:timers/promises'
import { type AppError, toAppError } from '../contract/errors.ts'
import type { OptunaGroup } from '../contract/optuna-storage.ts'

/** Groups gather for so long, unless somebody waits for them: each costs the database a transaction. */
const GATHER_MS = 20
/** After the database refused. */
const RETRY_MS = 1_000

/** Hands groups that are on disk to the process that writes the database. What was answered is never given up: a refused group is tried again. */
export class HandOver {
  readonly #commit: (groups: readonly OptunaGroup[]) => Promise<unknown>
  readonly #onEmpty: () => void
  #waiting: OptunaGroup[] = []
  #size = 0
  #failure: AppError | null = null
  #running: Promise<void> | null = null
  #hurry = new AbortController()
  /** Who waits, for one try or for the end. */
  #asking: PromiseWithResolvers<undefined>[] = []

  /** @param onEmpty everything is in the database */
  constructor(commit: (groups: readonly OptunaGroup[]) => Promise<unknown>, onEmpty: () => void) {
    this.#commit = commit
    this.#onEmpty = onEmpty
  }

  /** Changes that are not in the database. */
  get size(): number {
    return this.#size
  }

  /** Why the database refused the last time; null where it did not. */
  get failure(): AppError | null {
    return this.#failure
  }

  add(group: OptunaGroup): void {
    this.#waiting.push(group)
    this.#size += group.changes.length
    this.#running ??= this.#run()
  }

  /** Resolves when everything so far is in the database. @throws why it refused, at the next refusal */
  async done(): Promise<void> {
    if (this.#running === null) return
    const asked = Promise.withResolvers<undefined>()
    this.#asking.push(asked)
    this.#hurry.abort()
    await asked.promise
  }

  /** Resolves when everything is in the database, however often it refuses. */
  async drained(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#pause(this.#failure === null ? GATHER_MS : RETRY_MS)
      const [groups, asking] = [[...this.#waiting], this.#asking]
      this.#asking = []
      try {
        await this.#commit(groups)
        this.#waiting = this.#waiting.slice(groups.length)
        this.#size -= groups.reduce((sum, { changes }) => sum + changes.length, 0)
        this.#failure = null
        for (const { resolve } of asking) resolve(undefined)
      } catch (error) {
        this.#failure = toAppError(error)
        for (const { reject } of asking) reject(error)
      }
    }
    this.#running = null
    this.#onEmpty()
    // Asked while the last groups were written.
    for (const { resolve } of this.#asking.splice(0)) resolve(undefined)
  }

  async #pause(durationMs: number): Promise<void> {
    this.#hurry = new AbortController()
    if (this.#asking.length > 0) return
    await sleep(durationMs, undefined, { signal: this.#hurry.signal }).catch(() => undefined)
  }
}
