import { uploadsOf } from '../../../../../interop/optuna/artifacts.ts'
import { looksLikeJournal } from '../../../../../interop/optuna/read-journal.ts'
import { sum } from '../../../../../math/numbers.ts'
import { readOptuna, sqliteMagic } from '../../read-optuna.ts'
import { readOptunaStudies } from '../../read-optuna-studies.ts'
import type { ImporterDefinition } from '../importer.ts'

/** A database or a journal of Optuna. */
export const optunaImporter: ImporterDefinition = {
  name: 'optuna',
  recognizes: ({ text }) => text.startsWith(sqliteMagic) || looksLikeJournal(text),
  async describe({ file }) {
    const { studies } = await readOptuna(file)
    const withFiles = sum(studies.map(({ trials }) => uploadsOf(trials).length))
    const names = studies.map(({ name }) => name)
    return { kind: 'studies', program: 'Optuna', studies: names, withFiles }
  },
  read: async question => ({ kind: 'studies', studies: await readOptunaStudies(question) }),
}
