import type { RowParts } from '../core/data/data-rows.ts'
import {
  readFindings,
  type DatasetFinding,
  type DatasetManifest,
  type PreparedDataset,
} from '../core/data/dataset.ts'
import type { IngestSource } from '../core/processes/ingest-protocol.ts'
import { duplicatesName } from './find-duplicates.ts'
import { readPreparedDataset } from './read-prepared.ts'
import { checkClassSplit, splitClasses } from '../training/data/class-split.ts'
import { readClassSchema, readTableSchema } from '../training/data/dataset-schema.ts'
import { findFoldedLeaks, findLeaks } from '../training/data/find-leaks.ts'
import type { Split } from '../training/data/split.ts'
import { checkTableSplit, splitTable } from '../training/data/table-split.ts'
import { datasetArray } from '../training/tasks/dataset-array.ts'
import { tableSplitRows } from '../training/tasks/tabular/load-table.ts'

/** Arrays that decide a split, whatever the kind of data. */
const splitArrays = [
  'target',
  'groups',
  'times',
  'labels',
  'trainLabels',
  'testLabels',
  duplicatesName,
]

/** The split that a study will have, and what looks wrong with its data. */
export interface SplitDescription {
  readonly parts: RowParts
  readonly findings: readonly DatasetFinding[]
  /** The findings of a study with folds, whose training and validation rows are one part. */
  readonly foldedFindings: readonly DatasetFinding[]
}

/**
 * Draws the split that a study will have and says what looks wrong with it: rows that stand in two of its
 * parts, and columns that tell the target.
 * @throws AppError `data.invalid` for sizes that no split can have
 */
export async function describeSplit(
  stored: { readonly directory: string; readonly manifest: DatasetManifest },
  source: IngestSource,
  seed: number,
): Promise<SplitDescription> {
  const { manifest } = stored
  if (source.kind === 'table') checkTableSplit(manifest, source.data)
  else checkClassSplit(manifest, source.data)
  const ofColumns = readFindings(manifest.properties)
  const dataset = await readPreparedDataset(stored.directory, splitArrays)
  const { split, testOffset } =
    source.kind === 'table'
      ? {
          split: splitTable(
            manifest,
            source.data,
            tableSplitRows(dataset, readTableSchema(manifest)),
            seed,
          ),
          testOffset: 0,
        }
      : classSplitOf(dataset, source, seed)
  const parts = {
    train: split.train.length,
    validation: split.validation.length,
    test: split.test.length,
  }
  if (!manifest.arrays.some(({ name }) => name === duplicatesName))
    return { parts, findings: ofColumns, foldedFindings: ofColumns }
  const firsts = datasetArray(dataset, duplicatesName, Int32Array)
  return {
    parts,
    findings: [...ofColumns, ...findLeaks(firsts, split, testOffset)],
    foldedFindings: [...ofColumns, ...findFoldedLeaks(firsts, split, testOffset)],
  }
}

function classSplitOf(
  dataset: PreparedDataset,
  source: Exclude<IngestSource, { kind: 'table' }>,
  seed: number,
): { readonly split: Split; readonly testOffset: number } {
  const { manifest } = dataset
  const labelsName = source.kind === 'image' ? 'trainLabels' : 'labels'
  const labels = datasetArray(dataset, labelsName, Int32Array)
  const { testClassCounts, groupCounts } = readClassSchema(manifest)
  const testLabels =
    testClassCounts === null ? null : datasetArray(dataset, 'testLabels', Int32Array)
  const groups = groupCounts === null ? null : datasetArray(dataset, 'groups', Int32Array)
  const split = splitClasses(manifest, source.data, { labels, testLabels, groups }, seed)
  return { split, testOffset: testLabels === null ? 0 : labels.length }
}
