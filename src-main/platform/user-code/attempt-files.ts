import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { droppedFolder, remarksFile } from '../../core/trial/trial-files.ts'
import type { StartMessage, UserTrial } from '../../core/processes/trainer-protocol.ts'
import { diskFullError } from '../../core/errors/unwritable.ts'
import { removeWithinSync } from '../files/remove.ts'

/** Where an attempt of a command finds and leaves things; all absolute. */
export interface AttemptFiles {
  /** Of the trial: outlives its attempts. */
  readonly trialDirectory: string
  /** Of this attempt alone. */
  readonly directory: string
  readonly parameters: string
  /** The trial as JSON; see `trialProperties`. */
  readonly trial: string
  readonly results: string
  /** Appears when the program is to end: its content is `prune` or `cancel`. */
  readonly stop: string
  /** Kept from attempt to attempt, so that a repeated one can go on where the last one was. */
  readonly checkpoints: string
  /** Files that are left there stay with the trial. */
  readonly artifacts: string
  /** Notes and attributes. */
  readonly remarks: string
}

/** @param pathModule paths of the system where the files lie */
export function attemptFiles(
  trialDirectory: string,
  attempt: string,
  pathModule: Pick<typeof path, 'join'> = path,
): AttemptFiles {
  const directory = pathModule.join(trialDirectory, `attempt-${attempt}`)
  const [, replicate] = attempt.split('.')
  // Only the first of several trainings leaves files.
  const outputDirectory = replicate === undefined ? trialDirectory : directory
  return {
    artifacts: pathModule.join(outputDirectory, droppedFolder),
    remarks: pathModule.join(outputDirectory, remarksFile),
    trialDirectory,
    directory,
    parameters: pathModule.join(directory, 'parameters.json'),
    trial: pathModule.join(directory, 'trial.json'),
    results: pathModule.join(directory, 'results.json'),
    stop: pathModule.join(directory, 'stop'),
    checkpoints: pathModule.join(
      trialDirectory,
      replicate === undefined ? 'checkpoints' : `checkpoints.${replicate}`,
    ),
  }
}

type Start = Pick<StartMessage, 'parameters' | 'seed' | 'trialNumber' | 'untilStep'>

/** Makes the folders of an attempt anew and writes its parameters. @throws as the file system does */
export function prepareAttempt(files: AttemptFiles, start: Start, trial: UserTrial): void {
  removeWithinSync(files.trialDirectory, files.directory)
  // An attempt that begins at the beginning makes them anew.
  if (trial.continuation === undefined) {
    for (const folder of [files.artifacts, files.remarks]) {
      removeWithinSync(files.trialDirectory, folder)
    }
  }
  mkdirSync(files.directory, { recursive: true, mode: 0o700 })
  mkdirSync(files.checkpoints, { recursive: true, mode: 0o700 })
  mkdirSync(files.artifacts, { recursive: true, mode: 0o700 })
  for (const { file, text } of attemptTexts(files, start, trial)) writeFileSync(file, text)
}

/** What the program of an attempt can read about it. */
export function attemptTexts(
  files: AttemptFiles,
  start: Start,
  trial: UserTrial,
): readonly { readonly file: string; readonly text: string }[] {
  const text = (content: object): string => `${JSON.stringify(content, null, 2)}\n`
  return [
    { file: files.parameters, text: text(start.parameters) },
    { file: files.trial, text: text(trialProperties(files, start, trial)) },
  ]
}

/** Asks a program to end. On a full disk the signal that follows is all that tells it. */
export function writeStopFile({ stop }: AttemptFiles, why: 'prune' | 'cancel'): void {
  try {
    writeFileSync(stop, why)
  } catch (error) {
    if (diskFullError(error) === null) throw error
  }
}

/** One line for a program that serves: what others find in their environment. */
export function servedLine(files: AttemptFiles, start: Start, trial: UserTrial): string {
  return JSON.stringify({
    ...trialProperties(files, start, trial),
    parameters: start.parameters,
    parametersFile: files.parameters,
    resultsFile: files.results,
    stopFile: files.stop,
    trialDirectory: files.trialDirectory,
    resumes: trial.continuation !== undefined,
    origin: trial.continuation?.origin?.mode ?? null,
  })
}

/** A program can read this about its trial beside the parameters: the same as its variables say. */
function trialProperties(files: AttemptFiles, start: Start, trial: UserTrial): object {
  const origin = trial.continuation?.origin ?? null
  return {
    study: trial.studyName,
    trial: start.trialNumber,
    attempt: trial.attempt,
    slot: trial.slot,
    seed: start.seed,
    checkpointDirectory: files.checkpoints,
    artifactDirectory: files.artifacts,
    instance: trial.instance ?? null,
    startStep: origin?.step ?? 0,
    untilStep: start.untilStep ?? null,
    origin,
  }
}
