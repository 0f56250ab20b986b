import { msg } from '../../../core/errors/message.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type {
  ImportQuestion,
  ReadImport,
  UnpackLimits,
} from '../../../core/processes/import-protocol.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { importBundle } from '../../bundles/node/import-bundle.ts'
import { type ForeignReader, readApart } from './foreign-reader.ts'
import { storeImported } from './store-imported.ts'

export interface ImportOptions
  extends
    Pick<ImportQuestion, 'file' | 'only' | 'name'>,
    Partial<Pick<ImportQuestion, 'goals' | 'like'>> {
  readonly store: StudyStore
  readonly now: () => number
  /** Default: a process of its own. */
  readonly reader?: ForeignReader
  /** Absent: a person imports. */
  readonly limits?: UnpackLimits | undefined
}

/**
 * Studies of another program as finished studies, or the study of a bundle as it is, all or none of them; which, the file tells.
 * @param readResult what the file holds, where the caller has read it already
 * @throws AppError `data.invalid` where no program is known to write such a file, or where it holds no trials; `study.exists`, `child.gone`,
 *   and what its reader throws
 */
export async function importStudies(
  options: ImportOptions,
  readResult?: ReadImport,
): Promise<readonly StudyRecord[]> {
  const { store, file, only, name, now, goals = [], like = null, reader = readApart() } = options
  const question = { file, only, name, goals, like, language: 'en', atMs: now() } as const
  const read = readResult ?? (await reader.read(question))
  switch (read.kind) {
    case 'studyBundle':
      return [await importBundle({ store, file, now, only, name, limits: options.limits }, reader)]
    case 'studies': {
      const usedNames = new Set(store.listStudies().map(study => study.name))
      for (const { specification } of read.studies) {
        if (usedNames.has(specification.name))
          throw new AppError('study.exists', { study: specification.name })
        usedNames.add(specification.name)
      }
      return read.studies.map(study => storeImported(store, now, study))
    }
    case 'studyFile':
      throw invalidData(file, 'file', read.program, msg('rule.import.noTrials'))
  }
}
