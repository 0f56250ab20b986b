import path from 'node:path'
import type { Api, RequestOf } from '../../contract/api/methods.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import { createStudy } from '../../study/create-study.ts'
import { dryRun } from '../../study/dry-run.ts'
import { confirmWinner, repeatStudy } from '../../study/repeat-study.ts'
import { type ApiOptions, nothing } from './api-options.ts'
import type { CodeGate } from './code-methods.ts'

/** The methods that make and start studies. */
export function startMethods(
  { store, host, workspace, now }: ApiOptions,
  gate: CodeGate,
  parse: (request: RequestOf<'study.check'>) => StudySpecification,
) {
  const { datasetCacheDirectory, trustFile } = workspace
  return {
    'study.dryRun': async request => {
      const specification = parse(request)
      await gate.requireNew(specification)
      return dryRun({ specification, workspace, registry: store })
    },
    'study.create': async ({ text, format, start }) => {
      const specification = parse({ text, format })
      await gate.requireNew(specification)
      const study = await createStudy({
        // There is no file: relative names of data files start where the database lies.
        file: { specification, source: text, directory: path.dirname(workspace.databasePath) },
        ...{ store, datasetCacheDirectory, trustFile, now },
      })
      if (start) host.start(study.id)
      else host.announce(study.id)
      return { studyId: study.id }
    },
    'study.start': async ({ studyId }) => {
      await gate.requireStudy(studyId)
      return nothing(host.start(studyId))
    },
    'study.repeat': async ({ studyId, count }) => {
      await gate.requireStudy(studyId)
      const studyIds = await repeatStudy(studyId, count, { store, workspace, now })
      for (const id of studyIds) host.announce(id)
      host.startInTurn(studyIds)
      return { studyIds }
    },
    'study.confirm': async ({ studyId, ...asked }) => {
      await gate.requireStudy(studyId)
      const id = await confirmWinner(studyId, asked, { store, workspace, now })
      host.start(id)
      return { studyId: id }
    },
  } satisfies Partial<Api>
}
