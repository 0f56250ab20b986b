import type { Fact } from './fact.ts'
import type { StoredNote } from './import-note.ts'
import type { Assignment, Curve, Failure, Provenance, TrialState, TrialValues } from './trial.ts'

/** Where a study that another program ran comes from; recorded with it for good. */
export interface StudyOrigin {
  /** The program, e.g. `Optuna`. */
  readonly program: string
  /** Version of the program as its file says; null where it says none. */
  readonly version: string | null
  /** Name of the file without its folder. */
  readonly file: string
  /** Of the bytes of the file, hexadecimal. */
  readonly sha256: string
  /** Name of the study in the file. */
  readonly study: string
  /** What could not be carried over as it was. */
  readonly notes: readonly StoredNote[]
}

/** A trial that ran elsewhere. Times are milliseconds since 1970. */
export interface ImportedTrial extends TrialValues {
  /** Counts from 0 without gaps. */
  readonly number: number
  /** `interrupted` where it had not ended. */
  readonly state: Exclude<TrialState, 'running'>
  readonly parameters: Assignment
  readonly provenance: Provenance
  readonly seed: number
  readonly bestStep: number | null
  readonly reason: Fact | null
  readonly failure: Failure | null
  readonly startedAtMs: number
  readonly finishedAtMs: number
  /** Metric name to curve, steps ≥ 0 and rising. */
  readonly metrics: Readonly<Record<string, Curve>>
  /** A person took it out of the search. */
  readonly excluded?: true
}
