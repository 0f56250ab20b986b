import type { SplitSizes } from '../../core/data/data-settings.ts'
import type { DatasetManifest } from '../../core/data/dataset.ts'
import { readClassSchema, requireClasses, sourceName } from './dataset-schema.ts'
import { takeFold, type HeldOut } from './folds.ts'
import { checkGroups, drawGroupedSplit } from './grouped-split.ts'
import { DEFAULT_SHARE, defaultValidation, drawSplit, planClassSplit, type Split } from './split.ts'

/** Labels of a prepared set of images, recordings or texts. */
export interface ClassLabels {
  readonly labels: Int32Array
  /** Of separate test rows; null if there are none. */
  readonly testLabels: Int32Array | null
  /** Null where rows are not grouped. */
  readonly groups: Int32Array | null
}

/**
 * Refuses sizes that no split can have, before anything is drawn.
 * @throws AppError `data.invalid`
 */
export function checkClassSplit(manifest: DatasetManifest, sizes: SplitSizes): void {
  const { groupCounts } = readClassSchema(manifest)
  if (groupCounts === null) planClassSplit(manifest, sizes)
  else checkGroups(manifest, groupCounts.length)
}

/**
 * Draws training, validation and test rows: by class in equal shares, or, where rows have groups, by
 * whole groups.
 * @param fold the part of training and validation rows that validates; null: the validation rows as drawn
 * @throws AppError `data.invalid` if the sizes cannot be met, a class is in no training group, or there are too few rows
 *   or groups for the folds
 */
export function splitClasses(
  manifest: DatasetManifest,
  sizes: SplitSizes,
  { labels, testLabels, groups }: ClassLabels,
  seed: number,
  fold: HeldOut | null = null,
): Split {
  const schema = readClassSchema(manifest)
  const rows = {
    strata: labels,
    groups,
    times: null,
    embargo: 0,
    seed,
    source: sourceName(manifest),
  }
  if (groups === null || schema.groupCounts === null) {
    const plan = planClassSplit(manifest, sizes)
    return takeFold(drawSplit(plan, labels, labels.length, testLabels, seed), fold, rows)
  }
  const grouped = {
    train: sizes.train,
    validation: sizes.validation ?? defaultValidation(labels.length),
    test: sizes.test ?? DEFAULT_SHARE,
  }
  const drawn = drawGroupedSplit(manifest, groups, schema.groupCounts.length, grouped, seed)
  const split = takeFold(drawn, fold, rows)
  requireClasses(manifest, schema.classNames, labels, split.train)
  return split
}
