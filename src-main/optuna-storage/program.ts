import type { LiveStudy } from './live-study.ts'
import type { LiveTrial } from './live-trial.ts'

/** The connection of one process; one program may have several. */
export interface Program {
  /** Studies that it works on. */
  readonly studies: Set<LiveStudy>
  /** Trials that it runs. */
  readonly trials: Set<LiveTrial>
}

export function newProgram(): Program {
  return { studies: new Set(), trials: new Set() }
}
