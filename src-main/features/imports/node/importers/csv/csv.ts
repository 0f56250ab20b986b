import { measurableColumns } from '../../../../../interop/csv/columns.ts'
import { importLimitBytes } from '../../import-limits.ts'
import { readRuns, readTable } from '../../read-runs.ts'
import { readText } from '../../read-text.ts'
import type { ImporterDefinition } from '../importer.ts'

/** A table of runs. */
export const csvImporter: ImporterDefinition = {
  name: 'csv',
  recognizes: ({ ending }) => ['.csv', '.tsv'].includes(ending),
  async describe({ file }) {
    const [header = [], ...runs] = readTable(file, await readText(file, importLimitBytes()))
    return {
      kind: 'runs',
      columns: header,
      runs: runs.length,
      measurable: measurableColumns(header, runs),
    }
  },
  async read(question) {
    const text = await readText(question.file, importLimitBytes())
    return { kind: 'studies', studies: [await readRuns(question, text)] }
  },
}
