import { ownValue } from '../../../core/values/named-values.ts'
import process from 'node:process'
import { Option } from 'commander'
import { ensembleMessage } from '../../../analysis/summary/ensemble.ts'
import { modelProgressText } from '../../../analysis/summary/model-progress.ts'
import {
  type BuiltModel,
  type EnsembleChoice,
  type EnsembleMethod,
  ensembleMethods,
  isMeasuredLater,
  type ModelChoice,
} from '../../../core/models/built-model.ts'
import { engineNames } from '../../../core/machine/engines/registry.ts'
import type { EnginePreference } from '../../../core/machine/engine.ts'
import type { Prediction } from '../../../core/models/exported-model.ts'
import type { Predictions } from '../../../core/processes/prediction-protocol.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { testLooksMessage } from '../../../core/study/test-looks.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { metricLabel } from '../../../core/i18n/metric-label.ts'
import { testMetricsOfTrial } from '../../../core/study/test-metric.ts'
import { formatMetric } from '../../../core/i18n/format-number.ts'
import { exportModel } from '../node/export-model.ts'
import { bestStoredModel } from '../../../trainer/models/stored-model.ts'
import {
  exportPredictionsCsv,
  predictionRows,
} from '../../../reports/export/export-predictions-csv.ts'
import { type Force, requireFree, writeOutput } from '../../../platform/files/write-output.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import {
  type AddCommands,
  type CliContext,
  wholeNumber,
  withReader,
  withStore,
} from '../../command-line/context.ts'
import { withCancel } from '../../command-line/ending-signals.ts'
import { ProgressLine } from '../../command-line/progress-line.ts'
import { formatTable } from '../../command-line/table.ts'
import { printData } from '../../command-line/print-data.ts'

interface ModelOptions {
  readonly onnx?: true
  readonly trial?: string
  readonly refit?: true
  readonly ensemble?: EnsembleMethod
}

interface PredictOptions extends Force {
  readonly output?: string
  readonly columns?: boolean
  readonly engine: EnginePreference
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('model')
    .description(t('cli.help.model'))
    .argument('<study>', t('cli.help.study'))
    .argument('<folder>', t('cli.help.model.folder'))
    .option('--onnx', t('cli.help.model.onnx'))
    .addOption(new Option('--trial <number>', t('cli.help.model.trial')).conflicts('ensemble'))
    .option('--refit', t('cli.help.model.refit'))
    .addOption(
      new Option('--ensemble [method]', t('cli.help.model.ensemble'))
        .choices(ensembleMethods)
        .preset('greedy'),
    )
    .run(async (context, name: string, folder: string, options: ModelOptions) => {
      const choice = choiceOf(options)
      if (choice.of === 'best' && !choice.refit) {
        await withReader(context, async reader => {
          const snapshot = reader.snapshot(reader.findStudy(name).id)
          const built = bestStoredModel(snapshot)
          await write(context, snapshot, built, folder, options)
        })
        return
      }
      await withStore(context, async store => {
        const { id } = store.findStudy(name)
        const built = await buildWithProgress(context, store, id, choice)
        await write(context, store.snapshot(id), built, folder, options)
      })
    })

  program
    .command('predict')
    .description(t('cli.help.predict'))
    .argument('<model>', t('cli.help.predict.model'))
    .argument('<input>', t('cli.help.predict.input'))
    .option('-o, --output <file>', t('cli.help.predict.output'))
    .option('--columns', t('cli.help.predict.columns'))
    .option('--force', t('cli.help.force'))
    .addOption(
      new Option('--engine <name>', t('cli.help.predict.engine'))
        .choices(['auto', ...engineNames])
        .default('auto'),
    )
    .run(async (context, model: string, input: string, options: PredictOptions) => {
      requireFree(options.output, options)
      const { predictNewData } = await import('../node/predict-new-data.ts')
      const { classNames, predictions, table } = await predictNewData(
        model,
        input,
        options.engine,
        { withColumns: options.columns === true },
      )
      if (options.output === undefined) {
        if (context.json) for (const each of predictions) context.printJson(named(each, classNames))
        else {
          const csv = exportPredictionsCsv(classNames, predictions, table)
          // Names of classes come with the model: a terminal would follow them.
          printData(csv)
        }
        return
      }
      const content = /\.parquet$/i.test(options.output)
        ? (await import('../../exports/node/parquet-table.ts')).parquetTable(
            predictionRows(classNames, predictions, table),
          )
        : exportPredictionsCsv(classNames, predictions, table)
      const file = await writeOutput(options.output, content, options.force === true)
      context.printValues(t('cli.written', { file }), {
        predictions: file,
        rows: predictions.length,
      })
    })
}

