import type { Costs } from '../../core/trial/cost-metrics.ts'
import {
  type AttemptGpuSample,
  type ProcessUsage,
  type ResourceSample,
  MAX_RESOURCE_SAMPLES,
} from '../../core/trial/resources.ts'
import {
  type CpuEnergyShare,
  type EnergyReading,
  spentBetween,
} from '../../platform/machine/cpu-energy.ts'
import type { MachineReadings } from '../../platform/machine/machine-monitor.ts'
import { mean } from '../../math/numbers.ts'

interface AttemptMeterOptions {
  readonly pid: number
  /** The GPUs that its process was given. */
  readonly deviceUuids: readonly string[]
  readonly readings: Pick<MachineReadings, 'gpus' | 'memoryOf'>
  /** Attempts of this program that train on a GPU now, at least one: they share its power. */
  readonly sharers: (deviceUuid: string) => number
  /** Its share of the processors' energy, from now on; `close` ends it. */
  readonly cpuEnergy: CpuEnergyShare
  readonly now: () => number
}

/**
 * Joins what a trainer says of its process with the readings of its GPU and of the processors' counters: samples, energy
 * (of a GPU power × time) and the peak of its GPU memory.
 */
export class AttemptMeter {
  readonly #options: AttemptMeterOptions
  readonly #track = new ResourceTrack()
  #before: { readonly atMs: number; readonly cpuMs: number } | null = null
  readonly #firstEnergy: EnergyReading | null
  #lastEnergy: EnergyReading | null
  #gpuEnergyJoules: number | null = null
  #peakGpuMemoryBytes: number | null = null
  /** GPU memory that is its own as far as anybody knows, for admission: of a device that others of the study use, too, an even share. */
  gpuShareBytes = 0
  peakGpuShareBytes = 0
  peakMemoryBytes = 0

  constructor(options: AttemptMeterOptions) {
    this.#options = options
    this.#firstEnergy = options.cpuEnergy.read()
    this.#lastEnergy = this.#firstEnergy
  }

  /** @param step the last one that was reported; null: none was */
  take(usage: ProcessUsage, step: number | null = null): void {
    const atMs = this.#options.now()
    const before = this.#before
    this.#before = { atMs, cpuMs: usage.cpuMs }
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, usage.rssBytes)
    const gpus = this.#readGpus()
    const gpu = together(gpus)
    const elapsedMs = before === null ? 0 : atMs - before.atMs
    if (gpu !== null) {
      this.#peakGpuMemoryBytes = Math.max(this.#peakGpuMemoryBytes ?? 0, gpu.memoryBytes)
    }
    this.gpuShareBytes = this.#shareOf(gpus)
    this.peakGpuShareBytes = Math.max(this.peakGpuShareBytes, this.gpuShareBytes)
    // Where one of several says nothing, the sum would be too small.
    if (gpu !== null && gpu.powerWatts !== null) {
      const watts = gpus.reduce(
        (sum, { uuid, powerWatts }) =>
          sum + (powerWatts ?? 0) / Math.max(1, this.#options.sharers(uuid)),
        0,
      )
      this.#gpuEnergyJoules = (this.#gpuEnergyJoules ?? 0) + (watts * elapsedMs) / 1_000
    }
    if (before === null || elapsedMs <= 0) return
    const cpus = Math.max(0, (usage.cpuMs - before.cpuMs) / elapsedMs)
    this.#track.add({
      atMs,
      cpus,
      memoryBytes: usage.rssBytes,
      gpu,
      ...this.#takeProcessor(),
      ...(step === null ? {} : { step }),
    })
  }

  /** The attempt is over: others share the energy without it. */
  close(): void {
    this.#options.cpuEnergy.close()
  }

  /**
   * The costs that this side of the channel measures; empty where nothing can be read. Energy that was counted for a part of the
   * time is left out, and with it the sum: both would be too small.
   */
  get costs(): Costs {
    const cpuEnergyJoules =
      spentBetween(this.#firstEnergy, this.#options.cpuEnergy.read())?.shareJoules ?? null
    const gpuEnergyJoules = this.#gpuEnergyJoules
    const isPartly = this.#firstEnergy !== null && cpuEnergyJoules === null
    const energyJoules =
      isPartly || (cpuEnergyJoules === null && gpuEnergyJoules === null)
        ? null
        : (cpuEnergyJoules ?? 0) + (gpuEnergyJoules ?? 0)
    const peakGpuMemoryBytes = this.#peakGpuMemoryBytes
    const costs = { energyJoules, cpuEnergyJoules, gpuEnergyJoules, peakGpuMemoryBytes }
    return Object.fromEntries(Object.entries(costs).filter(([, cost]) => cost !== null))
  }

  /** The GPUs that it has, or was last seen on. */
  get deviceUuids(): readonly string[] {
    const { deviceUuids } = this.#options
    if (deviceUuids.length > 0) return deviceUuids
    const seen = this.#track.samples.at(-1)?.gpu?.uuid
    return seen === undefined ? [] : [seen]
  }

  /** Now, in bytes. */
  get memoryBytes(): number {
    return this.#track.samples.at(-1)?.memoryBytes ?? 0
  }

  get samples(): readonly ResourceSample[] {
    return this.#track.samples
  }

  #takeProcessor(): Pick<ResourceSample, 'processor'> {
    const energy = this.#options.cpuEnergy.read()
    const spent = spentBetween(this.#lastEnergy, energy)
    this.#lastEnergy = energy ?? this.#lastEnergy
    if (spent === null) return {}
    return { processor: { powerWatts: spent.powerWatts, energyJoules: spent.shareJoules } }
  }

  #shareOf(gpus: readonly AttemptGpuSample[]): number {
    const { pid, readings, sharers } = this.#options
    const processMemory = readings.memoryOf(pid)
    return gpus.reduce(
      (sum, { uuid, memoryBytes }) =>
        sum + memoryBytes / (processMemory?.uuid === uuid ? 1 : Math.max(1, sharers(uuid))),
      0,
    )
  }

  #readGpus(): AttemptGpuSample[] {
    const { pid, deviceUuids, readings } = this.#options
    const processMemory = readings.memoryOf(pid)
    const uuids =
      processMemory === null || deviceUuids.length > 1 ? deviceUuids : [processMemory.uuid]
    return readings
      .gpus()
      .filter(({ uuid }) => uuids.includes(uuid))
      .map(({ uuid, name, busy, temperatureCelsius, powerWatts, memoryBytes }) => ({
        uuid,
        name,
        busy,
        temperatureCelsius,
        powerWatts,
        memoryBytes: processMemory?.uuid === uuid ? processMemory.memoryBytes : memoryBytes,
      }))
  }
}

