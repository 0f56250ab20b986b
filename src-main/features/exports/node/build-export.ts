import type { Translate } from '../../../core/i18n/translate.ts'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { listFiles } from '../../../analysis/summary/list-files.ts'
import type { BuiltFile } from '../../../core/processes/query-protocol.ts'
import type { ExportFormat } from '../../../core/questions/report.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { filesBelow } from '../../../platform/files/files-below.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import { toHyperoptTrials } from '../../../interop/hyperopt/to-hyperopt.ts'
import { toOptunaStudy } from '../../../interop/optuna/to-optuna.ts'
import { exportCsv, trialRows } from '../../../reports/export/export-csv.ts'
import { exportJson } from '../../../reports/export/export-json.ts'
import { exportMetricsCsv } from '../../../reports/export/export-metrics-csv.ts'
import { buildZip } from '../../reports/node/zip.ts'
import { sum } from '../../../math/numbers.ts'
import { requireDownloadable } from './downloadable.ts'
import { parquetTable } from './parquet-table.ts'
import { tensorboardRuns } from './tensorboard/tensorboard-runs.ts'
import { writeOptunaExport } from '../../imports/node/optuna-artifacts.ts'

const json = 'application/json'

/** A study in a form of another program, as one file: a log folder of TensorBoard is a ZIP archive. */
export async function buildExport(
  snapshot: StudySnapshot,
  format: ExportFormat,
  t: Translate,
): Promise<BuiltFile> {
  switch (format) {
    case 'csv':
      return { ending: 'csv', mediaType: 'text/csv', content: exportCsv(snapshot, t) }
    case 'metrics-csv':
      return { ending: 'metrics.csv', mediaType: 'text/csv', content: exportMetricsCsv(snapshot) }
    case 'parquet':
      return {
        ending: 'parquet',
        mediaType: 'application/vnd.apache.parquet',
        content: parquetTable(trialRows(snapshot, t)),
      }
    case 'json':
      return { ending: 'json', mediaType: json, content: exportJson(snapshot, t) }
    case 'hyperopt':
      return { ending: 'hyperopt.json', mediaType: json, content: toHyperoptTrials(snapshot, t) }
    case 'optuna':
      return optunaFile(snapshot, t)
    case 'tensorboard':
      return {
        ending: 'tensorboard.zip',
        mediaType: 'application/zip',
        content: await buildZip(tensorboardRuns(snapshot)),
      }
  }
}

/**
 * Files of trials stand beside it in an archive, as `export` writes them into a folder.
 * @throws AppError `file.tooLarge`, before anything is copied
 */
async function optunaFile(snapshot: StudySnapshot, t: Translate): Promise<BuiltFile> {
  const files = listFiles(snapshot.artifacts)
  const { id } = snapshot.study
  requireDownloadable(
    sum(files.map(({ bytes }) => bytes)),
    `tunewright export ${id} --format optuna FILE.sqlite`,
  )
  return inTemporaryFolder('export', async folder => {
    const written = writeOptunaExport(
      path.join(folder, 'study.sqlite'),
      toOptunaStudy(snapshot, t),
      files,
    )
    if (files.length === 0) {
      const content = await readFile(written)
      return { ending: 'optuna.sqlite', mediaType: 'application/vnd.sqlite3', content }
    }
    const names = (await filesBelow(folder)).map(file => path.relative(folder, file)).sort()
    const contents = new Map<string, Buffer>()
    for (const name of names)
      contents.set(name.replaceAll(path.sep, '/'), await readFile(path.join(folder, name)))
    return {
      ending: 'optuna.zip',
      mediaType: 'application/zip',
      content: await buildZip(contents),
    }
  })
}
