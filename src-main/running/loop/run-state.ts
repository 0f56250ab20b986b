import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { Span } from '../../platform/processes/run-time.ts'
import type { AttemptLimit } from './attempt-limit.ts'
import type { Executor, RunningAttempt } from '../executors/executor.ts'
import type { AttemptMeter } from '../resources/attempt-meter.ts'
import type { SlotGate } from '../resources/slot-gate.ts'
import type { StudyResources } from '../resources/study-resources.ts'
import type { RunnerListener, Tracer } from '../runner-events.ts'
import type { SearchLink } from './search-link.ts'
import type { StudyCheckpoints } from '../study-checkpoints.ts'
import type { ElapsedClock, StudyHistory } from './study-history.ts'
import type { StudyRace } from './study-race.ts'
import type { TimeShares } from './time-shares.ts'
import type { TrialFiles } from '../trial-files/trial-files.ts'
import type { AttemptTrack, LatestStep, MetricBuffer } from './reported-metrics.ts'
import type { AttemptStart, TrialToRun } from './attempt-start.ts'

/*
 * Everything that a session of a study holds in memory. None of it has to survive a kill: `openRun` builds it again from the store.
 */

/** A study as its session sees it, whoever trains its trials. */
export interface StudyInProgress {
  readonly store: StudyStore
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** As it is in force now: a person may change it while it runs. */
  study: StudyRecord
  /** The trials in memory, changed right after each commit. */
  readonly history: StudyHistory
}

/** What a host gives to a session that trains trials itself. */
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

/** Where trials run, where their files go, and who follows them. Fixed while the session lives. */
type RunInputs = Pick<StudyRunnerOptions, 'executor' | 'resources' | 'trace'> &
  Required<Pick<StudyRunnerOptions, 'artifactDirectory' | 'userDirectory' | 'files' | 'listener'>>

/** What decides, measures and saves for the trials; each looks at the study as it is in force. */
export interface RunServices {
  /** Proposes and judges, in a process of its own. */
  readonly search: SearchLink
  /** Lets a trial into a free slot. */
  readonly gate: SlotGate
  readonly checkpoints: StudyCheckpoints
  /** Compares the trainings of a trial with those of the best. */
  readonly race: StudyRace
  /** Of the study's minutes. */
  readonly timeShares: TimeShares
  /** Metrics that are not stored yet. */
  readonly buffer: MetricBuffer
  readonly clock: ElapsedClock
}

/** The trials that have a slot, and the slots that have no trial. */
interface RunSlots {
  /** By number of the trial. */
  readonly running: Map<number, RunningTrial>
  /** Rising. */
  free: number[]
}

interface RunCounters {
  /** Number of the first trial that this session proposes. */
  readonly firstNumber: number
  /** Of the last attempt that was handed to the executor. */
  attemptId: number
  /** Rises with every intervention of a person; what was decided before one is decided again. */
  revision: number
}

/** The end that a person asked a session for: `finish` stops it after its running trials, `stop` at once. */
export type EndRequest = 'none' | 'pause' | 'finish' | 'stop'

/** Why the loop is to end. */
interface RunEnding {
  /** What a person wants. */
  request: EndRequest
  /** The machine lacks something, such as room on its disk: all trials are suspended at once. */
  pauseReason: MessageDescriptor | null
  /** No further trial makes sense: running ones end, then the study fails. */
  refusal: MessageDescriptor | null
  /** Something that no retry of a trial can mend; thrown by the loop. */
  failure: { readonly error: unknown } | null
  /** Trials that are suspended from now on are so by the end of the session. */
  isSuspending: boolean
}

/** A session of a study that trains its trials itself. */
export interface StudyRun {
  readonly session: StudyInProgress
  readonly inputs: RunInputs
  readonly services: RunServices
  readonly slots: RunSlots
  /** Trials of the store that wait for a slot of this session: interrupted ones. They come before new ones. */
  readonly unstarted: TrialToRun[]
  readonly counters: RunCounters
  readonly ending: RunEnding
  /** Lets the loop look again; it waits for nothing else. */
  wake: () => void
}

/** A trial from its committed start to its committed end, or until the session leaves it. */
export interface RunningTrial {
  readonly trial: TrialToRun
  /** From its start in this session. */
  readonly span: Span
  /** Where its next attempt begins. */
  readonly start: AttemptStart
  /** Replaced when another attempt begins. */
  attempt: TrialAttempt
  readonly latest: LatestStep
  /** Something looks at its reports: each step waits for a judgment. */
  isJudged: boolean
  /** Resolves when every step that was reported is judged. */
  judging: Promise<void>
  isCanceled: boolean
  /** It is to save and let go of its slot. */
  isSuspended: boolean
  /** The session ends: whatever it still reports is ignored. */
  isAbandoned: boolean
  trainerPid: number | undefined
}

/** One attempt of a trial. */
export interface TrialAttempt {
  readonly span: Span
  /** The first of its trainings: it reports, is judged, and keeps its weights. */
  readonly first: Training
  /** What trains now; null before, between and after trainings. */
  execution: RunningAttempt | null
  pruneReason: MessageDescriptor | null
  /** Code of the user that goes on by itself has not reported yet where it is. */
  isUnsettled: boolean
  /** Resolves when the search has taken where it is. */
  settled: Promise<void>
}

/** One of the trainings of an attempt: a replicate, a fold or an instance. */
export interface Training {
  /** From 0. */
  readonly number: number
  /** Takes what it reports. */
  readonly track: AttemptTrack
  limit: AttemptLimit | null
  /** Null until it has started, and where nothing can be measured. */
  meter: AttemptMeter | null
}
