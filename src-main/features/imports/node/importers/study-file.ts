import path from 'node:path'
import type { ImportDescription } from '../../../../core/study/import.ts'
import type { ImportQuestion } from '../../../../core/processes/import-protocol.ts'
import { MAX_STUDY_BYTES } from '../../../../core/study/study-budget.ts'
import type { ForeignStudyFile } from '../../../../interop/foreign-study-file.ts'
import { writeForeignFile } from '../../../../interop/write-foreign-file.ts'
import { readForeign } from '../read-foreign.ts'
import { readText } from '../read-text.ts'
import type { ImporterDefinition } from './importer.ts'

type StudyFile = Extract<ImportDescription, { kind: 'studyFile' }>

/** An importer of files that become a study file, so that they may be as large as one. */
export function studyFileImporter({
  name,
  recognizes,
  read,
}: Pick<ImporterDefinition, 'name' | 'recognizes'> & {
  readonly read: (text: string) => ForeignStudyFile
}): ImporterDefinition {
  const studyFileOf = async ({
    file,
    language,
  }: Pick<ImportQuestion, 'file' | 'language'>): Promise<StudyFile> => {
    const text = await readText(file, MAX_STUDY_BYTES)
    const foreign = readForeign(file, () => read(text))
    const study = path.parse(file).name.slice(0, 120) || 'study'
    return {
      kind: 'studyFile',
      program: foreign.program,
      ...writeForeignFile(foreign, study, language),
    }
  }
  return { name, recognizes, describe: studyFileOf, read: studyFileOf }
}
