import { type Api, PREDICTION_LIMIT, type PreparedModel } from '../../api/common/methods.ts'
import { exportPredictionsCsv } from '../../../reports/export/export-predictions-csv.ts'
import { exportModel } from './export-model.ts'
import { predictWithStudy } from './predict-with-study.ts'
import { reportFileName } from '../../reports/node/report-file-name.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'
import type { FileGate } from '../../api/node/file-gate.ts'

/** A model of a study on new data, and as files. */
export function modelMethods({ store, models }: ApiOptions, files: FileGate) {
  return {
    'model.build': async ({ studyId, model }) => {
      const { members, refit, ensemble, test } = await models.build(studyId, model)
      const { winner } = store.snapshot(studyId)
      return {
        ...{ refit, ensemble, test },
        members: members.map(({ trial, share }) => ({ trialNumber: trial.number, share })),
        winner,
      } satisfies PreparedModel
    },
    'model.cancel': async ({ studyId }) => nothing(models.cancel(studyId)),
    'model.predict': async ({ studyId, input, model }) => {
      const file = files.require(input)
      const built = await models.build(studyId, model)
      const snapshot = store.snapshot(studyId)
      const { classNames, predictions } = await predictWithStudy(snapshot, built, file)
      return {
        file: {
          fileName: `${reportFileName(snapshot.study.name, studyId)}.predictions.csv`,
          mediaType: 'text/csv',
          content: exportPredictionsCsv(classNames, predictions),
          encoding: 'text',
        },
        count: predictions.length,
        shown: predictions.slice(0, PREDICTION_LIMIT),
      }
    },
    'model.export': async ({ studyId, folder, language, model }) => {
      const target = files.require(folder)
      const built = await models.build(studyId, model)
      return { path: await exportModel(store.snapshot(studyId), built, target, language) }
    },
  } satisfies Partial<Api>
}
