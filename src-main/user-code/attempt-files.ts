import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Assignment } from '../contract/trial.ts'

/** Where an attempt of a command finds and leaves things; all absolute. */
export interface AttemptFiles {
  /** Of the trial: outlives its attempts. */
  readonly trialDirectory: string
  /** Of this attempt alone. */
  readonly directory: string
  readonly parameters: string
  readonly results: string
  /** Appears when the program is to end: its content is `prune` or `cancel`. */
  readonly stop: string
  /** Kept from attempt to attempt, so that a repeated one can go on where the last one was. */
  readonly checkpoints: string
}

export function attemptFiles(trialDirectory: string, attempt: string): AttemptFiles {
  const directory = path.join(trialDirectory, `attempt-${attempt}`)
  const [, replicate] = attempt.split('.')
  return {
    trialDirectory,
    directory,
    parameters: path.join(directory, 'parameters.json'),
    results: path.join(directory, 'results.json'),
    stop: path.join(directory, 'stop'),
    checkpoints: path.join(
      trialDirectory,
      replicate === undefined ? 'checkpoints' : `checkpoints.${replicate}`,
    ),
  }
}

/** Makes the folders of an attempt anew and writes its parameters. @throws as the file system does */
export function prepareAttempt(files: AttemptFiles, parameters: Assignment): void {
  rmSync(files.directory, { recursive: true, force: true })
  mkdirSync(files.directory, { recursive: true, mode: 0o700 })
  mkdirSync(files.checkpoints, { recursive: true, mode: 0o700 })
  writeFileSync(files.parameters, `${JSON.stringify(parameters, null, 2)}\n`)
}
