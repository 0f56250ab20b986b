import os from 'node:os'
import type { MachineSample, MachineUsage } from '../../core/machine/machine.ts'
import type { PlaceableGpu } from '../../core/machine/gpus.ts'
import type { GpuSample } from '../../core/trial/resources.ts'
import { CpuEnergy, type EnergyReading, spentBetween } from './cpu-energy.ts'
import { GpuHolds } from './gpu-holds.ts'
import { listMigInstances, type MigInstance } from './mig-instances.ts'
import { NvidiaStream } from './nvidia-stream.ts'
import { readProcessorTimes } from './processor-times.ts'
import { SysfsGpus } from './sysfs-gpus.ts'

const SAMPLE_EVERY_MS = 1_000
/** Five minutes. */
const MAX_SAMPLES = 300

export interface MachineMonitorOptions {
  readonly now: () => number
  readonly everyMs?: number
  /** Folder of the processors' energy counters; default: that of Linux. */
  readonly powercapFolder?: string
  /** Where the kernel shows GPUs; default: that of Linux. */
  readonly sysFolder?: string
}

/** The readings for those who share this machine. */
export interface MachineReadings {
  gpus(): readonly GpuSample[]
  /** What trials can be given now. */
  placeable(): readonly PlaceableGpu[]
  /** What they were. */
  readonly gpuHolds: GpuHolds
  memoryOf(pid: number): { readonly uuid: string; readonly memoryBytes: number } | null
  /** Main memory that a further process can have, in bytes. */
  freeMemoryBytes(): number
  readonly cpuEnergy: Pick<CpuEnergy, 'share'>
}

/** Samples processors, their energy, memory and GPUs as long as the process lives; keeps nothing alive by itself. */
export class MachineMonitor implements MachineReadings {
  readonly #now: () => number
  readonly #nvidia: NvidiaStream
  readonly #sysfs: SysfsGpus
  #parts: readonly MigInstance[] = []
  readonly gpuHolds = new GpuHolds()
  readonly #partsReady: Promise<void>
  /** Of the processors. */
  readonly cpuEnergy: CpuEnergy
  #energyBefore: EnergyReading | null
  readonly #timer: NodeJS.Timeout
  #samples: MachineSample[] = []
  #before = readProcessorTimes()

  constructor({
    now,
    everyMs = SAMPLE_EVERY_MS,
    powercapFolder,
    sysFolder,
  }: MachineMonitorOptions) {
    this.#now = now
    this.#nvidia = new NvidiaStream({ now })
    this.#sysfs = new SysfsGpus({ now, ...(sysFolder === undefined ? {} : { folder: sysFolder }) })
    this.#partsReady = listMigInstances().then(instances => {
      this.#parts = instances
    })
    const folder = powercapFolder === undefined ? {} : { folder: powercapFolder }
    this.cpuEnergy = new CpuEnergy({ now, ...folder })
    this.#energyBefore = this.cpuEnergy.read()
    this.#timer = setInterval(() => this.#sample(), everyMs)
    this.#timer.unref()
  }

  /** Resolves when it is known which GPUs there are now. */
  get ready(): Promise<void> {
    return Promise.all([this.#nvidia.ready, this.#partsReady]).then(() => undefined)
  }

  usage(): MachineUsage {
    return {
      samples: this.#samples,
      cores: os.availableParallelism(),
      memoryTotalBytes: os.totalmem(),
    }
  }

  gpus(): readonly GpuSample[] {
    return [...this.#nvidia.gpus(), ...this.#sysfs.gpus()]
  }

  placeable(): readonly PlaceableGpu[] {
    const nvidia = this.#nvidia.gpus().flatMap(({ uuid }): PlaceableGpu[] => {
      const parts = this.#parts.filter(({ parent }) => parent === uuid)
      const all = parts.length === 0 ? [uuid] : parts.map(part => part.uuid)
      const isPart = parts.length > 0
      return all.map(part => ({ uuid: part, vendor: 'nvidia', visibleAs: part, isPart }))
    })
    return [...nvidia, ...this.#sysfs.placeable()]
  }

  memoryOf(pid: number): ReturnType<MachineReadings['memoryOf']> {
    return this.#nvidia.memoryOf(pid)
  }

  freeMemoryBytes(): number {
    return os.freemem()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#nvidia.close()
  }

  #sample(): void {
    const times = readProcessorTimes()
    const totalMs = times.totalMs - this.#before.totalMs
    const cpu = totalMs <= 0 ? 0 : (times.busyMs - this.#before.busyMs) / totalMs
    this.#before = times
    const energy = this.cpuEnergy.read()
    const spent = spentBetween(this.#energyBefore, energy)
    this.#energyBefore = energy ?? this.#energyBefore
    const sample: MachineSample = {
      atMs: this.#now(),
      cpu: Math.min(1, Math.max(0, cpu)),
      memoryBytes: os.totalmem() - os.freemem(),
      gpus: this.gpus(),
      cpuPowerWatts: spent?.powerWatts ?? null,
    }
    this.#samples = [...this.#samples, sample].slice(-MAX_SAMPLES)
  }
}
