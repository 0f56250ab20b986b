import { fact } from '../contract/fact.ts'
import { invalidData } from '../contract/invalid-data.ts'
import type { StudyRecord } from '../contract/study.ts'
import type { Goal, StudySpecification } from '../contract/study-specification.ts'
import { importBundle } from './bundle/import-bundle.ts'
import { importOptuna, type ImportOptions as OptunaOptions } from './import-optuna.ts'
import { importRuns } from './import-runs.ts'
import { type RecognisedFile, recogniseFile } from './read-import.ts'

export interface ImportOptions extends OptunaOptions {
  /** Of a table of runs: columns that are measured. */
  readonly goals?: readonly Goal[]
  /** Of a table of runs: a study whose goals and space the columns are. */
  readonly like?: StudySpecification | null
}

/**
 * Studies of another program as finished studies, or the study of a bundle as it is; which, the file tells.
 * @param recognised what the file is, where the caller knows it already
 * @throws AppError `data.invalid` where no program is known to write such a file, or where it holds no trials, and what its reader throws
 */
export async function importStudies(
  options: ImportOptions,
  recognised?: RecognisedFile,
): Promise<readonly StudyRecord[]> {
  const { store, file, now, name, goals = [], like = null } = options
  const found = recognised ?? (await recogniseFile(file))
  switch (found.kind) {
    case 'bundle':
      return [await importBundle(options)]
    case 'optuna':
      return importOptuna(options)
    case 'runs':
      return [await importRuns({ store, file, now, name, goals, like, text: found.text })]
    case 'studyFile': {
      const { program } = found.foreign
      throw invalidData(file, 'file', program, fact('rule.import.noTrials'))
    }
  }
}
