import type { Handlers } from '../../api/common/method.ts'
import { type modelMethods, PREDICTION_LIMIT, type PredictedRows } from '../common/methods.ts'
import { builtModelMessage } from '../../../analysis/summary/built-model-message.ts'
import type { BuiltModel } from '../../../core/models/built-model.ts'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { registerPrepared } from '../../../datasets/register-prepared.ts'
import { sketchTrial } from '../../../training/tasks/sketch-trial.ts'
import { readConfusion } from './read-confusion.ts'
import { sketchPlanned } from './sketch-network.ts'
import { exportPredictionsCsv } from '../../../reports/export/export-predictions-csv.ts'
import { offerModel, readModelCard } from './model-downloads.ts'
import { exportModel } from './export-model.ts'
import { predictWithStudy } from './predict-with-study.ts'
import { reportFileName } from '../../reports/node/report-file-name.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'

/** Columns beside predictions; the file has all. */
const MAX_OTHER_COLUMNS = 3

function describedModel({ members, refit, ensemble }: BuiltModel) {
  return {
    refit,
    ensemble,
    members: members.map(({ trial, share }) => ({ trialNumber: trial.number, share })),
  }
}

/** Networks of trials, and models of a study: on new data, and as files. */
export function modelHandlers({
  store,
  workspace,
  models,
  files,
  transfers,
  studyTexts,
  now,
  by,
}: MethodContext): Handlers<typeof modelMethods> {
  const folders = {
    study: path.dirname(workspace.databasePath),
    cache: workspace.datasetCacheDirectory,
    isBounded: by !== undefined,
  }
  return {
    'study.network': async ({ parameters, ...request }) => {
      const specification = await studyTexts.require(request)
      files.requireData(specification.objective)
      return sketchPlanned(specification, parameters, {
        ...folders,
        onPrepared: data => registerPrepared(store, data, { atMs: now() }),
      })
    },
    'trial.network': async ({ studyId, number }) => {
      const { specification, dataset } = store.studyById(studyId)
      return sketchTrial(specification, dataset, store.trial(studyId, number).parameters)
    },
    'trial.confusion': async ({ studyId, number }) => readConfusion(store, studyId, number),
    'model.build': async ({ studyId, model }) => {
      const built = await models.build(studyId, model)
      const { winner, study } = store.snapshot(studyId)
      const described = describedModel(built)
      return {
        ...described,
        name: builtModelMessage(described, study.specification),
        test: built.test,
        winner,
      }
    },
    'model.cancel': async ({ studyId }) => nothing(models.cancel(studyId)),
    'model.predict': async ({ studyId, input, model }) => {
      const predict = async (file: string): Promise<PredictedRows> => {
        const built = await models.build(studyId, model)
        const snapshot = store.snapshot(studyId)
        const { classNames, predictions, table, contents } = await predictWithStudy(
          snapshot,
          built,
          file,
          PREDICTION_LIMIT,
        )
        const download = await transfers.offer(
          {
            fileName: `${reportFileName(snapshot.study.name, studyId)}.predictions.csv`,
            mediaType: 'text/csv; charset=utf-8',
            isRepeatable: true,
          },
          async to => writeFile(to, exportPredictionsCsv(classNames, predictions, table)),
        )
        const others = table?.unusedColumns.slice(0, MAX_OTHER_COLUMNS) ?? []
        return {
          download,
          count: predictions.length,
          model: builtModelMessage(describedModel(built), snapshot.study.specification),
          classNames,
          otherColumns: others.map(column => table?.header[column] ?? ''),
          shown: predictions.slice(0, PREDICTION_LIMIT).map((prediction, row) => ({
            ...prediction,
            otherCells: others.map(column => table?.rows[row]?.[column] ?? ''),
            content: contents[row] ?? null,
          })),
        }
      }
      return typeof input === 'string'
        ? predict(files.require(input))
        : transfers.use(input.upload, predict)
    },
    'model.card': async ({ studyId, language, model }) =>
      readModelCard(store.snapshot(studyId), await models.build(studyId, model), language),
    'model.download': async ({ studyId, language, model, form }) => {
      const built = await models.build(studyId, model)
      return offerModel(store.snapshot(studyId), built, form, { language, transfers })
    },
    'model.export': async ({ studyId, folder, language, model }) => {
      const target = files.require(folder)
      const built = await models.build(studyId, model)
      return { path: await exportModel(store.snapshot(studyId), built, target, language) }
    },
  }
}
