import { readFindings, type DatasetFinding, type DatasetManifest } from '../core/data/dataset.ts'
import type { IngestSource } from '../core/processes/ingest-protocol.ts'
import { duplicatesName } from './find-duplicates.ts'
import { readPreparedDataset } from './read-prepared.ts'
import { checkClassSplit, splitClasses } from '../training/data/class-split.ts'
import { readClassSchema, readTableSchema } from '../training/data/dataset-schema.ts'
import { findLeaks } from '../training/data/find-leaks.ts'
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

/**
 * Draws the split that a study will have and says what looks wrong with it: rows that stand in two of its
 * parts, and columns that tell the target.
 * @throws AppError `data.invalid` for sizes that no split can have
 */
export async function findSplitLeaks(
  stored: { readonly directory: string; readonly manifest: DatasetManifest },
  source: IngestSource,
  seed: number,
): Promise<readonly DatasetFinding[]> {
  const { manifest } = stored
  if (source.kind === 'table') checkTableSplit(manifest, source.data)
  else checkClassSplit(manifest, source.data)
  const ofColumns = readFindings(manifest.properties)
  if (!manifest.arrays.some(({ name }) => name === duplicatesName)) return ofColumns
  const dataset = await readPreparedDataset(stored.directory, splitArrays)
  const firsts = datasetArray(dataset, duplicatesName, Int32Array)
  if (source.kind === 'table') {
    const rows = tableSplitRows(dataset, readTableSchema(manifest))
    return [...ofColumns, ...findLeaks(firsts, splitTable(manifest, source.data, rows, seed), 0)]
  }
  const labelsName = source.kind === 'image' ? 'trainLabels' : 'labels'
  const labels = datasetArray(dataset, labelsName, Int32Array)
  const { testClassCounts, groupCounts } = readClassSchema(manifest)
  const testLabels =
    testClassCounts === null ? null : datasetArray(dataset, 'testLabels', Int32Array)
  const groups = groupCounts === null ? null : datasetArray(dataset, 'groups', Int32Array)
  const split: Split = splitClasses(manifest, source.data, { labels, testLabels, groups }, seed)
  return findLeaks(firsts, split, testLabels === null ? 0 : labels.length)
}
