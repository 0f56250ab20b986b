/** Calls that programs may have under way. */
export interface TurnLimits {
  /** Of all callers together. */
  readonly atOnce: number
  readonly atOnceOfCaller: number
}

interface Waiting {
  readonly caller: string
  readonly begin: (end: () => void) => void
}

/** Lets so many calls be under way at once, all together and of each caller; further ones wait in their order, those of a full caller aside. */
export class Turns {
  readonly #limits: TurnLimits
  readonly #underWay = new Map<string, number>()
  #waiting: readonly Waiting[] = []
  #total = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** Resolves when the caller's turn has come. @returns ends it; to be called once */
  async take(caller: string): Promise<() => void> {
    return new Promise(resolve => {
      this.#waiting = [...this.#waiting, { caller, begin: resolve }]
      this.#beginNext()
    })
  }

  #beginNext(): void {
    for (const waiting of this.#waiting) {
      if (this.#total >= this.#limits.atOnce) return
      const { caller, begin } = waiting
      const underWay = this.#underWay.get(caller) ?? 0
      if (underWay >= this.#limits.atOnceOfCaller) continue
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
