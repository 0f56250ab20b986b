import { readJournal } from '../../../interop/optuna/read-journal.ts'
import { importLimitBytes } from './import-limits.ts'
import { readForeign } from './read-foreign.ts'
import { type OptunaFile, readOptunaFile } from './read-optuna-file.ts'
import { readHead, readText } from './read-text.ts'

export const sqliteMagic = 'SQLite format 3\0'

/**
 * Reads the studies of an SQLite file or a journal that Optuna wrote, also while it writes.
 * @throws AppError `data.invalid` naming field, value and rule; `file.*`, `database.locked`
 */
export async function readOptuna(file: string): Promise<OptunaFile> {
  const head = await readHead(file)
  if (head.toString('latin1').startsWith(sqliteMagic)) return readOptunaFile(file)
  const text = await readText(file, importLimitBytes())
  return readForeign(file, () => ({ libraryVersion: null, studies: readJournal(text) }))
}
