import type { SavedCheckpoint, TrialOrigin } from '../core/trial/checkpoint.ts'
import type { MessageDescriptor } from '../core/errors/message.ts'
import type { StudyRecord } from '../core/study/study.ts'
import type { Assignment } from '../core/trial/trial.ts'
import type { StudyStore } from '../platform/storage/study-store.ts'
import type { Executor } from './executors/executor.ts'
import type { MetricBuffer } from './trial-results.ts'
import type { StudyResources } from './resources/study-resources.ts'
import type { RunnerListener, Tracer } from './runner-events.ts'
import type { SearchLink } from './search-link.ts'
import type { StudyCheckpoints } from './study-checkpoints.ts'
import type { StudyHistory } from './study-history.ts'
import type { TimeShares } from './time-shares.ts'
import type { StudyRace } from './study-race.ts'
import type { TrialFiles } from './trial-files/trial-files.ts'

export interface StudyRunnerOptions {
  readonly store: StudyStore
  readonly study: StudyRecord
  readonly executor: Executor
  /** Its trials may use these. */
  readonly resources: Pick<StudyResources, 'shortage' | 'place' | 'free' | 'begin' | 'end'>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Folder for a trial's weights; null keeps none. */
  readonly artifactDirectory?: (trialNumber: number) => string | null
  /** Folder of a trial that is code of the user; null for built-in objectives. */
  readonly userDirectory?: (trialNumber: number) => string | null
  /** Takes over the files that programs leave. */
  readonly files?: TrialFiles | null
  /** Folder of the study's checkpoints; null or absent saves none. */
  readonly checkpointDirectory?: string | null
  readonly listener?: RunnerListener
  readonly trace?: Tracer
}

/** The trials of one study share this; the study is as it is in force now. */
export interface TrialEnvironment extends Required<StudyRunnerOptions> {
  readonly history: StudyHistory
  readonly race: StudyRace
  readonly timeShares: TimeShares
  readonly search: SearchLink
  readonly buffer: MetricBuffer
  readonly checkpoints: StudyCheckpoints
  readonly nextAttemptId: () => number
  /** Ends the study: something that no retry of a trial can mend. */
  readonly fail: (error: unknown) => void
  /** Pauses the study at once: the machine lacks something, such as room on its disk. */
  readonly pause: (reason: MessageDescriptor) => void
  /** Ends the study as failed once the running trials are done. */
  readonly refuse: (reason: MessageDescriptor) => void
}

export interface TrialToRun {
  readonly number: number
  readonly parameters: Assignment
  readonly seed: number
  readonly slot: number
  /** Complete trial whose result it takes over; null if it runs. */
  readonly reused: number | null
  /** The checkpoint of another trial that it descends from. */
  readonly origin?: TrialOrigin
  /** It ends as complete after this step. */
  readonly untilStep?: number
  /** Its own checkpoint, where an attempt was interrupted; null: it begins at its beginning. */
  readonly resume: SavedCheckpoint | null
  /** Of code of the user that goes on by itself: the last step that an interrupted attempt reported; null: none. */
  readonly reportedStep: number | null
}
