import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { listFiles } from '../../../../../analysis/summary/list-files.ts'
import type { BuiltFile } from '../../../../../core/processes/query-protocol.ts'
import type { StudySnapshot } from '../../../../../core/study/study.ts'
import { filesBelow } from '../../../../../platform/files/files-below.ts'
import { inTemporaryFolder } from '../../../../../platform/files/temporary.ts'
import type { Translate } from '../../../../../core/i18n/translate.ts'
import { toOptunaStudy } from '../../../../../interop/optuna/to-optuna.ts'
import { sum } from '../../../../../math/numbers.ts'
import { buildZip } from '../../../../reports/node/zip.ts'
import { requireDownloadable } from '../../downloadable.ts'
import { writeOptunaExport } from '../../../../imports/node/optuna-artifacts.ts'
import { optunaFormat } from '../../../../../core/exporters/optuna/optuna.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** A database of Optuna. */
export const optunaExporter: ExporterDefinition = {
  ...optunaFormat,
  overwrites: true,
  write: (snapshot, file, t) =>
    writeOptunaExport(file, toOptunaStudy(snapshot, t), listFiles(snapshot.artifacts)),
  build: optunaFile,
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
