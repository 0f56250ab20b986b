import process from 'node:process'
import { Option, type Command } from 'commander'
import { engineNames, type EnginePreference } from '../../contract/engine.ts'
import { exportPredictionsCsv } from '../../reports/export/export-predictions-csv.ts'
import { writeReport } from '../../reports/write-report.ts'
import { exportModel } from '../../networks/export-model.ts'
import { predictNewData } from '../../networks/predict-new-data.ts'
import { createContext, withReader } from '../context.ts'
import type { Translate } from '../../i18n/translate.ts'

interface PredictOptions {
  readonly output?: string
  readonly engine: EnginePreference
}

export function addModelCommands(program: Command, t: Translate): void {
  program
    .command('model')
    .description(t('cli.help.model'))
    .argument('<study>', t('cli.help.study'))
    .argument('<folder>', t('cli.help.model.folder'))
    .option('--onnx', t('cli.help.model.onnx'))
    .action(async (name: string, folder: string, options: { onnx?: true }, command: Command) => {
      const context = createContext(command)
      await withReader(context, async reader => {
        const snapshot = reader.snapshot(reader.findStudy(name).id)
        const written = await exportModel(snapshot, folder, context.language, options)
        if (context.json) context.printJson({ model: written })
        else context.print(context.t('cli.written', { file: written }))
      })
    })

  program
    .command('predict')
    .description(t('cli.help.predict'))
    .argument('<model>', t('cli.help.predict.model'))
    .argument('<input>', t('cli.help.predict.input'))
    .option('-o, --output <file>', t('cli.help.predict.output'))
    .addOption(
      new Option('--engine <name>', t('cli.help.predict.engine'))
        .choices(['auto', ...engineNames])
        .default('auto'),
    )
    .action(async (model: string, input: string, options: PredictOptions, command: Command) => {
      const context = createContext(command)
      const { classNames, predictions } = await predictNewData(model, input, options.engine)
      const text = exportPredictionsCsv(classNames, predictions)
      if (options.output === undefined) {
        if (context.json) for (const prediction of predictions) context.printJson(prediction)
        else process.stdout.write(text)
        return
      }
      const file = await writeReport(options.output, text)
      if (context.json) context.printJson({ predictions: file, rows: predictions.length })
      else context.print(context.t('cli.written', { file }))
    })
}
