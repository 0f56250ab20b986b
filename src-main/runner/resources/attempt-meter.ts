import type { Costs } from '../../contract/cost-metrics.ts'
import type {
  AttemptGpuSample,
  GpuSample,
  ProcessUsage,
  ResourceSample,
} from '../../contract/resources.ts'
import { ResourceTrack } from './resource-track.ts'

/** Where readings come from; `MachineMonitor` and tests. */
export interface GpuReadings {
  gpus(): readonly GpuSample[]
  memoryOf(pid: number): { readonly uuid: string; readonly memoryBytes: number } | null
}

export interface AttemptMeterOptions {
  readonly pid: number
  /** The GPU that its process was given; null for one that was given none. */
  readonly deviceUuid: string | null
  readonly readings: GpuReadings
  /** Attempts of this program that train on a GPU now, at least one: they share its power. */
  readonly sharers: (deviceUuid: string) => number
  readonly now: () => number
}

/**
 * Joins what a trainer says of its process with the readings of its GPU: samples, energy (power × time) and
 * the peak of its GPU memory.
 */
export class AttemptMeter {
  readonly #options: AttemptMeterOptions
  readonly #track = new ResourceTrack()
  #before: { readonly atMs: number; readonly cpuMs: number } | null = null
  #energyJoules: number | null = null
  #peakGpuMemoryBytes: number | null = null
  #peakMemoryBytes = 0

  constructor(options: AttemptMeterOptions) {
    this.#options = options
  }

  take(usage: ProcessUsage): void {
    const atMs = this.#options.now()
    const before = this.#before
    this.#before = { atMs, cpuMs: usage.cpuMs }
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, usage.rssBytes)
    const gpu = this.#readGpu()
    const elapsedMs = before === null ? 0 : atMs - before.atMs
    if (gpu !== null) {
      this.#peakGpuMemoryBytes = Math.max(this.#peakGpuMemoryBytes ?? 0, gpu.memoryBytes)
      if (gpu.powerWatts !== null) {
        const watts = gpu.powerWatts / Math.max(1, this.#options.sharers(gpu.uuid))
        this.#energyJoules = (this.#energyJoules ?? 0) + (watts * elapsedMs) / 1_000
      }
    }
    if (before === null || elapsedMs <= 0) return
    const cpus = Math.max(0, (usage.cpuMs - before.cpuMs) / elapsedMs)
    const sample: ResourceSample = { atMs, cpus, memoryBytes: usage.rssBytes, gpu }
    this.#track.add(sample)
  }

  /** What this side of the channel measures; empty without a GPU that can be read. */
  get costs(): Costs {
    return {
      ...(this.#energyJoules === null ? {} : { energyJoules: this.#energyJoules }),
      ...(this.#peakGpuMemoryBytes === null
        ? {}
        : { peakGpuMemoryBytes: this.#peakGpuMemoryBytes }),
    }
  }

  /** The GPU that it was last seen on; null without. */
  get deviceUuid(): string | null {
    return this.#options.deviceUuid ?? this.#track.samples.at(-1)?.gpu?.uuid ?? null
  }

  get peakMemoryBytes(): number {
    return this.#peakMemoryBytes
  }

  get peakGpuMemoryBytes(): number {
    return this.#peakGpuMemoryBytes ?? 0
  }

  /** Now, in bytes. */
  get memoryBytes(): number {
    return this.#track.samples.at(-1)?.memoryBytes ?? 0
  }

  get gpuMemoryBytes(): number {
    return this.#track.samples.at(-1)?.gpu?.memoryBytes ?? 0
  }

  get samples(): readonly ResourceSample[] {
    return this.#track.samples
  }

  #readGpu(): AttemptGpuSample | null {
    const { pid, deviceUuid, readings } = this.#options
    const own = readings.memoryOf(pid)
    const uuid = own?.uuid ?? deviceUuid
    const gpu = uuid === null ? undefined : readings.gpus().find(one => one.uuid === uuid)
    if (gpu === undefined) return null
    const { name, busy, temperatureCelsius, powerWatts } = gpu
    const memoryBytes = own?.memoryBytes ?? gpu.memoryBytes
    return { uuid: gpu.uuid, name, busy, temperatureCelsius, powerWatts, memoryBytes }
  }
}
