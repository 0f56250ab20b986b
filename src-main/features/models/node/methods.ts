import type { Handlers } from '../../api/common/method.ts'
import { type modelMethods, PREDICTION_LIMIT, type PredictedRows } from '../common/methods.ts'
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
      const { members, refit, ensemble, test } = await models.build(studyId, model)
      const { winner } = store.snapshot(studyId)
      return {
        refit,
        ensemble,
        test,
        members: members.map(({ trial, share }) => ({ trialNumber: trial.number, share })),
        winner,
      }
    },
    'model.cancel': async ({ studyId }) => nothing(models.cancel(studyId)),
    'model.predict': async ({ studyId, input, model }) => {
      const predict = async (file: string): Promise<PredictedRows> => {
        const built = await models.build(studyId, model)
        const snapshot = store.snapshot(studyId)
        const { classNames, predictions, table } = await predictWithStudy(snapshot, built, file)
        const download = await transfers.offer(
          {
            fileName: `${reportFileName(snapshot.study.name, studyId)}.predictions.csv`,
            mediaType: 'text/csv; charset=utf-8',
            isRepeatable: true,
          },
          async to => writeFile(to, exportPredictionsCsv(classNames, predictions, table)),
        )
        return {
          download,
          count: predictions.length,
          shown: predictions.slice(0, PREDICTION_LIMIT),
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
