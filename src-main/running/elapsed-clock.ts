/** The wall time of a study over all its sessions, on a clock that only rises. */
export class ElapsedClock {
  #storedMs: number
  #countedAtMs = performance.now()

  /** @param storedMs what earlier sessions took */
  constructor(storedMs: number) {
    this.#storedMs = storedMs
  }

  get elapsedMs(): number {
    return this.#storedMs + (performance.now() - this.#countedAtMs)
  }

  /** What has passed since the last call, once it is stored. */
  count(store: (durationMs: number) => void): void {
    const nowMs = performance.now()
    const durationMs = nowMs - this.#countedAtMs
    if (durationMs <= 0) return
    store(durationMs)
    this.#storedMs += durationMs
    this.#countedAtMs = nowMs
  }
}
