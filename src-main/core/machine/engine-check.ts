import type { ComputingName } from './engines/registry.ts'
import type { EngineInfo } from './engine.ts'
import type { SerializedError } from '../errors/errors.ts'

/** Findings of a throw-away process about one engine that it could load. */
export interface EngineFindings {
  readonly engine: CheckedEngine
  readonly passed: number
  /** Names of the conformance cases that failed; empty for an engine that may be used. */
  readonly failed: readonly string[]
  /** Null for a library of boosted trees. */
  readonly stepMs: StepTimes | null
  /** Of such a library: median of a round on 10,000 × 20 numbers with 31 leaves, in milliseconds. */
  readonly roundMs?: number
}

/** A tensor engine, or a library of boosted trees. */
interface CheckedEngine extends Pick<EngineInfo, 'device' | 'threads' | 'versions'> {
  readonly name: ComputingName
}

export type EngineCheck =
  ({ readonly ok: true } & EngineFindings) | { readonly ok: false; readonly error: SerializedError }

/** Medians of one training step with Adam on 64 rows, in milliseconds. */
interface StepTimes {
  /** 784-128-10 with relu. */
  readonly mlp: number
  /** 28×28×1, 16 filters, pool, 32 filters, pool, 64-10; null where the MLP is slow already. */
  readonly cnn: number | null
}

export interface EngineCheckRequest {
  readonly engine: ComputingName
  /** Folder with the engine packs to look in instead of the user's own. */
  readonly engines?: string
}
