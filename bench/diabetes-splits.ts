import { fileURLToPath } from 'node:url'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { tableDataSchema } from '../src-main/core/data/data-settings.ts'
import { readPreparedDataset } from '../src-main/datasets/read-prepared.ts'
import { prepareDataset } from '../src-main/datasets/ingest-client.ts'
import { readTableSchema } from '../src-main/training/data/dataset-schema.ts'
import { splitTable } from '../src-main/training/data/table-split.ts'
import { tableSplitRows } from '../src-main/training/tasks/tabular/load-table.ts'

/**
 * Prints, as JSON, the rows of each part of the sample study diabetes.yaml for the seeds 1 to 5, so that another program can
 * train on the same rows: node bin/run.cjs bench/diabetes-splits.ts | python bench/peers/forest_rmse.py
 */
const samples = fileURLToPath(new URL('../resources/samples', import.meta.url))
const data = tableDataSchema.parse({
  file: 'diabetes.csv',
  target: 'progression',
  categorical: ['sex'],
  validation: 0.2,
  test: 0.2,
})
const cache = mkdtempSync(path.join(tmpdir(), 'tunewright-splits-'))
const prepared = await prepareDataset({
  objective: { task: 'tabular', data },
  studyDirectory: samples,
  cacheDirectory: cache,
})
if (prepared === null) throw new Error('a table has data')
const dataset = await readPreparedDataset(prepared.directory)
const rows = tableSplitRows(dataset, readTableSchema(dataset.manifest))
const splits = [1, 2, 3, 4, 5].map(seed => {
  const { train, validation, test } = splitTable(dataset.manifest, data, rows, seed)
  return { seed, train: [...train], validation: [...validation], test: [...test] }
})
rmSync(cache, { recursive: true, force: true })
process.stdout.write(`${JSON.stringify({ file: path.join(samples, 'diabetes.csv'), splits })}\n`)
