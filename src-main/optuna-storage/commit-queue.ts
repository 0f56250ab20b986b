import { type AppError, toAppError } from '../contract/errors.ts'
import type { OptunaChange, OptunaGroup } from '../contract/optuna-storage.ts'
import type { HandOver } from './hand-over.ts'

export interface CommitQueueOptions {
  /** Puts a group on disk. */
  readonly append: (changes: readonly OptunaChange[]) => OptunaGroup
  /** To the database. */
  readonly handOver: HandOver
  /** A group is not on disk, and everything before it is in the database. */
  readonly onLost: () => void
}

/** Changes on their way to the disk, in their order: those that come together are one group. Nothing waits for a timer. */
export class CommitQueue {
  readonly #options: CommitQueueOptions
  #gathered: OptunaChange[] = []
  /** Of what has been gathered; null while that is nothing. */
  #next: PromiseWithResolvers<undefined> | null = null
  #failure: AppError | null = null

  constructor(options: CommitQueueOptions) {
    this.#options = options
  }

  add(change: OptunaChange): void {
    this.#gathered.push(change)
    if (this.#next !== null) return
    this.#next = Promise.withResolvers()
    // Whoever waits hears of it; a change that nobody waits for fails without a word.
    this.#next.promise.catch(() => undefined)
    // After all that has arrived with it.
    setImmediate(() => this.#write())
  }

  /** Changes that are not in the database yet. */
  get size(): number {
    return this.#gathered.length + this.#options.handOver.size
  }

  /** @throws why nothing more can be taken: what is known here is more than what is on disk, or the database takes nothing */
  check(): void {
    const failure = this.#failure ?? this.#options.handOver.failure
    if (failure !== null) throw failure
  }

  /** Resolves when everything so far is on disk. @throws what the disk throws */
  async settled(): Promise<void> {
    await this.#next?.promise
  }

  /** Resolves when everything so far is in the database. @throws what the disk or the database throws */
  async stored(): Promise<void> {
    await this.settled()
    await this.#options.handOver.done()
  }

  #write(): void {
    const [changes, next] = [this.#gathered, this.#next]
    this.#gathered = []
    this.#next = null
    try {
      this.#options.handOver.add(this.#options.append(changes))
      next?.resolve(undefined)
    } catch (error) {
      next?.reject(error)
      const isKnown = this.#failure !== null
      this.#failure = toAppError(error)
      if (!isKnown) void this.#recover()
    }
  }

  async #recover(): Promise<void> {
    await this.#options.handOver.drained()
    this.#options.onLost()
    this.#failure = null
  }
}
