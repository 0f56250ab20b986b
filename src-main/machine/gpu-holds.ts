interface Hold {
  readonly uuids: readonly string[]
  readonly share: number
}

/** Which GPUs the trials of this process were promised: all its studies share it. */
export class GpuHolds {
  readonly #holds = new Set<Hold>()

  /** 0: nothing of it, 1: all of it. */
  held(uuid: string): number {
    let sum = 0
    for (const { uuids, share } of this.#holds) if (uuids.includes(uuid)) sum += share
    return sum
  }

  /** @returns gives them back */
  take(uuids: readonly string[], share: number): () => void {
    const hold = { uuids, share }
    this.#holds.add(hold)
    return () => void this.#holds.delete(hold)
  }
}
