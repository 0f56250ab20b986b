/** A trial needs at most so much more than its predecessors, as a share. */
const MARGIN = 1.1

/** One kind of memory: of the machine, or of one GPU. */
interface MemoryPool {
  /** Free now, in bytes. */
  readonly freeBytes: number
  /** Trials of this study that use it, with what they hold now. */
  readonly running: readonly { readonly memoryBytes: number }[]
}

/**
 * Whether one more trial fits into memory, learned from the trials that have finished: each needs at most as much
 * as the largest so far and a tenth more, and those that run may still grow to that. What nobody knows
 * yet is not forbidden, and one trial at a time always runs: it alone can say whether it fits.
 */
export class MemoryAdmission {
  #peakBytes = 0

  /** @param peakBytes of a finished trial; 0 if unknown */
  learn(peakBytes: number): void {
    this.#peakBytes = Math.max(this.#peakBytes, peakBytes)
  }

  /** The next trial is expected to need at most this; 0 while nothing is known. */
  get expectedBytes(): number {
    return this.#peakBytes * MARGIN
  }

  admits({ freeBytes, running }: MemoryPool): boolean {
    if (running.length === 0) return true
    const growth = running.reduce(
      (sum, { memoryBytes }) => sum + Math.max(0, this.expectedBytes - memoryBytes),
      0,
    )
    return freeBytes - growth >= this.expectedBytes
  }
}
