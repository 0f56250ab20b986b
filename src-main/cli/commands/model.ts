import process from 'node:process'
import { Option, type Command } from 'commander'
import { engineNames, type EnginePreference } from '../../contract/engine.ts'
import { exportPredictionsCsv } from '../../reports/export/export-predictions-csv.ts'
import { writeReport } from '../../reports/write-report.ts'
import { exportModel } from '../../networks/export-model.ts'
import { predictNewData } from '../../networks/predict-new-data.ts'
import { createContext, withReader } from '../context.ts'

interface PredictOptions {
  readonly output?: string
  readonly engine: EnginePreference
}

export function addModelCommands(program: Command): void {
  program
    .command('model')
    .description("Write the best trial's model: network, weights, preprocessing and model card.")
    .argument('<study>', 'name or id')
    .argument('<folder>', 'new or empty folder')
    .option('--onnx', 'write the network as model.onnx too')
    .action(async (name: string, folder: string, options: { onnx?: true }, command: Command) => {
      const context = createContext(command)
      await withReader(context, async reader => {
        const snapshot = reader.snapshot(reader.findStudy(name).id)
        const written = await exportModel(snapshot, folder, context.language, options)
        if (context.json) context.printJson({ model: written })
        else context.print(context.texts.written(written))
      })
    })

  program
    .command('predict')
    .description('Use a model on new data: a CSV file, or images, recordings or texts.')
    .argument('<model>', 'folder that "model" has written')
    .argument('<input>', 'CSV file; or a file, a folder or a ZIP archive of files')
    .option('-o, --output <file>', 'CSV file to write, instead of standard output')
    .addOption(
      new Option('--engine <name>', 'engine that computes')
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
      else context.print(context.texts.written(file))
    })
}
