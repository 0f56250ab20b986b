import type { EngineName } from '../core/machine/engines/registry.ts'
import type { EngineInfo } from '../core/machine/engine.ts'
import type { Engine } from '../training/compiled/compiled-function.ts'

/** A tensor backend as the registry lists it. What it computes with is loaded by `start` alone. */
export interface EngineDefinition {
  readonly name: EngineName
  /** Whether `auto` takes it where it is there. Default: it does. */
  isAutomatic?(): boolean
  /** Whether it computes on the processor, in the process that asks. Default false. */
  readonly computesInProcess?: boolean
  /** Whether it will compute on a GPU, before it has started. Default: it will not. */
  expectsGpu?(): boolean
  /** Whether it computes on a GPU, from what it says of itself. Default: it does not. */
  usesGpu?(info: Pick<EngineInfo, 'device'>): boolean
  /** @throws AppError `engine.notInstalled`, `engine.noDevice`, `engine.unavailable` */
  start(): Promise<Engine>
}
