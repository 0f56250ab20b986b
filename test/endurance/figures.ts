import { writeFileSync } from 'node:fs'

/** Sums of a campaign; every part adds to them. */
export class Figures {
  /** Where they are written meanwhile: a campaign takes long, and may be ended. */
  readonly #file: string
  readonly #sums = new Map<string, number>()
  readonly #peaks = new Map<string, number>()
  readonly faults: string[] = []

  constructor(file: string) {
    this.#file = file
  }

  add(name: string, count = 1): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + count)
  }

  peak(name: string, value: number): void {
    this.#peaks.set(name, Math.max(this.#peaks.get(name) ?? 0, Math.round(value)))
  }

  /** @param where what finds the case again: its seed and its folder */
  fault(what: string, where: string): void {
    this.add(`fault: ${what}`)
    this.faults.push(`${what} (${where})`)
    console.error(`FAULT ${what} (${where})`)
  }

  of(name: string): number {
    return this.#sums.get(name) ?? 0
  }

  save(): void {
    writeFileSync(this.#file, JSON.stringify(this.table(), null, 2))
  }

  table(): Record<string, number> {
    return Object.fromEntries([...this.#sums, ...this.#peaks].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
