import type { ImportNote } from './import-note.ts'
import type { JsonValue } from '../values/json.ts'
import type { Failure, TrialRecord, TrialState } from '../trial/trial.ts'

/** Where a study that another program ran comes from; recorded with it for good. */
export interface StudyOrigin {
  /** The program, e.g. `Optuna`. */
  readonly program: string
  /** Version of the program as its file says; null where it says none. */
  readonly version: string | null
  /** Name of the file without its folder; null where the program stores its trials here itself. */
  readonly file: string | null
  /** Of the bytes of the file, hexadecimal; null without one. */
  readonly sha256: string | null
  /** Name of the study in the file. */
  readonly study: string
  /** Things that could not be carried over as they were. */
  readonly notes: readonly ImportNote[]
  /** Notes of its users beside the study; absent without any. */
  readonly userAttributes?: Readonly<Record<string, JsonValue>>
}

/** @returns the program that runs a study and stores its trials here; null where Tunewright runs it */
export function runningProgram({
  importedFrom,
}: {
  readonly importedFrom?: StudyOrigin
}): string | null {
  return importedFrom?.file === null ? importedFrom.program : null
}

/** A trial that ran elsewhere. Times are milliseconds since 1970. */
export interface ImportedTrial extends Omit<
  TrialRecord,
  'lastStep' | 'attempts' | 'note' | 'origin' | 'suspended' | 'untilStep'
> {
  /** `interrupted` where it had not ended. */
  readonly state: Exclude<TrialState, 'running'>
  readonly failure: Failure | null
  readonly finishedAtMs: number
}
