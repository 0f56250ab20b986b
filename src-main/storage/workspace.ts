import path from 'node:path'
import envPaths from 'env-paths'

/**
 * Where everything of one database lives. Weights and reports stand beside the database; prepared
 * data sets can be made again and stand in the cache folder of the user.
 */
export interface Workspace {
  readonly databasePath: string
  readonly reportDirectory: string
  readonly backupDirectory: string
  /** Requests of other processes to the one that runs a study. */
  readonly requestDirectory: string
  /** While a page is served: a link that signs one browser in. */
  readonly linkFile: string
  /** The log of errors behind a face. */
  readonly logPath: string
  readonly datasetCacheDirectory: string
  /** Which code of the user may run. */
  readonly trustFile: string
  artifactDirectory(studyId: number, trialNumber?: number): string
  checkpointDirectory(studyId: number): string
}

/** @param databasePath null for the user's own database in the data folder of the system */
export function locateWorkspace(databasePath: string | null): Workspace {
  const system = envPaths('tunewright', { suffix: '' })
  const database = path.resolve(databasePath ?? path.join(system.data, 'tunewright.sqlite'))
  const base = path.join(path.dirname(database), path.basename(database, path.extname(database)))
  return {
    databasePath: database,
    reportDirectory: `${base}-reports`,
    backupDirectory: `${base}-backups`,
    requestDirectory: `${base}-requests`,
    linkFile: `${base}-link.json`,
    logPath: `${base}.log`,
    datasetCacheDirectory: path.join(system.cache, 'datasets'),
    trustFile: process.env['TUNEWRIGHT_TRUST'] ?? path.join(system.data, 'trusted-code.json'),
    checkpointDirectory: studyId => path.join(`${base}-checkpoints`, String(studyId)),
    artifactDirectory: (studyId, trialNumber) =>
      path.join(
        `${base}-artifacts`,
        String(studyId),
        ...(trialNumber === undefined ? [] : [String(trialNumber)]),
      ),
  }
}
