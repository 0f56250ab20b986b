import type {
  CheckpointRhythm,
  OriginMode,
  SavedCheckpoint,
  TrialOrigin,
} from '../trial/checkpoint.ts'
import type { EngineInfo, EnginePreference } from '../machine/engine.ts'
import type { Goal, StudySpecification } from '../study/study-specification.ts'
import type { Assignment, Failure } from '../trial/trial.ts'
import type { ProjectSnapshot } from '../study/user-code.ts'

/** Things to load before a trial arrives: the engine and the data, so that `start` costs nothing. */
export interface PrepareMessage {
  readonly objective: StudySpecification['objective']
  readonly engine: EnginePreference
  /** Folder of the prepared data set, null for objectives without data. */
  readonly datasetDirectory: string | null
  /** Study seed; decides the splits of the data. */
  readonly seed: number
  /** Trials may boost trees, so that a pack that is not there is told of. */
  readonly boostsTrees?: true
  /** Into how many folds the rows beside the test split are cut; absent: a single validation split. */
  readonly folds?: number
  /** Code of the user as it was trusted; absent for built-in objectives. */
  readonly userCode?: TrustedCode
}

export type TrustedCode = Pick<ProjectSnapshot, 'studyDirectory' | 'fingerprint' | 'files'>

export interface StartMessage {
  /** Unique within the session; stale messages of earlier attempts are told apart by it. */
  readonly attemptId: number
  readonly trialNumber: number
  readonly parameters: Assignment
  readonly seed: number
  /** Which fold validates, from 0; absent: the first, or the single validation split. */
  readonly fold?: number
  /** Trains on the validation rows too; what it reports about them means nothing. */
  readonly refit?: true
  readonly goals: readonly Goal[]
  /** Times the predictions of its model; absent: they are not measured. */
  readonly measuresLatency?: true
  /** Folder for the weights of this trial; null keeps none. */
  readonly artifactDirectory: string | null
  /** Folder for its predictions for the validation rows; absent: none are kept. */
  readonly predictionDirectory?: string
  /** Where and how often to save; absent: never. */
  readonly checkpoints?: AttemptCheckpoints
  /** The start; absent: from the beginning. */
  readonly from?: StartingPoint
  /** The attempt ends as complete after this step even if its parameters say more; absent: they decide. */
  readonly untilStep?: number
  /** The attempt ends as complete after the step that is the last to fit into this time; absent: there is enough. */
  readonly limitMs?: number
  /** Absent for built-in objectives. */
  readonly userTrial?: UserTrial
  /** Nobody judges its steps: reports are told many at a time, and no answer is waited for. */
  readonly unjudged?: true
  /** Further trainings of the trial follow, which a judgment to prune saves even at the last step. */
  readonly isFirstOfSeveral?: true
}

export interface AttemptCheckpoints extends CheckpointRhythm {
  /** Folder of this attempt alone; it need not exist. */
  readonly directory: string
  /** The limit for all checkpoints of the study; no single one is larger. */
  readonly maxBytes: number
}

/**
 * A checkpoint to start from. `resume`: the same trial after an interruption, bit for bit; steps up to the
 * checkpoint's are reported and judged already. Other modes: a new trial that descends from another one.
 */
export interface StartingPoint extends SavedCheckpoint {
  readonly mode: OriginMode | 'resume'
}

/** Told to a trial that is code of the user, about itself. */
export interface UserTrial {
  /** Outlives its attempts; absolute. */
  readonly directory: string
  /** Begins the names of this attempt's files: its number, and from the second training on `.2`, `.3` … */
  readonly attempt: string
  readonly slot: number
  readonly studyName: string
  /** What this training is about, where a trial is trained on several. */
  readonly instance?: string
  /** Absent: its objective does not say that it goes on from its checkpoint folder. */
  readonly continuation?: Continuation
}

/** Told to code that goes on from its own folder, beside the checkpoint that it may start from. */
export interface Continuation {
  /** The trial that it goes on from; null: it begins at the beginning. */
  readonly origin: TrialOrigin | null
  /** Reports so far: by earlier attempts, and where it continues another trial, by that one. */
  readonly earlier: readonly MetricColumns[]
  /** The folder has been filled where the code runs, perhaps with what an earlier attempt left; another computer begins it anew. */
  readonly placed?: { readonly isLeftOver: boolean }
}

/** Left behind by a complete trial. */
export interface StoredModel {
  readonly parameters: Assignment
  readonly seed: number
  readonly weightsPath: string
  /** It has seen the validation rows. */
  readonly refit?: true
  /** Which fold it has not seen, from 0; absent: the first, or the single validation split. */
  readonly fold?: number
}

/**
 * Evaluates stored weights: those of one trial on the test split, or the averaged predictions of several trials on the
 * validation and the test split.
 */
export interface TestMessage {
  readonly attemptId: number
  /** At least one. */
  readonly models: readonly StoredModel[]
  /** One for each model; absent: equal. */
  readonly shares?: readonly number[]
}

export type TestResult =
  | { readonly ok: true; readonly metrics: Readonly<Record<string, number>> }
  | { readonly ok: false; readonly failure: Failure }

export type Preparation =
  | { readonly ok: true; readonly engine: EngineInfo | null }
  | { readonly ok: false; readonly failure: Failure }

/** Honored at the next batch. `judge` asks for a judgment of every step from now on. `suspend` saves a checkpoint and ends the attempt as `suspended`. */
export interface SteerMessage {
  readonly attemptId: number
  readonly what: 'cancel' | 'suspend' | 'judge'
}

/** Metric values in columns: `values[row * names.length + column]`, NaN and ±∞ as they are. */
export interface MetricColumns {
  readonly names: readonly string[]
  readonly steps: Int32Array
  readonly values: Float64Array
}

/** A file that the attempt wrote. */
export interface WrittenArtifact {
  readonly kind: string
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

export type AttemptOutcome =
  | {
      readonly state: 'complete'
      /** One value per goal, at the best step. */
      readonly values: readonly number[]
      readonly bestStep: number | null
      /** The last step, where `limitMs` ended it before its parameters did. */
      readonly cutAtStep?: number
      readonly artifacts: readonly WrittenArtifact[]
      /** Written where the attempt ended; recorded with the end of the trial. */
      readonly checkpoint?: SavedCheckpoint
    }
  /** `noStepInMs`: not even its first step fitted into `limitMs`. */
  | {
      readonly state: 'pruned'
      readonly checkpoint?: SavedCheckpoint
      readonly noStepInMs?: number
    }
  | { readonly state: 'canceled' }
  /** Goes on later from its last checkpoint, or from the beginning if it could save none. */
  | { readonly state: 'suspended' }
  | { readonly state: 'failed'; readonly failure: Failure }
