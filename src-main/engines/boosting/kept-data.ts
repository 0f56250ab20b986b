import type { BoosterTable } from '../../training/boosting/booster.ts'
import type { Pointer } from './native-library.ts'

/** Data that lie in a library, in use by `users` trainings. */
interface Kept {
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
export class KeptData {
  readonly #free: (handle: Pointer) => void
  /** The last used last. */
  #kept: Kept[] = []

  constructor(free: (handle: Pointer) => void) {
    this.#free = free
  }

  /** @param key what else the result depends on, e.g. the number of bins */
  take(table: BoosterTable, key: string, make: () => Pointer): Lease {
    const found = this.#kept.find(one => one.table === table && one.key === key)
    const kept = found ?? { table, key, handle: make(), users: 0 }
    this.#kept = [...this.#kept.filter(one => one !== kept), kept]
    kept.users++
    let isHeld = true
    return {
      handle: kept.handle,
      release: () => {
        if (!isHeld) return
        isHeld = false
        kept.users--
        this.#forgetOldest()
      },
    }
  }

  #forgetOldest(): void {
    const idle = this.#kept.filter(({ users }) => users === 0)
    for (const one of idle.slice(0, Math.max(0, idle.length - MAX_IDLE))) {
      this.#kept = this.#kept.filter(kept => kept !== one)
      this.#free(one.handle)
    }
  }
}