/** Several GPUs of one attempt as one: sums of memory and power, the mean load, the hottest. */
function together(gpus: readonly AttemptGpuSample[]): AttemptGpuSample | null {
  const [first] = gpus
  if (first === undefined || gpus.length === 1) return first ?? null
  const sum = (numbers: readonly number[]): number =>
    numbers.reduce((all, number) => all + number, 0)
  const readingsOfAll = (
    pick: (gpu: AttemptGpuSample) => number | null,
  ): readonly number[] | null => {
    const numbers = gpus.map(pick).filter(reading => reading !== null)
    return numbers.length === gpus.length ? numbers : null
  }
  const [shares, powers] = [
    readingsOfAll(({ busy }) => busy),
    readingsOfAll(({ powerWatts }) => powerWatts),
  ]
  const degrees = readingsOfAll(({ temperatureCelsius }) => temperatureCelsius)
  return {
    uuid: first.uuid,
    name: [...new Set(gpus.map(({ name }) => name))].join(', '),
    memoryBytes: sum(gpus.map(({ memoryBytes }) => memoryBytes)),
    busy: shares && mean(shares),
    powerWatts: powers && sum(powers),
    temperatureCelsius: degrees && Math.max(...degrees),
  }
}

/**
 * The samples of one attempt, however long it runs: when there are too many, each two neighbors become one
 * and from then on a sample covers twice the time.
 */
export class ResourceTrack {
  readonly #most: number
  #samples: ResourceSample[] = []
  /** Readings per sample. */
  #stride = 1
  #pending: ResourceSample[] = []

  constructor(most = MAX_RESOURCE_SAMPLES) {
    this.#most = most
  }

  add(sample: ResourceSample): void {
    this.#pending.push(sample)
    if (this.#pending.length < this.#stride) return
    this.#samples.push(merge(this.#pending))
    this.#pending = []
    if (this.#samples.length < this.#most) return
    const pairs: ResourceSample[] = []
    for (let at = 0; at < this.#samples.length; at += 2) {
      pairs.push(merge(this.#samples.slice(at, at + 2)))
    }
    this.#samples = pairs
    this.#stride *= 2
  }

  /** Oldest first. */
  get samples(): readonly ResourceSample[] {
    return this.#pending.length === 0 ? this.#samples : [...this.#samples, merge(this.#pending)]
  }
}

/** Means of what is a rate, sums of what is spent, the largest of what is a level, the last moment. */
function merge(samples: readonly ResourceSample[]): ResourceSample {
  const last = samples.at(-1)
  if (last === undefined) throw new RangeError('at least one sample')
  if (samples.length === 1) return last
  return {
    atMs: last.atMs,
    cpus: mean(samples.map(sample => sample.cpus)),
    memoryBytes: Math.max(...samples.map(sample => sample.memoryBytes)),
    gpu: last.gpu && mergeGpu(last.gpu, samples),
    ...mergeProcessor(samples),
    ...(last.step === undefined ? {} : { step: last.step }),
  }
}

/** Nothing if one of them was not measured: the sum would be too small. */
function mergeProcessor(samples: readonly ResourceSample[]): Pick<ResourceSample, 'processor'> {
  const measured = samples.flatMap(({ processor }) => processor ?? [])
  if (measured.length < samples.length) return {}
  const powerWatts = mean(measured.map(processor => processor.powerWatts))
  const energyJoules = measured.reduce((sum, processor) => sum + processor.energyJoules, 0)
  return { processor: { powerWatts, energyJoules } }
}

function mergeGpu(last: AttemptGpuSample, all: readonly ResourceSample[]): AttemptGpuSample {
  const samples = all.flatMap(({ gpu }) => gpu ?? [])
  const shares = samples.flatMap(({ busy }) => busy ?? [])
  const powers = samples.flatMap(({ powerWatts }) => powerWatts ?? [])
  const temperatures = samples.flatMap(({ temperatureCelsius }) => temperatureCelsius ?? [])
  return {
    ...last,
    busy: shares.length === 0 ? null : mean(shares),
    memoryBytes: Math.max(...samples.map(sample => sample.memoryBytes)),
    powerWatts: powers.length === 0 ? null : mean(powers),
    temperatureCelsius: temperatures.length === 0 ? null : Math.max(...temperatures),
  }
}
