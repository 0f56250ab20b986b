import { describeRuns, readRunStudy } from '../../run-folder/import-runs.ts'
import type { ImporterDefinition } from '../importer.ts'

/** A folder of runs that loggers wrote down. */
export const runFolderImporter: ImporterDefinition = {
  name: 'runFolder',
  recognizes: ({ isFolder }) => isFolder,
  describe: async ({ file }) => Promise.resolve(describeRuns(file)),
  read: async question => Promise.resolve({ kind: 'studies', studies: [readRunStudy(question)] }),
}
