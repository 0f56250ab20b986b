import type { ParameterValue, Curve } from '../../core/trial/trial.ts'

/** How a run ended, as its logger says. */
export type PastRunState = 'complete' | 'failed' | 'killed' | 'running'

/** A run that another program did and a logger wrote down. */
export interface PastRun {
  /** As its logger calls it, else its folder. */
  readonly name: string
  /** The logger. */
  readonly program: string
  /** Project or experiment; null where the logger has none. */
  readonly group: string | null
  /** By the path of their keys, joined with dots. */
  readonly settings: Readonly<Record<string, ParameterValue>>
  readonly metrics: Readonly<Record<string, Curve>>
  /** Null: the logger does not say. */
  readonly state: PastRunState | null
  /** Milliseconds since 1970; null where nothing tells. */
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
}
