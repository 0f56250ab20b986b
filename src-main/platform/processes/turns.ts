/** What may be under way. */
export interface TurnLimits {
  /** Of all callers together. */
  readonly atOnce: number
  /** Default: as many as of all. */
  readonly atOnceOfCaller?: number
}

interface Waiting {
  readonly caller: string
  readonly begin: (end: () => void) => void
}

/** Lets so much be under way at once, all together and of each caller; the rest waits in its order, that of a full caller aside. */
export class Turns {
  readonly #limits: TurnLimits
  readonly #underWay = new Map<string, number>()
  #waiting: readonly Waiting[] = []
  #total = 0
  #isOpen = false

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /**
   * Resolves when the caller's turn has come.
   * @param signal ends the wait
   * @returns ends the turn; to be called once
   * @throws the reason of the signal
   */
  async take(caller = '', signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting = this.#waiting.filter(other => other !== waiting)
        reject(signal?.reason as Error)
      }
      const waiting: Waiting = {
        caller,
        begin: end => {
          signal?.removeEventListener('abort', leave)
          resolve(end)
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting = [...this.#waiting, waiting]
      this.#beginNext()
    })
  }

  /** From now on nobody waits. */
  open(): void {
    this.#isOpen = true
    this.#beginNext()
  }

  #beginNext(): void {
    const { atOnce, atOnceOfCaller = atOnce } = this.#limits
    for (const waiting of this.#waiting) {
      if (!this.#isOpen && this.#total >= atOnce) return
      const { caller, begin } = waiting
      const underWay = this.#underWay.get(caller) ?? 0
      if (!this.#isOpen && underWay >= atOnceOfCaller) continue
      this.#waiting = this.#waiting.filter(other => other !== waiting)
      this.#underWay.set(caller, underWay + 1)
      this.#total++
      begin(() => {
        this.#end(caller)
      })
    }
  }

  #end(caller: string): void {
    this.#total--
    const left = (this.#underWay.get(caller) ?? 0) - 1
    if (left > 0) this.#underWay.set(caller, left)
    else this.#underWay.delete(caller)
    this.#beginNext()
  }
}
