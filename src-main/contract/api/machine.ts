import type { JsonObject } from '../json.ts'
import type { GpuSample } from '../resources.ts'

/** What the machine was busy with at a moment. */
export interface MachineSample {
  readonly atMs: number
  /** Of all processors, 0…1, since the sample before. */
  readonly cpu: number
  readonly memoryBytes: number
  readonly gpus: readonly GpuSample[]
}

/** The last minutes of this machine, oldest first. */
export interface MachineUsage {
  readonly samples: readonly MachineSample[]
  readonly cores: number
  readonly memoryTotalBytes: number
}

/** A data set that was read and prepared on this machine. */
export interface DatasetRow {
  /** Name of its folder in the cache. */
  readonly id: string
  readonly kind: string
  readonly contentHash: string
  readonly facts: JsonObject
  /** Columns of a table that are used. */
  readonly columns: readonly { readonly name: string; readonly kind: 'numeric' | 'categorical' }[]
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[]
  readonly bytes: number
  readonly preparedAtMs: number
  /** Studies over it. */
  readonly usedBy: readonly { readonly id: number; readonly name: string }[]
}
