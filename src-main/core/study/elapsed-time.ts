/** A count of the time of a study. */
export interface CountedTime {
  /** Milliseconds over all its sessions, as they were counted last. */
  readonly elapsedMs: number
  /** When that was, on the clock of the caller, in milliseconds; null: nothing is being counted now. */
  readonly atMs: number | null
}

/** It is counted every second; what is longer was no time in which its process ran. */
const MAX_COUNTED_MS = 10_000

/**
 * The time of a study at a moment, in milliseconds, as its stop rule, the page and the terminal count it: from the start of the first trial
 * of each session. A process that stood still uses up no more than ten seconds of it.
 */
export function elapsedAt({ elapsedMs, atMs }: CountedTime, nowMs: number): number {
  if (atMs === null) return elapsedMs
  return elapsedMs + Math.min(Math.max(0, nowMs - atMs), MAX_COUNTED_MS)
}