/** Ctrl-C gives it up. */
async function buildWithProgress(
  { workspace, now, json, print, t }: CliContext,
  store: StudyStore,
  studyId: number,
  choice: ModelChoice,
): Promise<BuiltModel> {
  // It trains, and knows all samplers and tasks: a stored model is exported without.
  const { buildModel } = await import('../node/build-model.ts')
  const line = new ProgressLine(process.stdout)
  try {
    return await withCancel(signal =>
      buildModel(
        {
          store,
          workspace,
          now,
          studyId,
          signal,
          onTraining: ({ number }) => {
            if (!json && !process.stdout.isTTY) print(t('cli.model.training', { number }))
          },
          onProgress: progress => {
            if (!json) line.show(modelProgressText(progress, t))
          },
        },
        choice,
      ),
    )
  } finally {
    line.clear()
  }
}

function choiceOf({ trial, ensemble, ...options }: ModelOptions): ModelChoice {
  const refit = options.refit === true
  if (ensemble !== undefined) return { of: ensemble, refit }
  return { of: trial === undefined ? 'best' : wholeNumber(trial, '--trial'), refit }
}

async function write(
  context: CliContext,
  snapshot: StudySnapshot,
  built: BuiltModel,
  folder: string,
  options: ModelOptions,
): Promise<void> {
  const model = await exportModel(snapshot, built, folder, context.language, options)
  const { members, refit, ensemble, test } = built
  if (context.json) {
    context.printJson({
      model,
      refit,
      test,
      testLooks: snapshot.winner?.looks ?? null,
      members: members.map(({ trial, share }) => ({ trialNumber: trial.number, share })),
      ensemble,
    })
    return
  }
  if (ensemble !== null) printEnsemble(context, snapshot, built, ensemble)
  else {
    const { objective } = snapshot.study.specification
    for (const [name, value] of Object.entries(test ?? {}))
      context.print(valueLine(metricLabel(name, objective, context.t), value, context.t))
  }
  const looks = snapshot.winner?.looks ?? null
  if (test !== null && looks !== null)
    context.print(context.t.format(testLooksMessage(looks, isMeasuredLater(built))))
  context.print(context.t('cli.written', { file: model }))
}

/** The ensemble and the best trial alone, side by side. */
function printEnsemble(
  { t, print }: CliContext,
  { winner, study }: StudySnapshot,
  { refit, test, members }: BuiltModel,
  ensemble: EnsembleChoice,
): void {
  const { trialNumber: number, metrics } = ensemble.single
  if (members.length === 1) {
    print(t('cli.model.single', { number }))
    return
  }
  print(t('cli.ensemble', { ensemble: ensembleMessage({ ...ensemble, refit }) }))
  const alone = { ...metrics, ...testMetricsOfTrial(winner, number) }
  // Refitted members have learned from the validation rows.
  const rows = Object.entries({ ...(refit ? {} : ensemble.metrics), ...test }).map(
    ([name, value]) => {
      const other = ownValue(alone, name)
      return [
        metricLabel(name, study.specification.objective, t),
        formatMetric(value),
        other === undefined ? '–' : formatMetric(other),
      ]
    },
  )
  const head = [t('cli.column.metric'), t('cli.model.together'), t('cli.model.alone', { number })]
  print(formatTable(head, rows))
  const { folds, replicates } = study.specification
  if (folds > 1 && !refit) print(t('folds.pooled', { folds, by: replicates.value }))
  if (ensemble.isWorse) print(t('cli.model.isWorse', { number }))
}

function valueLine(name: string, value: number, t: Translate): string {
  return `  ${t('list.named', { name, value: formatMetric(value) })}`
}

/** Probabilities by the name of their class. */
function named(
  { probabilities, ...prediction }: Prediction,
  classNames: Predictions['classNames'],
): Record<string, unknown> {
  if (probabilities === null || classNames === null) return { ...prediction, probabilities }
  const entries = classNames.map((name, index) => [name, probabilities[index]] as const)
  return { ...prediction, probabilities: Object.fromEntries(entries) }
}
