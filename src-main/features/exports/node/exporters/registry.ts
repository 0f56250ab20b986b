import { byName } from '../../../../core/values/named-values.ts'
import { csvExporter } from './csv/csv.ts'
import type { ExporterDefinition } from './exporter.ts'
import { hyperoptExporter } from './hyperopt/hyperopt.ts'
import { interactiveHtmlExporter } from './interactive-html/interactive-html.ts'
import { jsonExporter } from './json/json.ts'
import { metricsCsvExporter } from './metrics-csv/metrics-csv.ts'
import { optunaExporter } from './optuna/optuna.ts'
import { parquetExporter } from './parquet/parquet.ts'
import { tensorboardExporter } from './tensorboard/tensorboard.ts'

/** Every form of another program that a study is written in, by the name that people ask for. */
export const exporters = byName<ExporterDefinition>([
  csvExporter,
  metricsCsvExporter,
  parquetExporter,
  jsonExporter,
  interactiveHtmlExporter,
  optunaExporter,
  hyperoptExporter,
  tensorboardExporter,
])
