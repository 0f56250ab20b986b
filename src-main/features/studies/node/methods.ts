import path from 'node:path'
import type { Api, RequestOf } from '../../api/common/methods.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { createStudy } from './create-study.ts'
import { dryRun } from './dry-run.ts'
import { confirmWinner, repeatStudy } from './repeat-study.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'
import type { CodeGate } from '../../code-trust/node/methods.ts'
import type { FileGate } from '../../api/node/file-gate.ts'

interface StartGates {
  readonly gate: CodeGate
  readonly files: FileGate
  readonly parse: (request: RequestOf<'study.check'>) => StudySpecification
}

/** The methods that make and start studies. */
export function startMethods(
  { store, host, workspace, now }: ApiOptions,
  { gate, files, parse }: StartGates,
) {
  const { datasetCacheDirectory, trustFile, machineFile } = workspace
  const requireNew = async (request: RequestOf<'study.check'>): Promise<StudySpecification> => {
    const specification = parse(request)
    files.requireData(specification.objective)
    await gate.requireNew(specification)
    return specification
  }
  const requireStudy = async (studyId: number): Promise<void> => {
    const { specification, dataset } = store.studyById(studyId)
    // Data that are known by their content cannot be others. A bundle may come without.
    if (dataset?.contentHash === undefined) files.requireData(specification.objective)
    await gate.requireStudy(studyId)
  }
  return {
    'study.dryRun': async request => {
      const specification = await requireNew(request)
      return dryRun({ specification, workspace, registry: store })
    },
    'study.create': async ({ text, format, start }) => {
      const specification = await requireNew({ text, format })
      const study = await createStudy({
        // There is no file: relative names of data files start where the database lies.
        file: { specification, source: text, directory: path.dirname(workspace.databasePath) },
        ...{ store, datasetCacheDirectory, trustFile, machineFile, now },
      })
      if (start) host.start(study.id)
      else host.announce(study.id)
      return { studyId: study.id }
    },
    'study.start': async ({ studyId }) => {
      await requireStudy(studyId)
      return nothing(host.start(studyId))
    },
    'study.repeat': async ({ studyId, count }) => {
      await requireStudy(studyId)
      const studyIds = await repeatStudy(studyId, count, { store, workspace, now })
      for (const id of studyIds) host.announce(id)
      host.startInTurn(studyIds)
      return { studyIds }
    },
    'study.confirm': async ({ studyId, ...confirmation }) => {
      await requireStudy(studyId)
      const id = await confirmWinner(studyId, confirmation, { store, workspace, now })
      host.start(id)
      return { studyId: id }
    },
  } satisfies Partial<Api>
}
