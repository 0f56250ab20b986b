interface Hold {
  readonly uuids: readonly string[]
  readonly share: number
}

interface Claim {
  readonly uuids: readonly string[]
  readonly askedAtMs: number
  /** When it could have begun, had the devices been free. */
  readonly readyAtMs: number
}

/** Who waits asks again every second; who does not ask for so long waits no more, and who could not begin for so long keeps no device. */
const FORGOTTEN_AFTER_MS = 10_000

/** Which GPUs the trials of this process were promised, and who waits for which: all its studies share it. */
export class GpuHolds {
  readonly #holds = new Set<Hold>()
  /** Those who wait, longest first. */
  readonly #claims = new Map<object, Claim>()

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

  /** Devices that those wait for who have waited longer than this one: nobody else begins anything there. */
  claimedBefore(owner: object, nowMs: number): ReadonlySet<string> {
    const claimed = new Set<string>()
    for (const [other, { uuids, askedAtMs, readyAtMs }] of this.#claims) {
      if (other === owner) break
      if (nowMs - askedAtMs > FORGOTTEN_AFTER_MS) this.#claims.delete(other)
      else if (nowMs - readyAtMs <= FORGOTTEN_AFTER_MS) for (const uuid of uuids) claimed.add(uuid)
    }
    return claimed
  }

  /** What it waits for; nothing while it does not. */
  claimOf(owner: object): readonly string[] {
    return this.#claims.get(owner)?.uuids ?? []
  }

  /** It waits for these, behind those who wait already; who asks again keeps its place. */
  claim(owner: object, uuids: readonly string[], nowMs: number): void {
    this.#claims.set(owner, { uuids, askedAtMs: nowMs, readyAtMs: nowMs })
  }

  /** It lacks something else for now, such as memory: its claim stays valid. */
  renewClaim(owner: object, nowMs: number): void {
    const claim = this.#claims.get(owner)
    if (claim !== undefined) this.#claims.set(owner, { ...claim, askedAtMs: nowMs })
  }

  /** It does not wait any more. */
  unclaim(owner: object): void {
    this.#claims.delete(owner)
  }
}
