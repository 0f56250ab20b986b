import type { NamedTensor } from '../objectives/objective-host.ts'
import type { BoosterPack } from '../../core/machine/engines/registry.ts'

/**
 * Gradient boosting of trees as the product sees it. Our own booster, LightGBM and XGBoost stand behind it; names and
 * defaults of parameters are LightGBM's, in whole words.
 */

/** A column of a table. */
export interface BoosterColumn {
  readonly name: string
  /** `categorical`: values are codes, 0…levels − 1. */
  readonly kind: 'numeric' | 'categorical'
  /** One per row; NaN = missing, as is a category that training has not seen. */
  readonly values: Float64Array
  /** Codes of a categorical column; 0 for a numeric one. */
  readonly levels: number
}

export interface BoosterTable {
  readonly rows: number
  readonly columns: readonly BoosterColumn[]
}

/** Rows to learn from. The object stands for its content: a library may keep what it has made of it. */
export interface BoosterData extends BoosterTable {
  /** One per row: a number, or the class from 0. */
  readonly target: Float64Array
  /** One per row, > 0; null: all 1. */
  readonly weights: Float64Array | null
}

/**
 * What is minimized, and with it what a raw score is: the number itself, the logit of class 1 (`logistic`), or one logit
 * per class (`softmax`).
 */
export type BoosterObjective =
  | { readonly kind: 'squaredError' }
  | { readonly kind: 'absoluteError' }
  | { readonly kind: 'quantile'; readonly quantile: number }
  | { readonly kind: 'logistic' }
  | { readonly kind: 'softmax'; readonly classes: number }

/** Raw scores per row. */
export function scoresPerRow(objective: BoosterObjective): number {
  return objective.kind === 'softmax' ? objective.classes : 1
}

/** LightGBM's name stands behind each. */
export interface BoosterParameters {
  /** learning_rate */
  readonly learningRate: number
  /** num_leaves, at least 2 */
  readonly leaves: number
  /** max_depth; 0: no limit (there −1) */
  readonly maxDepth: number
  /** min_data_in_leaf */
  readonly minRowsPerLeaf: number
  /** min_sum_hessian_in_leaf */
  readonly minHessianPerLeaf: number
  /** lambda_l1 */
  readonly lambdaL1: number
  /** lambda_l2 */
  readonly lambdaL2: number
  /** min_gain_to_split */
  readonly minGain: number
  /** feature_fraction, drawn for every tree, in (0, 1] */
  readonly featureFraction: number
  /** bagging_fraction, drawn for every round (bagging_freq = 1 where it is below 1), in (0, 1] */
  readonly baggingFraction: number
  /** max_bin, in 2…255 */
  readonly maxBins: number
  /** cat_l2 */
  readonly categoryL2: number
  /** cat_smooth */
  readonly categorySmoothing: number
  /** min_data_per_group: the fewest rows of each of two groups of categories, where a column has more than three; at least 1 */
  readonly minRowsPerGroup: number
  /** Everything random: seed, feature_fraction_seed, bagging_seed … */
  readonly seed: number
}

export const boosterDefaults: BoosterParameters = {
  learningRate: 0.1,
  leaves: 31,
  maxDepth: 0,
  minRowsPerLeaf: 20,
  minHessianPerLeaf: 1e-3,
  lambdaL1: 0,
  lambdaL2: 0,
  minGain: 0,
  featureFraction: 1,
  baggingFraction: 1,
  maxBins: 255,
  categoryL2: 10,
  categorySmoothing: 10,
  minRowsPerGroup: 100,
  seed: 0,
}

/** Of so many training rows, one group of categories may have one. */
const ROWS_PER_GROUP_ROW = 50

/**
 * The fewest rows of a group of categories for a table: LightGBM's 100 from 5,000 training rows on, in smaller ones a fiftieth of them. With 100, no split
 * of some 250 rows could use a column of four or more categories, however much it explains.
 * @param rows of training, at least 1
 * @returns 1…100
 */
export function rowsPerGroup(rows: number): number {
  return Math.min(boosterDefaults.minRowsPerGroup, Math.ceil(rows / ROWS_PER_GROUP_ROW))
}

export interface BoosterRequest {
  readonly data: BoosterData
  /** Rows whose scores are kept up to date beside those of training; columns as in `data`. */
  readonly validation: BoosterTable
  readonly objective: BoosterObjective
  readonly parameters: BoosterParameters
  /** A model of the same library, data and parameters that the training goes on from, as if it had never stopped; null: none. */
  readonly start: readonly NamedTensor[] | null
}

/** A training that runs. */
export interface Booster {
  /** Rounds done, those of `start` among them. */
  readonly rounds: number
  /**
   * One tree per score.
   * @returns false if nothing was left to split: further rounds change nothing
   */
  boostRound(): boolean
  /**
   * Mean of the objective's loss over the rows of training, in natural logarithms where it has any; null where rows have
   * weights. Absent where the library has none of its own.
   */
  trainingLoss?(): number | null
  /** Raw scores now: rows × scores per row. The next round may change the array. */
  scores(part: 'training' | 'validation'): Float64Array
  /**
   * The model as files keep it: the first rounds alone.
   * @param rounds at most those done
   */
  save(rounds: number): readonly NamedTensor[]
  dispose(): void
}

/** A trained model. */
export interface BoosterModel {
  /** Trees and leaves of all trees: its size. */
  readonly trees: number
  readonly leaves: number
  /**
   * Raw scores: rows × scores per row.
   * @param table columns in the order of training
   */
  predict(table: BoosterTable): Float64Array
  /** Sum of the gains of all splits by column. */
  gains(): Float64Array
  /**
   * SHAP values of raw scores (TreeSHAP): rows × scores × (columns + 1), the last one being the expected score. Absent where
   * the library has none.
   */
  contributions?(table: BoosterTable): Float64Array
  dispose(): void
}

export interface BoosterLibrary {
  readonly name: 'tunewright' | BoosterPack
  readonly version: string
  /** Whether `save` of this library made it. */
  reads(model: readonly NamedTensor[]): boolean
  /** @throws AppError `training.invalid` where it cannot do what is asked */
  train(request: BoosterRequest): Booster
  /**
   * @param model what `save` gave
   * @throws AppError `data.invalid` where it is damaged
   */
  load(model: readonly NamedTensor[]): BoosterModel
}

/** Bytes as a tensor, for models that are text or a format of their own. */
export function bytesToTensor(name: string, bytes: Uint8Array): NamedTensor {
  const words = new Int32Array(Math.ceil(bytes.length / 4) + 1)
  words[0] = bytes.length
  new Uint8Array(words.buffer).set(bytes, 4)
  return { name, shape: [words.length], data: words }
}

/** The way back; null if it is none. */
export function tensorToBytes({ data }: NamedTensor): Uint8Array | null {
  const length = data[0]
  if (!(data instanceof Int32Array) || length === undefined) return null
  if (length < 0 || Math.ceil(length / 4) + 1 !== data.length) return null
  return new Uint8Array(data.buffer, data.byteOffset + 4, length).slice()
}
