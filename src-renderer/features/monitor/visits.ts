import type { StudyRow } from '../../../src-main/features/studies/common/rows.ts'

/** Visits that a browser remembers; the oldest is dropped first. */
const MAX_VISITS = 100
/** Who was away for less has missed nothing that the page does not show anyway. */
const AWAY_MS = 10 * 60_000

/** A study as a person saw it last. */
export interface Visit {
  readonly atMs: number
  readonly state: StudyRow['state']
  readonly complete: number
  readonly pruned: number
  readonly failed: number
  /** Null while there was none. */
  readonly best: { readonly number: number; readonly value: number } | null
}
export type Visits = Readonly<Record<string, Visit>>

type SeenStudy = Pick<StudyRow, 'id' | 'createdAtMs' | 'state' | 'trials' | 'best'>

/** Another database has other studies by the same id. */
export function visitKey({ id, createdAtMs }: Pick<StudyRow, 'id' | 'createdAtMs'>): string {
  return `${id}-${createdAtMs}`
}

export function visitOf({ state, trials, best }: SeenStudy, atMs: number): Visit {
  const { complete, pruned, failed } = trials
  return {
    atMs,
    state,
    complete,
    pruned,
    failed,
    best: best === null ? null : { number: best.number, value: best.value },
  }
}

export function withVisit(visits: Visits, key: string, visit: Visit): Visits {
  const others = Object.entries(visits).filter(([name]) => name !== key)
  return Object.fromEntries([...others.slice(1 - MAX_VISITS), [key, visit]])
}

/** A visit is stored anew when something has changed, and once in a while. */
const STORE_EVERY_MS = 10_000

/** Whether one visit need not be stored over another. */
export function isSameVisit(stored: Visit | undefined, visit: Visit): boolean {
  if (stored === undefined || visit.atMs - stored.atMs > STORE_EVERY_MS) return false
  return showsSame(stored, visit)
}

/** Whether a study was the same at two visits. */
export function showsSame(visit: Visit, other: Visit): boolean {
  return JSON.stringify({ ...visit, atMs: 0 }) === JSON.stringify({ ...other, atMs: 0 })
}

/** What happened in a study since a person saw it. */
export interface Changes {
  /** How long the person did not see it, as of their return. */
  readonly awayMs: number
  readonly complete: number
  readonly pruned: number
  readonly failed: number
  /** It has another best trial, and the one before, if there was one. */
  readonly best: {
    readonly number: number
    readonly value: number
    readonly before: number | null
  } | null
  /** Null: its state is the same. */
  readonly state: StudyRow['state'] | null
}

/** @returns null for a first visit, one less than ten minutes ago, and where nothing has happened */
export function changesSince(
  visit: Visit | undefined,
  study: SeenStudy,
  nowMs: number,
): Changes | null {
  if (visit === undefined || nowMs - visit.atMs < AWAY_MS) return null
  const now = visitOf(study, nowMs)
  const hasNewBest = now.best !== null && now.best.number !== visit.best?.number
  const changes: Changes = {
    awayMs: nowMs - visit.atMs,
    complete: Math.max(0, now.complete - visit.complete),
    pruned: Math.max(0, now.pruned - visit.pruned),
    failed: Math.max(0, now.failed - visit.failed),
    best: hasNewBest && now.best ? { ...now.best, before: visit.best?.value ?? null } : null,
    state: now.state === visit.state ? null : now.state,
  }
  const { complete, pruned, failed, best, state } = changes
  return complete + pruned + failed > 0 || best !== null || state !== null ? changes : null
}
