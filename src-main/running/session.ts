import type { EventKind } from '../contract/events.ts'
import { fact, type Fact } from '../contract/fact.ts'
import type { StudyState } from '../contract/study.ts'

/** How a session of a study ended, or is about to. */
export interface StudyEnd {
  readonly state: Extract<StudyState, 'finished' | 'failed' | 'paused' | 'stopped'>
  readonly reason: Fact
}

export const endEvents: Record<StudyEnd['state'], EventKind> = {
  finished: 'study.finished',
  failed: 'study.failed',
  paused: 'study.paused',
  stopped: 'study.stopped',
}

/** What a person asked a session to do: `finish` stops it after its running trials, `stop` at once. */
export type EndRequest = 'none' | 'pause' | 'finish' | 'stop'

/** The end that waits for running trials; null if none is asked for. */
export function requestedEnd(request: EndRequest): StudyEnd | null {
  switch (request) {
    case 'pause':
      return { state: 'paused', reason: fact('ending.paused') }
    case 'finish':
      return { state: 'stopped', reason: fact('ending.stoppedAfterTrials') }
    default:
      return null
  }
}

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
