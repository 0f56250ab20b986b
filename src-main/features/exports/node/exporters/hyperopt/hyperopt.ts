import { toHyperoptTrials } from '../../../../../interop/hyperopt/to-hyperopt.ts'
import { hyperoptFormat } from '../../../../../core/exporters/hyperopt/hyperopt.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** Trials as Hyperopt keeps them. */
export const hyperoptExporter: ExporterDefinition = {
  ...hyperoptFormat,
  text: toHyperoptTrials,
  build: (snapshot, t) => ({
    ending: 'hyperopt.json',
    mediaType: 'application/json',
    content: toHyperoptTrials(snapshot, t),
  }),
}
