import { csvFormat } from './csv/csv.ts'
import { hyperoptFormat } from './hyperopt/hyperopt.ts'
import { interactiveHtmlFormat } from './interactive-html/interactive-html.ts'
import { jsonFormat } from './json/json.ts'
import { metricsCsvFormat } from './metrics-csv/metrics-csv.ts'
import { optunaFormat } from './optuna/optuna.ts'
import { parquetFormat } from './parquet/parquet.ts'
import { tensorboardFormat } from './tensorboard/tensorboard.ts'

const formats = [
  csvFormat,
  metricsCsvFormat,
  parquetFormat,
  jsonFormat,
  interactiveHtmlFormat,
  optunaFormat,
  hyperoptFormat,
  tensorboardFormat,
] as const

export type ExportFormat = (typeof formats)[number]['name']

/** Formats in which trials of a study are written for other programs. */
export const exportFormats: readonly ExportFormat[] = formats.map(({ name }) => name)
