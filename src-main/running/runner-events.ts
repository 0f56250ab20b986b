import type { MessageDescriptor } from '../core/errors/message.ts'
import type { EngineInfo } from '../core/machine/engine.ts'
import type { StudyState } from '../core/study/study.ts'
import type { MetricColumns } from '../core/processes/trainer-protocol.ts'
import type { Assignment, Failure, FinishedTrialState, TrialValues } from '../core/trial/trial.ts'

/** The events that a host (terminal, window) can follow. Each comes after its commit, but for metrics, which are stored within 200 ms. */
export interface RunnerListener {
  trialStarted?(trial: {
    readonly number: number
    readonly attempt: number
    readonly slot: number
    readonly parameters: Assignment
    readonly atMs: number
  }): void
  engineKnown?(engine: EngineInfo, trialNumber: number): void
  /** One of several trainings of a trial begins. @param training from 0 */
  trainingStarted?(trialNumber: number, training: number): void
  /** @param training the one that reported, from 0; 0 too where the configuration is trained once */
  metricsArrived?(trialNumber: number, columns: MetricColumns, training: number): void
  attemptFailed?(trialNumber: number, failure: Failure): void
  trialFinished?(
    trial: TrialValues & {
      readonly number: number
      readonly state: FinishedTrialState
      readonly reason: MessageDescriptor | null
      /** Of this session alone; a night between two sessions does not count. */
      readonly durationMs: number
    },
  ): void
  /** It has saved and waits, because a person said so. */
  trialSuspended?(trialNumber: number): void
  /** A person lets a suspended one go on; it is next. */
  trialUnsuspended?(trialNumber: number): void
  /** A free slot stays empty for now; once, when the waiting begins. */
  slotWaiting?(reason: MessageDescriptor): void
  stateChanged?(state: StudyState, reason: MessageDescriptor | null): void
}

/**
 * The steps of a trial's path, for tests that break off at each of them. The runner waits for
 * nothing here and behaves the same without a tracer.
 */
export type TracePoint =
  | 'proposed'
  | 'committed'
  | 'attemptStarted'
  | 'metricsArrived'
  | 'metricsFlushed'
  | 'judged'
  | 'checkpointRecorded'
  | 'outcomeArrived'
  | 'finishCommitted'
  | 'searchUpdated'

export type Tracer = (
  point: TracePoint,
  trialNumber: number,
  pids: { readonly trainer?: number | undefined; readonly search?: number | undefined },
) => void
