import type { BoosterTable } from '../../training/boosting/booster.ts'
import type { Pointer } from './native-library.ts'

/** Data that lie in a library, in use by `users` trainings. */
interface CacheEntry {
  readonly table: BoosterTable
  readonly key: string
  readonly handle: Pointer
  users: number
}

/** A training's hold on data in a library. */
export interface Lease {
  readonly handle: Pointer
  release(): void
}

/** A training split and its validation split, and one more of either for the next number of bins. */
const MAX_IDLE = 3

/**
 * Keeps what a library has made of a table (bins of its columns) for the next training on the same object: making it
 * takes as long as tens of rounds.
 */
export class DataCache {
  readonly #free: (handle: Pointer) => void
  /** The last used last. */
  #entries: CacheEntry[] = []

  constructor(free: (handle: Pointer) => void) {
    this.#free = free
  }

  /** @param key what else the result depends on, e.g. the number of bins */
  take(table: BoosterTable, key: string, make: () => Pointer): Lease {
    const existing = this.#entries.find(
      candidate => candidate.table === table && candidate.key === key,
    )
    const entry = existing ?? { table, key, handle: make(), users: 0 }
    this.#entries = [...this.#entries.filter(other => other !== entry), entry]
    entry.users++
    let isHeld = true
    return {
      handle: entry.handle,
      release: () => {
        if (!isHeld) return
        isHeld = false
        entry.users--
        this.#forgetOldest()
      },
    }
  }

  #forgetOldest(): void {
    const idle = this.#entries.filter(({ users }) => users === 0)
    for (const entry of idle.slice(0, Math.max(0, idle.length - MAX_IDLE))) {
      this.#entries = this.#entries.filter(other => other !== entry)
      this.#free(entry.handle)
    }
  }
}
