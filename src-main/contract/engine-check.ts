import type { EngineInfo, EngineName } from './engine.ts'
import type { SerializedError } from './errors.ts'

/** Findings of a throw-away process about one engine that it could load. */
export interface EngineFindings {
  readonly engine: EngineInfo
  readonly passed: number
  /** Names of the conformance cases that failed; empty for an engine that may be used. */
  readonly failed: readonly string[]
  readonly stepMs: StepTimes
}

export type EngineCheck =
  ({ readonly ok: true } & EngineFindings) | { readonly ok: false; readonly error: SerializedError }

/** Medians of one training step with Adam on 64 rows, in milliseconds. */
export interface StepTimes {
  /** 784-128-10 with relu. */
  readonly mlp: number
  /** 28×28×1, 16 filters, pool, 32 filters, pool, 64-10; null where the MLP is slow already. */
  readonly cnn: number | null
}

export interface EngineCheckRequest {
  readonly engine: EngineName
  /** Folder with the engine packs to look in instead of the user's own. */
  readonly engines?: string
}
