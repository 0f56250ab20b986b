import type { DatasetEntry } from '../data/dataset-registry.ts'
import type { GpuSample } from '../trial/resources.ts'

/** The load of the machine at a moment. */
export interface MachineSample {
  readonly atMs: number
  /** Of all processors, 0…1, since the sample before. */
  readonly cpu: number
  readonly memoryBytes: number
  readonly gpus: readonly GpuSample[]
  /** Of all processor packages, since the sample before; null where that is not measured. */
  readonly cpuPowerWatts: number | null
}

/** The last minutes of this machine, oldest first. */
export interface MachineUsage {
  readonly samples: readonly MachineSample[]
  readonly cores: number
  readonly memoryTotalBytes: number
}

/** `unknown` for data that were prepared before there was a registry, or for another database. */
export type DatasetSourceState = 'unchanged' | 'changed' | 'missing' | 'unknown'

/** A data set that was read on this machine; its prepared arrays may be there or not. */
export interface DatasetRow extends Omit<
  DatasetEntry,
  'key' | 'studies' | 'firstSeenAtMs' | 'lastUsedAtMs'
> {
  /** Name of its folder in the cache. */
  readonly id: string
  /** The prepared arrays lie in the cache. */
  readonly prepared: boolean
  /** By size and time of the files. */
  readonly source: DatasetSourceState
  readonly preparedAtMs: number | null
  readonly firstSeenAtMs: number
  readonly lastUsedAtMs: number
  /** Studies over it that are not in the bin. */
  readonly usedBy: readonly { readonly id: number; readonly name: string }[]
  /** Further ones that are. */
  readonly usersInBin: number
}
