import { realpathSync } from 'node:fs'
import path from 'node:path'
import { dataFolders } from '../files/data-folders.ts'

/**
 * Where everything of one database lives. Weights and reports stand beside the database; prepared
 * data sets can be made again and stand in the cache folder of the user.
 */
export interface Workspace {
  readonly databasePath: string
  readonly reportDirectory: string
  readonly backupDirectory: string
  /** Files that a page sent. */
  readonly uploadDirectory: string
  /** Requests of other processes to the one that runs a study. */
  readonly requestDirectory: string
  /** While a page is served: a link that signs one browser in. */
  readonly linkFile: string
  /** While a process has the database open: where it takes the lines of `tunewright suggest`. */
  readonly suggestFile: string
  /** Tokens of programs, as hashes. */
  readonly tokenFile: string
  /** Where news of studies go, with the secrets of these places. */
  readonly notificationsFile: string
  /** Values of secret variables of commands. */
  readonly secretsFile: string
  /** When studies hold back, and which come next. */
  readonly runConditionsFile: string
  /** The log of errors behind a face. */
  readonly logPath: string
  readonly datasetCacheDirectory: string
  /** Which code of the user may run. */
  readonly trustFile: string
  /** Machines that run trials over SSH, and job queues with their secrets. */
  readonly machineFile: string
  /** Jobs on them that nobody waits for any more. */
  readonly discardedJobsFile: string
  artifactDirectory(studyId: number, trialNumber?: number): string
  checkpointDirectory(studyId: number): string
}

/** @param databasePath null for the user's own database in the data folder of the system */
export function locateWorkspace(databasePath: string | null): Workspace {
  const system = dataFolders()
  const database = realPathOf(databasePath ?? path.join(system.data, 'tunewright.sqlite'))
  const { artifacts, checkpoints, base } = foldersOf(database)
  return {
    databasePath: database,
    reportDirectory: `${base}-reports`,
    backupDirectory: `${base}-backups`,
    uploadDirectory: path.join(path.dirname(database), 'uploads'),
    requestDirectory: `${base}-requests`,
    linkFile: `${base}-link.json`,
    suggestFile: `${base}-suggest.json`,
    tokenFile: `${base}-tokens.json`,
    notificationsFile: `${base}-notifications.json`,
    secretsFile: `${base}-secrets.json`,
    runConditionsFile: `${base}-run-conditions.json`,
    discardedJobsFile: `${base}-discarded-jobs.json`,
    logPath: `${base}.log`,
    datasetCacheDirectory: path.join(system.cache, 'datasets'),
    trustFile: process.env['TUNEWRIGHT_TRUST'] ?? path.join(system.data, 'trusted-code.json'),
    machineFile: process.env['TUNEWRIGHT_MACHINES'] ?? path.join(system.data, 'machines.json'),
    checkpointDirectory: studyId => path.join(checkpoints, String(studyId)),
    artifactDirectory: (studyId, trialNumber) =>
      path.join(
        artifacts,
        String(studyId),
        ...(trialNumber === undefined ? [] : [String(trialNumber)]),
      ),
  }
}

/**
 * The folders that files lie in which the database names, by a path relative to them: a database that is copied, moved or renamed
 * together with them keeps its files.
 */
export function foldersOf(databasePath: string): {
  readonly base: string
  readonly artifacts: string
  readonly checkpoints: string
} {
  const name = path.basename(databasePath, path.extname(databasePath))
  const base = path.join(path.dirname(databasePath), name)
  return { base, artifacts: `${base}-artifacts`, checkpoints: `${base}-checkpoints` }
}

/** The database and the folders of its files: what lies in them is believed. */
export function ownPathsOf(databasePath: string): readonly string[] {
  const database = realPathOf(databasePath)
  const { artifacts, checkpoints, base } = foldersOf(database)
  return [
    database,
    artifacts,
    checkpoints,
    ...['requests', 'backups', 'reports'].map(name => `${base}-${name}`),
  ]
}

const secretNames = /(?:-(?:link|suggest|tokens|notifications|secrets)|^machines)\.json/i

/**
 * Whether a file beside this or another database, or the file of machines and queues, holds what opens it, or hashes, addresses or variables that nobody is shown; also one that is being
 * written in the place of such a file.
 */
export function holdsSecrets(file: string): boolean {
  return secretNames.test(path.basename(file))
}

/** Absolute and free of links as far as it is there, so that all names of one database mean one workspace and one lock. */
export function realPathOf(file: string): string {
  const absolute = path.resolve(file)
  try {
    return realpathSync(absolute)
  } catch {
    const folder = path.dirname(absolute)
    return folder === absolute ? absolute : path.join(realPathOf(folder), path.basename(absolute))
  }
}
