import type { SplitSizes } from '../../core/data/data-settings.ts'
import type { DatasetFinding, DatasetManifest } from '../../core/data/dataset.ts'
import type { SpaceSpecification } from '../../core/study/space-specification.ts'
import { readClassSchema } from '../data/dataset-schema.ts'
import { splitRows } from '../data/split.ts'

/** A batch is at most this share of the training rows, so that an epoch has eight steps at least. */
const MAX_BATCH_SHARE = 1 / 8
const MIN_BATCH = 4
/** Steps of a training with the middle batch size of the range, as far as epochs are not capped. */
const MIN_STEPS = 500
const MAX_EPOCHS = 100

/**
 * The range of batch sizes and the number of epochs for so many training rows. A batch is no larger than an eighth of the rows
 * and no smaller than 4; the range spans as many powers of two as the one for large sets, as far as that goes. Epochs give
 * 500 steps at the geometric mean of the range, at most 100, and never fewer than for large sets. Small batches
 * lose nothing but time: Masters, Luschi: Revisiting small batch training for deep neural networks, 2018, arXiv:1804.07612 (best from 2 to 32);
 * Bengio: Practical recommendations for gradient-based training of deep architectures, 2012, arXiv:1206.5533. That a training should go on until validation
 * has its best before the last step, and few epochs are no limit to begin with: Godbole and others: Deep learning tuning playbook, 2023;
 * AutoKeras allows 1,000 epochs and ends early.
 * @param space the default one, with `batchSize: { ordinal: [...] }` (rising powers of two) and `epochs: { fixed }`; any other gives nothing
 * @param rows that are trained on, at least 1
 * @returns the two parameters; nothing where they stay as they are
 */
export function sizedTraining(
  { batchSize, epochs }: SpaceSpecification,
  rows: number,
): SpaceSpecification {
  if (batchSize === undefined || !('ordinal' in batchSize)) return {}
  if (epochs === undefined || !('fixed' in epochs)) return {}
  const usual = batchSize.ordinal.map(Number)
  const [least, most] = [Math.min(...usual), Math.max(...usual)]
  const high = Math.max(
    MIN_BATCH,
    Math.min(most, 2 ** Math.floor(Math.log2(rows * MAX_BATCH_SHARE))),
  )
  const low = Math.max(MIN_BATCH, (high * least) / most)
  const sizes = usual.length === 1 ? [] : powersOfTwo(low, high)
  const enough = Math.ceil((MIN_STEPS * Math.sqrt(low * high)) / rows)
  const count = Math.max(Number(epochs.fixed), Math.min(MAX_EPOCHS, enough))
  return {
    ...(high === most
      ? {}
      : { batchSize: sizes.length > 1 ? { ordinal: sizes } : { fixed: high } }),
    ...(count === epochs.fixed ? {} : { epochs: { fixed: count } }),
  }
}

function powersOfTwo(low: number, high: number): number[] {
  const count = Math.log2(high / low) + 1
  return Array.from({ length: count }, (_, power) => low * 2 ** power)
}

/** Rows that train, of a set whose rows have classes. */
export function trainingRowsOf(manifest: DatasetManifest, sizes: SplitSizes): number {
  return Math.max(1, splitRows(manifest, sizes).train)
}

/** With fewer rows, each of them moves an accuracy by more than two points. */
const FEW_ROWS = 50

/** Parts of a set with classes that have fewer than 50 rows. @param folds with several, all rows that are not tested validate */
export function smallParts(
  manifest: DatasetManifest,
  sizes: SplitSizes,
  folds: number,
): readonly DatasetFinding[] {
  const { train, validation, test } = splitRows(manifest, sizes)
  const parts = [
    { part: 'validation', rows: folds > 1 ? train + validation : validation },
    { part: 'test', rows: test },
  ] as const
  return parts
    .filter(({ rows }) => rows >= 1 && rows < FEW_ROWS)
    .map(part => ({ kind: 'fewRows', ...part }))
}

const FOLDS = 3
/** The validation rows of a larger set say enough, and a training of its own for each fold takes long. */
const MAX_FOLDED_ROWS = 500
/** Of all rows together: numbers that go into networks. */
const MAX_FOLDED_VALUES = 4e6
/** So many rows of the smallest class, or groups, for each fold. */
const MIN_PER_FOLD = 3

/**
 * Into how many folds training and validation rows of a small set with classes are cut: 3, where 500 rows at most are not tested; 1 for a larger
 * one, for large rows (4 million values in all), and where the smallest class or the number of groups has fewer than nine. Networks are trained
 * once for each fold, and with 3 each row validates once, as with the 5 of tables.
 * @param valuesPerRow numbers of one row, such as pixels times channels; 0 if that differs
 */
export function classFolds(
  manifest: DatasetManifest,
  sizes: SplitSizes,
  valuesPerRow: number,
): number {
  const { train, validation, share } = splitRows(manifest, sizes)
  const { classCounts, groupCounts } = readClassSchema(manifest)
  const rows = train + validation
  if (rows > MAX_FOLDED_ROWS || rows * valuesPerRow > MAX_FOLDED_VALUES) return 1
  const fewest = Math.min(
    Math.floor(share * Math.min(...classCounts)),
    groupCounts === null ? Number.POSITIVE_INFINITY : Math.floor(share * groupCounts.length),
  )
  return fewest < FOLDS * MIN_PER_FOLD ? 1 : FOLDS
}
