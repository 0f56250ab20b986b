import type { SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import type { Costs } from '../../core/trial/cost-metrics.ts'
import type { EngineInfo } from '../../core/machine/engine.ts'
import type {
  AttemptOutcome,
  MetricColumns,
  StartMessage,
  TestMessage,
  TestResult,
} from '../../core/processes/trainer-protocol.ts'
import type { ProcessUsage } from '../../core/trial/resources.ts'
import type { AttemptCode, Failure } from '../../core/trial/trial.ts'

/** Where trials run: this machine, a cluster, or other machines. */
export interface Executor {
  /** Begins an attempt; never throws for reasons of the attempt, those end in its outcome. */
  start(attempt: StartMessage, listener: AttemptListener, slot?: ExecutionSlot): RunningAttempt
  /**
   * Holds slots for attempts where studies share them; false if there are not enough now. Absent where attempts run elsewhere.
   * @param attempts at once, those that run included
   * @param onRoom called once, when there is room again
   */
  reserve?(attempts: number, onRoom: () => void): boolean
  /** How many slots all studies have, and how many are taken. */
  readonly slots?: {
    readonly limit: number
    readonly taken: number
    /** Where these limit the slots. */
    readonly openFiles: number | null
  }
  /** Evaluates stored weights on the test split. */
  test(request: TestMessage): Promise<TestResult>
  /** Ends all processes; attempts still running end as canceled. */
  close(): Promise<void>
}

/** What an attempt may use of its machine. */
export interface ExecutionSlot {
  /** Variables of its process's environment, e.g. the GPU that it may see. */
  readonly environment: Readonly<Record<string, string>>
}

export interface AttemptListener {
  /** The machine that has it, or was to have it, is known; absent where all run on this one. */
  assigned?(machine: string): void
  /** The trainer has taken the attempt; engine is null for objectives that need none. */
  started(engine: EngineInfo | null, pid: number | undefined): void
  /** A program that serves many trials, or another machine, has begun this one. */
  taken?(): void
  /** Which code of the user it runs; again where it changed while it ran. */
  code?(code: AttemptCode): void
  metrics(columns: MetricColumns): void
  judge(step: number, value: number): Promise<'continue' | 'prune'>
  /** The use of its process, about once a second. */
  used?(usage: ProcessUsage): void
  /** The training is over; what it has cost beside what its process measures. */
  costs?(usage: ProcessUsage): Costs
  /** After the metrics and the judgment of every step that it holds. */
  checkpoint?(checkpoint: SavedCheckpoint): void
}

export interface RunningAttempt {
  /** Always resolves: a dead, hung or refusing trainer is a failed outcome. */
  readonly outcome: Promise<AttemptOutcome>
  /**
   * Saves a checkpoint if it can and ends as `suspended`; the process is killed if that takes longer than the grace time.
   * Absent where attempts go on without us.
   */
  suspend?(): void
  /** Every step from now on is to be judged, of an attempt that began unjudged. Absent where every step is in any case. */
  judge?(): void
  /** Cooperative; the process is killed if it does not end within the grace time. */
  cancel(): void
  /** Kills the process; the outcome is this failure. */
  abort(failure: Failure): void
  /**
   * The session ends, the study may go on later: an attempt that can run on without us does. Absent where attempts end
   * with the session; they are aborted.
   */
  leave?(): void
}
