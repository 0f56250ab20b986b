import { writeOutput } from '../../../../../platform/files/write-output.ts'
import { trialRows } from '../../../../../reports/export/export-csv.ts'
import { parquetTable } from '../../parquet-table.ts'
import { parquetFormat } from '../../../../../core/exporters/parquet/parquet.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** The table of the trials with the types of its columns. */
export const parquetExporter: ExporterDefinition = {
  ...parquetFormat,
  write: (snapshot, path, t, force) =>
    writeOutput(path, parquetTable(trialRows(snapshot, t)), force),
  build: (snapshot, t) => ({
    ending: 'parquet',
    mediaType: 'application/vnd.apache.parquet',
    content: parquetTable(trialRows(snapshot, t)),
  }),
}
