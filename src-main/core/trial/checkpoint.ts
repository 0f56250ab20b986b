import { z } from 'zod'

/**
 * Ways for a trial to start from something.
 *
 * - `continue`: the same parameters (but for the length of the training), as if the parent had never stopped: weights,
 *   optimizer, order of batches, best epoch.
 * - `fork`: other parameters from here on. Weights, and the optimizer's state if it is the same optimizer; the steps
 *   count on, the best epoch is one of its own.
 * - `initialize`: weights alone, where name and shape match, and everything else from the beginning.
 */
export type OriginMode = 'continue' | 'fork' | 'initialize'

/** Where a trial comes from: the checkpoint of another trial of the study. */
export interface TrialOrigin {
  /** Number of the parent. */
  readonly trial: number
  /** Step of the parent after which the checkpoint was written. */
  readonly step: number
  readonly mode: OriginMode
}

/** A point of a training: how many steps are reported, and how many batches were trained since (0: none). */
export interface TrainingPosition {
  readonly step: number
  readonly batch: number
}

/**
 * A checkpoint that is whole on disk. `path` is a file for tasks and functions; for programs of the user it is a folder
 * that they filled, and `sha256` is then that of its manifest (lines `sha256  bytes  name`, sorted by name).
 */
export interface SavedCheckpoint extends TrainingPosition {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** A checkpoint as the store keeps it. */
export interface CheckpointRecord extends SavedCheckpoint {
  readonly trialNumber: number
  readonly savedAtMs: number
}

/** How often a training hands over a checkpoint; the first rule that holds. */
export type CheckpointRhythm = Readonly<
  Pick<CheckpointSettings, 'everySeconds' | 'everyEpochs' | 'everySteps' | 'atEnd'>
>

/** The key `checkpoint` of a study file. */
export const checkpointSchema = z
  .union([
    z.literal('none').describe('option.checkpoint.checkpoint'),
    z.strictObject({
      everySeconds: z
        .number()
        .gt(0)
        .nullable()
        .default(60)
        .describe('option.checkpoint.everySeconds'),
      everyEpochs: z
        .int()
        .min(1)
        .nullable()
        .default(null)
        .describe('option.checkpoint.everyEpochs'),
      everySteps: z.int().min(1).nullable().default(null).describe('option.checkpoint.everySteps'),
      atEnd: z.boolean().default(true).describe('option.checkpoint.atEnd'),
      keepBest: z.int().min(0).max(10_000).default(3).describe('option.checkpoint.keepBest'),
      keepPareto: z.boolean().default(true).describe('option.checkpoint.keepPareto'),
      keepLatest: z.int().min(0).max(10_000).default(1).describe('option.checkpoint.keepLatest'),
      keepPerTrial: z.int().min(1).max(1_000).default(1).describe('option.checkpoint.keepPerTrial'),
      megabytes: z.number().gt(0).default(2_000).describe('option.checkpoint.megabytes'),
    }),
  ])
  .describe('option.checkpoint.all')

export type CheckpointSettings = Exclude<z.output<typeof checkpointSchema>, 'none'>

export const defaultCheckpoints = checkpointSchema.parse({}) as CheckpointSettings
