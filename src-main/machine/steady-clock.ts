/**
 * Milliseconds since 1970 that never run back while this process lives: when the clock of the machine is set back, time goes on from where
 * it was, until the clock has caught up.
 */
export function steadyClock(
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): () => number {
  /** How far the wall clock is ahead of the monotonic one; rises only. */
  let aheadMs = Number.NEGATIVE_INFINITY
  return () => {
    const monotonicMs = monotonic()
    aheadMs = Math.max(aheadMs, wall() - monotonicMs)
    // Whole milliseconds, but for what adding loses.
    return Math.floor(monotonicMs + aheadMs + 1e-6)
  }
}
