import type { EventKind } from './events.ts'
import { type TrialState, trialStates } from '../trial/trial.ts'
import type { StudySnapshot, StudyState } from './study.ts'

/** What people read of the state of a study: one word at a time, the same on the page, in the terminal and in reports. */
export type DisplayedStudyState =
  StudyState | 'interrupted' | 'starting' | 'pausing' | 'stopping' | 'untried'

/** What the word follows from. */
export interface StudyStanding {
  /** `interrupted`: stored as running, but no process runs it. */
  readonly state: StudyState | 'interrupted'
  readonly trials: Readonly<Record<TrialState, number>>
  /** A session of this process runs it; absent: nobody knows. */
  readonly runsInThisProcess?: boolean
  /** A person asked for this end, which waits for running trials. */
  readonly requestedEnd?: 'pause' | 'stop' | null
}

/**
 * `starting`: a session has begun, and the study has no trial yet. `pausing`, `stopping`: it ends once its running trials have.
 * `untried`: it has ended by a rule without a single trial, so there is nothing that it could have finished.
 */
export function displayedState({
  state,
  trials,
  runsInThisProcess = false,
  requestedEnd = null,
}: StudyStanding): DisplayedStudyState {
  const hasTrials = Object.values(trials).some(count => count > 0)
  if (state === 'finished') return hasTrials ? 'finished' : 'untried'
  const isBeginning = state === 'created' && runsInThisProcess
  if (state !== 'running' && !isBeginning) return state
  if (requestedEnd !== null) return requestedEnd === 'pause' ? 'pausing' : 'stopping'
  return hasTrials ? 'running' : 'starting'
}

/** The same of a whole study. */
export function displayedStateOf({
  study: { state },
  trials,
}: Pick<StudySnapshot, 'study' | 'trials'>): DisplayedStudyState {
  const counts = Object.fromEntries(trialStates.map(name => [name, 0])) as Record<
    TrialState,
    number
  >
  for (const trial of trials) counts[trial.state]++
  return displayedState({ state, trials: counts })
}

const eventsOfStates: Readonly<Record<StudyState, readonly EventKind[]>> = {
  created: ['study.created'],
  running: ['study.started', 'study.resumed'],
  paused: ['study.paused'],
  stopped: ['study.stopped'],
  finished: ['study.finished'],
  failed: ['study.failed'],
}

/** Since when a study has been in its state, in milliseconds since 1970; its creation where no event says more. */
export function stateSinceMs({
  study: { state, createdAtMs },
  events,
}: Pick<StudySnapshot, 'study' | 'events'>): number {
  const kinds = eventsOfStates[state]
  return events.findLast(({ kind }) => kinds.includes(kind))?.atMs ?? createdAtMs
}
