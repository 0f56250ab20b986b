import type { EngineCheck } from './engine-check.ts'
import type { ComputingName, PackName } from './engines/registry.ts'
import type { PlainError } from '../errors/errors.ts'

/** One rung of the ladder, best first, or a library of boosted trees. */
export interface EngineRow {
  readonly name: ComputingName
  /** Findings of the last check, a refusal with its reason included; null before the first. */
  readonly lastCheck: { readonly atMs: number; readonly check: EngineCheck } | null
  /** Of an engine that comes as a pack of its own; absent for those that ship. */
  readonly pack?: {
    readonly installed: {
      readonly version: string
      readonly gpu: boolean
      readonly bytes: number
      readonly folder: string
    } | null
    /** Whether there is a library for this system at all. */
    readonly canInstall: boolean
  }
}

/** How far an installation is, and of which pack; `none` when there was none. */
export type EngineInstallation = { readonly engine?: PackName } & InstallationPhase

type InstallationPhase =
  | { readonly phase: 'none' }
  /** `line` is what pip said last. */
  | { readonly phase: 'downloading'; readonly line: string }
  | { readonly phase: 'unpacking'; readonly file: string; readonly share: number }
  | { readonly phase: 'checking' }
  | {
      readonly phase: 'done'
      readonly version: string
      /** How many times as fast as `wasm` a step is; null where that could not be timed. */
      readonly gain: { readonly mlp: number; readonly cnn: number | null } | null
    }
  | { readonly phase: 'failed'; readonly error: PlainError }
