import type { GpuVendor } from '../machine/gpus.ts'

/** The load of a GPU at a moment, as `nvidia-smi` or the kernel says. */
export interface GpuSample {
  /** Of the device, stable over restarts. */
  readonly uuid: string
  readonly vendor: GpuVendor
  readonly name: string
  /** 0…1; null where the device does not say. */
  readonly busy: number | null
  readonly memoryBytes: number
  readonly memoryTotalBytes: number
  /** Null where the device does not say. */
  readonly temperatureCelsius: number | null
  /** Null where the device does not say. */
  readonly powerWatts: number | null
}

/** The use of an attempt at a moment; means since the sample before, memory at the moment. */
export interface ResourceSample {
  /** Milliseconds since 1970. */
  readonly atMs: number
  /** Processors that its process kept busy; 1 is one whole processor. */
  readonly cpus: number
  readonly memoryBytes: number
  /** The GPU that it trains on; null without one that can be read. */
  readonly gpu: AttemptGpuSample | null
  /** Absent where the system does not measure it, and in older records. */
  readonly processor?: ProcessorSample
  /** The last step that the attempt had reported by then; absent before the first one. */
  readonly step?: number
}

/** The system's counters of the processor packages, without main memory. */
interface ProcessorSample {
  /** Of all packages with everything that runs on them; a mean. */
  readonly powerWatts: number
  /** Share of this attempt since the sample before: divided evenly between the attempts that ran. */
  readonly energyJoules: number
}

export interface AttemptGpuSample extends Pick<
  GpuSample,
  'uuid' | 'name' | 'busy' | 'temperatureCelsius' | 'powerWatts'
> {
  /** Of the attempt's own process where the driver tells, else of the whole device. */
  readonly memoryBytes: number
}

/** The samples of one attempt, oldest first; at most {@link MAX_RESOURCE_SAMPLES}. */
export interface AttemptResources {
  readonly attempt: number
  readonly samples: readonly ResourceSample[]
}

/** When an attempt had come to which step, as far as its machine was measured. Times are milliseconds since 1970. */
export interface StepTimes {
  readonly startedAtMs: number
  /** Null while it runs. */
  readonly finishedAtMs: number | null
  /** It began with the first step. */
  readonly isFirst: boolean
  /** Oldest first. */
  readonly samples: readonly Pick<ResourceSample, 'atMs' | 'step'>[]
}

/** Of a longer attempt neighbors are merged, so that what is kept spans all of it. */
export const MAX_RESOURCE_SAMPLES = 120

/** A trainer's words about its own process. */
export interface ProcessUsage {
  readonly rssBytes: number
  /** User and system time since its start, in milliseconds. */
  readonly cpuMs: number
}
