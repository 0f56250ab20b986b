/** A stretch of time in milliseconds since 1970. */
export interface Interval {
  readonly fromMs: number
  readonly toMs: number
}

/** Time with the long pauses cut out. */
export interface BusyTime {
  /** Milliseconds of the cut time that precede a moment. */
  at(timeMs: number): number
  readonly lengthMs: number
  /** Pauses that were cut; `atMs` is where, in cut time. */
  readonly pauses: readonly { readonly atMs: number; readonly lengthMs: number }[]
}

/** A pause is cut when it is longer than this and than this share of all busy time. */
const SHORTEST_PAUSE_MS = 60_000
const SMALLEST_SHARE = 0.05

/**
 * Puts intervals on one time line that starts at the first of them and leaves out pauses in which
 * nothing ran, so that a study resumed on the next day still fits a chart.
 */
export function busyTime(intervals: readonly Interval[]): BusyTime {
  const merged = mergeIntervals(intervals)
  const busyMs = merged.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const cut = Math.max(SHORTEST_PAUSE_MS, SMALLEST_SHARE * busyMs)
  const pauses: { atMs: number; lengthMs: number; fromMs: number }[] = []
  const start = merged[0]?.fromMs ?? 0
  let cutMs = 0
  for (const [index, interval] of merged.entries()) {
    const before = merged[index - 1]
    if (before === undefined || interval.fromMs - before.toMs <= cut) continue
    const lengthMs = interval.fromMs - before.toMs
    pauses.push({ atMs: before.toMs - start - cutMs, lengthMs, fromMs: before.toMs })
    cutMs += lengthMs
  }
  const at = (timeMs: number): number => {
    let cutBefore = 0
    for (const pause of pauses) {
      if (timeMs <= pause.fromMs) break
      cutBefore += Math.min(pause.lengthMs, timeMs - pause.fromMs)
    }
    return timeMs - start - cutBefore
  }
  return {
    at,
    lengthMs: merged.length === 0 ? 0 : at(merged.at(-1)?.toMs ?? start),
    pauses: pauses.map(({ atMs, lengthMs }) => ({ atMs, lengthMs })),
  }
}

/** A stretch in which a slot was busy; without an end it goes on, or was cut off at its start. */
export interface SlotRun {
  readonly slot: number
  readonly state: string
  readonly startedAtMs: number
  readonly finishedAtMs: number | null
}

export function endOf({ startedAtMs, finishedAtMs, state }: SlotRun, nowMs: number): number {
  return Math.max(startedAtMs, finishedAtMs ?? (state === 'running' ? nowMs : 0))
}

/** How long each slot was busy, and what share that is of the time in which any was. */
export function slotTimes(
  runs: readonly SlotRun[],
  nowMs: number,
): { slot: number; count: number; busyMs: number; share: number }[] {
  const intervalOf = (run: SlotRun): Interval => ({
    fromMs: run.startedAtMs,
    toMs: endOf(run, nowMs),
  })
  const { lengthMs } = busyTime(runs.map(intervalOf))
  const slots = [...new Set(runs.map(({ slot }) => slot))].sort((a, b) => a - b)
  return slots.map(slot => {
    const slotRuns = runs.filter(run => run.slot === slot)
    const busy = mergeIntervals(slotRuns.map(intervalOf))
    const busyMs = busy.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
    return { slot, count: slotRuns.length, busyMs, share: busyMs / lengthMs }
  })
}

/** The union of intervals, by rising time. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of intervals.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1)
    if (last === undefined || fromMs > last.toMs)
      merged.push({ fromMs, toMs: Math.max(fromMs, toMs) })
    else last.toMs = Math.max(last.toMs, toMs)
  }
  return merged
}
