import process from 'node:process'
import { Option } from 'commander'
import { engineNames, type EnginePreference } from '../../contract/engine.ts'
import type { Prediction } from '../../contract/exported-model.ts'
import type { Predictions } from '../../contract/prediction-protocol.ts'
import {
  exportPredictionsCsv,
  predictionRows,
} from '../../reports/export/export-predictions-csv.ts'
import { type Force, requireFree, writeReport } from '../../reports/write-report.ts'
import { parquetTable } from '../../exchange/parquet-table.ts'
import { exportModel } from '../../networks/export-model.ts'
import { predictNewData } from '../../networks/predict-new-data.ts'
import { type AddCommands, withReader } from '../context.ts'

interface PredictOptions extends Force {
  readonly output?: string
  readonly engine: EnginePreference
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('model')
    .description(t('cli.help.model'))
    .argument('<study>', t('cli.help.study'))
    .argument('<folder>', t('cli.help.model.folder'))
    .option('--onnx', t('cli.help.model.onnx'))
    .run(async (context, name: string, folder: string, options: { onnx?: true }) => {
      await withReader(context, async reader => {
        const snapshot = reader.snapshot(reader.findStudy(name).id)
        const written = await exportModel(snapshot, folder, context.language, options)
        context.tell(t('cli.written', { file: written }), { model: written })
      })
    })

  program
    .command('predict')
    .description(t('cli.help.predict'))
    .argument('<model>', t('cli.help.predict.model'))
    .argument('<input>', t('cli.help.predict.input'))
    .option('-o, --output <file>', t('cli.help.predict.output'))
    .option('--force', t('cli.help.force'))
    .addOption(
      new Option('--engine <name>', t('cli.help.predict.engine'))
        .choices(['auto', ...engineNames])
        .default('auto'),
    )
    .run(async (context, model: string, input: string, options: PredictOptions) => {
      requireFree(options.output, options)
      const { classNames, predictions } = await predictNewData(model, input, options.engine)
      if (options.output === undefined) {
        if (context.json) for (const each of predictions) context.printJson(named(each, classNames))
        else process.stdout.write(exportPredictionsCsv(classNames, predictions))
        return
      }
      const content = /\.parquet$/i.test(options.output)
        ? parquetTable(predictionRows(classNames, predictions))
        : exportPredictionsCsv(classNames, predictions)
      const file = await writeReport(options.output, content, options.force === true)
      context.tell(t('cli.written', { file }), { predictions: file, rows: predictions.length })
    })
}

/** Probabilities by the name of their class. */
function named(
  { probabilities, ...prediction }: Prediction,
  classNames: Predictions['classNames'],
): Record<string, unknown> {
  if (probabilities === null || classNames === null) return { ...prediction, probabilities }
  const entries = classNames.map((name, place) => [name, probabilities[place]] as const)
  return { ...prediction, probabilities: Object.fromEntries(entries) }
}
