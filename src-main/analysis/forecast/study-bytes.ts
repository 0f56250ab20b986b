import type { CheckpointSettings } from '../../core/trial/checkpoint.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { MAX_STORED_BYTES, MAX_STORED_TRIALS } from '../../core/models/stored-model.ts'

/** Facts about a study before it runs; everything about networks is a mean over points of its space. */
export interface StudyPlan {
  /** Null: nothing ends it by their number. */
  readonly trials: number | null
  readonly parallelTrials: number
  readonly parameters: number
  /** Steps that a training reports. */
  readonly steps: number
  /** How often each configuration is trained: for each fold, instance and replicate. */
  readonly trainings: number
  /** Values that it reports with each step. */
  readonly metrics: number
  /** Null where no training of ours leaves weights. */
  readonly weightBytes: number | null
  /** Each fold leaves a model. */
  readonly folds: number
  /** Numbers that a trial predicts for validation rows, of all folds together. */
  readonly predictedValues: number
  /** Members of the ensemble that the study asks for. */
  readonly ensemble: number
  /** Null where trials save none that we know the size of. */
  readonly checkpoint: Pick<
    CheckpointSettings,
    'atEnd' | 'keepBest' | 'keepLatest' | 'keepPerTrial' | 'megabytes'
  > | null
  /** Room for files that programs leave with their trials: how much of it they take, nobody can foresee. Null without programs. */
  readonly programMegabytes: number | null
}

/** About so many bytes on the disk when the study has ended, or while it runs if that is more. */
export interface StudyBytes {
  /** The number of trials that is counted. */
  readonly trials: number
  readonly checkpoints: number
  /** Models and predictions of the best trials. */
  readonly files: number
  readonly database: number
  readonly total: number
}

/** Counted where nothing says how many trials there will be. */
const TRIALS_COUNTED = 100
/** Measured: an empty database; a trial with its attempt, events, values and reasons; a parameter; a value at a step. */
const EMPTY_BYTES = 150_000
const TRIAL_BYTES = 2_000
const PARAMETER_BYTES = 60
const VALUE_BYTES = 30
/** Weights, those of the best epoch, and two of the optimizer. */
const WEIGHTS_PER_CHECKPOINT = 4
const CHECKPOINT_HEAD_BYTES = 20_000
const MODEL_HEAD_BYTES = 20_000

export function forecastStudyBytes(plan: StudyPlan): StudyBytes {
  const trials = plan.trials ?? TRIALS_COUNTED
  const checkpoints = checkpointBytes(plan, trials)
  const files = fileBytes(plan, trials)
  const perTrial =
    TRIAL_BYTES +
    PARAMETER_BYTES * plan.parameters +
    VALUE_BYTES * plan.metrics * plan.steps * plan.trainings
  const database = EMPTY_BYTES + trials * perTrial
  return { trials, checkpoints, files, database, total: checkpoints + files + database }
}

function checkpointBytes(
  { checkpoint, weightBytes, parallelTrials }: StudyPlan,
  trials: number,
): number {
  if (checkpoint === null) return 0
  const each = WEIGHTS_PER_CHECKPOINT * (weightBytes ?? 0) + CHECKPOINT_HEAD_BYTES
  const { atEnd, keepBest, keepLatest, keepPerTrial, megabytes } = checkpoint
  const ended = atEnd ? Math.min(trials, keepBest + keepLatest) * keepPerTrial : 0
  // A running trial holds its last one until the next is whole.
  const running = 2 * Math.min(parallelTrials, trials)
  return Math.min(megabytes * 1_000_000, ended * each) + running * each
}

function fileBytes(plan: StudyPlan, trials: number): number {
  const { weightBytes, folds, predictedValues, ensemble, parallelTrials } = plan
  if (weightBytes === null) return 0
  const model = folds * (weightBytes + MODEL_HEAD_BYTES)
  const storedTrials = Math.min(trials, MAX_STORED_TRIALS)
  const models = Math.max(
    Math.min(storedTrials * model, MAX_STORED_BYTES),
    Math.min(trials, ensemble) * model,
  )
  const predictions = Math.min(storedTrials * 8 * predictedValues, MAX_STORED_BYTES)
  // A running trial writes its best and its last weights.
  return models + predictions + 2 * Math.min(parallelTrials, trials) * weightBytes
}

/** The forecast for people, and whether it asks for more than is free. */
export function forecastMessage(
  bytes: StudyBytes,
  { trials, programMegabytes }: Pick<StudyPlan, 'trials' | 'programMegabytes'>,
  freeBytes: number,
): { readonly message: MessageDescriptor; readonly isTooLarge: boolean } {
  const isTooLarge = bytes.total > freeBytes
  const values = {
    total: megabytes(bytes.total),
    checkpoints: megabytes(bytes.checkpoints),
    files: megabytes(bytes.files),
    database: megabytes(bytes.database),
    free: Math.floor(freeBytes / 1_000_000),
    trials: bytes.trials,
    per: trials === null ? 'each' : 'all',
    program: programMegabytes,
  }
  return { message: msg(isTooLarge ? 'forecast.tooLarge' : 'forecast.disk', values), isTooLarge }
}

/** Two digits: more is not known. */
function megabytes(bytes: number): number {
  return Number((bytes / 1_000_000).toPrecision(2))
}
