import path from 'node:path'
import type { Api, RequestOf } from '../../api/common/methods.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { registerPrepared } from '../../../datasets/register-prepared.ts'
import { sketchPlanned } from '../../models/node/sketch-network.ts'
import { createDataChecker } from '../../studies/node/check-with-data.ts'
import { prepareStudyData } from '../../studies/node/create-study.ts'
import { createObjectiveDescriber } from '../../studies/node/describe-objective.ts'
import { forecastStudy } from '../../studies/node/forecast-study.ts'
import type { ApiOptions } from '../../api/node/api-options.ts'
import type { FileGate } from '../../api/node/file-gate.ts'

/** A study while it is written, as far as its data say more about it: files that nobody chose are not opened. */
export function dataMethods(
  { store, workspace, now }: ApiOptions,
  files: FileGate,
  parse: (request: RequestOf<'study.check'>) => StudySpecification,
) {
  const { databasePath, datasetCacheDirectory: cache } = workspace
  const folders = {
    ...{ study: path.dirname(databasePath), cache },
    requireData: (objective: StudySpecification['objective']) => files.requireData(objective),
  }
  const describeObjective = createObjectiveDescriber(folders)
  const checkData = createDataChecker(folders)
  return {
    'objective.describe': async ({ objective }) => describeObjective(objective),
    'study.checkData': async request => checkData({ ...request, specification: parse(request) }),
    'study.forecast': async request => {
      const specification = parse(request)
      const read = async () => {
        files.requireData(specification.objective)
        return prepareStudyData({ specification, directory: folders.study }, cache)
      }
      // The form names what is wrong with them; their share is not counted.
      const data = await read().then(
        ({ facts }) => facts,
        () => null,
      )
      const { fact, isTooLarge } = await forecastStudy(specification, data, databasePath)
      return { fact, isTooLarge }
    },
    'study.network': async ({ parameters, ...request }) => {
      const specification = parse(request)
      files.requireData(specification.objective)
      return sketchPlanned(specification, parameters, {
        ...folders,
        onPrepared: data => registerPrepared(store, data, { atMs: now() }),
      })
    },
  } satisfies Partial<Api>
}
