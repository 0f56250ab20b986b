import type { OptunaChange } from '../../../core/storage/optuna-storage.ts'

/**
 * Changes on their way to the database, in their order and in groups: while one group is written, those that come meanwhile gather for
 * the next. Nothing waits for a timer.
 */
export class GroupCommit {
  readonly #commit: (changes: readonly OptunaChange[]) => Promise<unknown>
  readonly #onFailure: () => void
  #gathered: OptunaChange[] = []
  /** Of what has been gathered; null while that is nothing. */
  #next: PromiseWithResolvers<undefined> | null = null
  #written: Promise<unknown> | null = null

  /** @param onFailure what was believed to be written is not there, and what came after it is void */
  constructor(
    commit: (changes: readonly OptunaChange[]) => Promise<unknown>,
    onFailure: () => void,
  ) {
    this.#commit = commit
    this.#onFailure = onFailure
  }

  add(change: OptunaChange): void {
    this.#gathered.push(change)
    if (this.#next !== null) return
    this.#next = Promise.withResolvers()
    // Whoever waits hears of it; a change that nobody waits for fails without a word.
    this.#next.promise.catch(() => undefined)
    // After all that has arrived with it.
    if (this.#written === null) setImmediate(() => void this.#write())
  }

  get size(): number {
    return this.#gathered.length
  }

  /** Resolves when everything so far is on disk. @throws what the database throws */
  async settled(): Promise<void> {
    await (this.#next?.promise ?? this.#written)
  }

  async #write(): Promise<void> {
    while (this.#next !== null) {
      const [changes, next] = [this.#gathered, this.#next]
      this.#gathered = []
      this.#next = null
      this.#written = next.promise
      try {
        await this.#commit(changes)
        next.resolve(undefined)
      } catch (error) {
        const later = this.#next as PromiseWithResolvers<undefined> | null
        this.#gathered = []
        this.#next = null
        this.#onFailure()
        next.reject(error)
        later?.reject(error)
      }
    }
    this.#written = null
  }
}
