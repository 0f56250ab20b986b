import { toHyperoptTrials } from '../../../../../interop/hyperopt/to-hyperopt.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** Trials as Hyperopt keeps them. */
export const hyperoptExporter: ExporterDefinition = {
  name: 'hyperopt',
  endings: ['.json'],
  text: toHyperoptTrials,
  build: (snapshot, t) => ({
    ending: 'hyperopt.json',
    mediaType: 'application/json',
    content: toHyperoptTrials(snapshot, t),
  }),
}
