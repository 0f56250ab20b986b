import { PREDICTION_LIMIT, type Api } from '../../contract/api/methods.ts'
import { exportPredictionsCsv } from '../../reports/export/export-predictions-csv.ts'
import { exportModel } from '../../networks/export-model.ts'
import { predictWithStudy } from '../../networks/predict-with-study.ts'
import { reportFileName } from '../../reporting/report-file-name.ts'
import type { ApiOptions } from './api-options.ts'
import type { FileGate } from './file-gate.ts'

/** The best model of a study on new data, and as files. */
export function modelMethods({ store }: ApiOptions, files: FileGate) {
  return {
    'model.predict': async ({ studyId, input }) => {
      const snapshot = store.snapshot(studyId)
      const { classNames, predictions } = await predictWithStudy(snapshot, files.require(input))
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
    'model.export': async ({ studyId, folder, language }) => ({
      path: await exportModel(store.snapshot(studyId), files.require(folder), language),
    }),
  } satisfies Partial<Api>
}
