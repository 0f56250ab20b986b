import { buildZip } from '../../../../reports/node/zip.ts'
import { tensorboardRuns } from '../../tensorboard/tensorboard-runs.ts'
import { writeTensorboardFolder } from '../../tensorboard/write-folder.ts'
import { tensorboardFormat } from '../../../../../core/exporters/tensorboard/tensorboard.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** A log folder of TensorBoard as a ZIP archive. */
export const tensorboardExporter: ExporterDefinition = {
  ...tensorboardFormat,
  overwrites: true,
  write: (snapshot, path) => writeTensorboardFolder(path, snapshot),
  build: async snapshot => ({
    ending: 'tensorboard.zip',
    mediaType: 'application/zip',
    content: await buildZip(tensorboardRuns(snapshot)),
  }),
}
