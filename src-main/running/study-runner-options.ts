import type { StudyRecord } from '../contract/study.ts'
import type { Executor } from './executor.ts'
import type { StudyStore } from '../storage/study-store.ts'
import type { StudyResources } from './resources/study-resources.ts'
import type { RunnerListener, Tracer } from './runner-events.ts'

export interface StudyRunnerOptions {
  readonly store: StudyStore
  readonly study: StudyRecord
  readonly executor: Executor
  /** What its trials may use; without limits if absent. */
  readonly resources?: StudyResources
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly artifactDirectory?: (trialNumber: number) => string | null
  readonly userDirectory?: (trialNumber: number) => string | null
  /** Folder of the study's checkpoints; null or absent saves none. */
  readonly checkpointDirectory?: string | null
  readonly listener?: RunnerListener
  readonly trace?: Tracer
}
