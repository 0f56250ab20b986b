import { fact, type Fact } from '../contract/fact.ts'
import type { StudyState } from '../contract/study.ts'

/** How a session of a study ended, or is about to. */
export interface StudyEnd {
  readonly state: Extract<StudyState, 'finished' | 'failed' | 'paused' | 'stopped'>
  readonly reason: Fact
}

/** The end that a person asked a session for: `finish` stops it after its running trials, `stop` at once. */
export type EndRequest = 'none' | 'pause' | 'finish' | 'stop'

/** The end that waits for running trials; null if none is asked for. */
export function requestedEnd(request: EndRequest): StudyEnd | null {
  if (request === 'pause') return { state: 'paused', reason: fact('ending.paused') }
  if (request !== 'finish') return null
  return { state: 'stopped', reason: fact('ending.stoppedAfterTrials') }
}
