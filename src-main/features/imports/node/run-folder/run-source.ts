import type { MessageDescriptor } from '../../../../core/errors/message.ts'
import type { PastRun } from '../../../../interop/runs/past-run.ts'

/** Something of a run that was not read. */
export interface RunProblem {
  /** The run, or the folder that may be one. */
  readonly run: string
  /** From the folder that is imported; the empty text for all of it. */
  readonly file: string
  readonly reason: MessageDescriptor
}

/** Runs that a reader found, and what of them it could not read. */
export interface FoundRuns {
  readonly runs: readonly PastRun[]
  readonly problems: readonly RunProblem[]
}
