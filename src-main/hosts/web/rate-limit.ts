/** More callers are forgotten, the oldest first. */
const MAX_CALLERS = 1_000

/**
 * Lets each caller do so many things at once, and from then on so many a second: a bucket that fills by the second.
 * @param now milliseconds of a clock that only runs forward
 */
export class RateLimit {
  readonly #burst: number
  readonly #perSecond: number
  readonly #now: () => number
  readonly #callers = new Map<string, { left: number; atMs: number }>()

  constructor(burst: number, perSecond: number, now: () => number = () => performance.now()) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#now = now
  }

  /** @returns 0 if the caller may; otherwise in how many seconds it may, a whole number */
  take(caller: string): number {
    const atMs = this.#now()
    const bucket = this.#callers.get(caller) ?? { left: this.#burst, atMs }
    const filled = bucket.left + ((atMs - bucket.atMs) / 1_000) * this.#perSecond
    const tokens = Math.min(this.#burst, filled)
    this.#callers.delete(caller)
    this.#callers.set(caller, { left: tokens >= 1 ? tokens - 1 : tokens, atMs })
    for (const oldest of this.#callers.keys()) {
      if (this.#callers.size <= MAX_CALLERS) break
      this.#callers.delete(oldest)
    }
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / this.#perSecond)
  }
}
