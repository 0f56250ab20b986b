import { type GpuDemand, gpuVariables, type PlaceableGpu } from '../../core/machine/gpus.ts'
import type { EngineInfo } from '../../core/machine/engine.ts'
import type { GpuSample } from '../../core/trial/resources.ts'
import { engines } from '../../engines/registry.ts'
import type { MachineReadings } from '../../platform/machine/machine-monitor.ts'
import type { ExecutionSlot } from '../executors/executor.ts'
import { AttemptMeter } from './attempt-meter.ts'
import { isSatisfiable, devicesToAwait, placeGpus, shareOf } from './gpu-placement.ts'
import { MemoryAdmission } from './memory-admission.ts'

interface StudyResourcesOptions {
  readonly readings: MachineReadings
  /** GPUs that trials may train on, in the order in which slots take them. */
  readonly devices: readonly PlaceableGpu[]
  /** What each trial is to have of them; null: slots take turns. */
  readonly demand?: GpuDemand | null
  /** Whether trials are expected to train on a GPU; what they do shows when one has started. */
  readonly trainsOnGpu: boolean
  readonly now: () => number
}

/** Why a free slot stays empty for now. */
export type Shortage =
  | {
      readonly memory: 'main' | 'gpu'
      readonly freeBytes: number
      readonly expectedBytes: number
    }
  /** So many that could be given are there, and what each trial wants. */
  | { readonly gpus: number; readonly wanted: number }

/**
 * The resources of one study's trials: slots take turns over the GPUs, so that several trials share one where there
 * are more slots than GPUs, and a further trial starts only where memory for it is left.
 */
export class StudyResources {
  readonly #options: StudyResourcesOptions
  readonly #main = new MemoryAdmission()
  readonly #gpu = new MemoryAdmission()
  readonly #meters = new Map<number, AttemptMeter>()
  /** GPU that the attempt of a trial was given, by number of the trial; from before its start. */
  readonly #given = new Map<number, readonly PlaceableGpu[]>()
  /** GPUs that a slot holds with a demand: from when it is chosen until it is free again, so that no retry finds them taken. */
  readonly #ofSlot = new Map<number, Promised>()
  #trainsOnGpu: boolean

  constructor(options: StudyResourcesOptions) {
    this.#options = options
    this.#trainsOnGpu = options.trainsOnGpu && options.devices.length > 0
  }

  /** Takes the peaks of finished trials of earlier sessions. */
  learn(peakMemoryBytes: number, peakGpuMemoryBytes: number): void {
    this.#main.learn(peakMemoryBytes)
    this.#gpu.learn(peakGpuMemoryBytes / this.#devicesPerTrial)
  }

  /**
   * Null if a trial may start in this slot; with a demand for GPUs the slot then holds them until `free`.
   * @param isAlone no trial of the study runs: it alone can say whether it fits into memory
   */
  shortage(slot: number, isAlone = false): Shortage | null {
    const main = isAlone ? null : this.#mainShortage()
    const { demand = null, readings, now } = this.#options
    if (main !== null) {
      readings.gpuHolds.renewClaim(this, now())
      return main
    }
    if (demand !== null) return this.#promise(slot, demand, isAlone)
    const [device] = this.#devicesOf(slot)
    if (isAlone || device === undefined || !this.#trainsOnGpu) return null
    return this.#gpuShortage(device.uuid)
  }

  #mainShortage(): Shortage | null {
    const { readings } = this.#options
    const freeBytes = readings.freeMemoryBytes()
    const running = [...this.#meters.values()].map(({ memoryBytes }) => ({ memoryBytes }))
    if (!this.#main.admits({ freeBytes, running })) {
      return { memory: 'main', freeBytes, expectedBytes: this.#main.expectedBytes }
    }
    return null
  }

  /** Where the attempt of a trial runs; holds its place until `end`. */
  place(trialNumber: number, slot: number): ExecutionSlot {
    const devices = this.#devicesOf(slot)
    this.#given.set(trialNumber, devices)
    // CUDA counts what it may see from 0; everything else that trains on NVIDIA's GPUs follows this variable, too.
    const present = [...new Set(this.#options.devices.map(({ vendor }) => vendor))]
    return { environment: gpuVariables(devices, present) }
  }

  /** The slot holds no GPU any more. */
  free(slot: number): void {
    this.#ofSlot.get(slot)?.release()
    this.#ofSlot.delete(slot)
  }

  close(): void {
    for (const slot of [...this.#ofSlot.keys()]) this.free(slot)
    this.#options.readings.gpuHolds.unclaim(this)
  }

  begin(trialNumber: number, pid: number, engine: EngineInfo | null): AttemptMeter {
    const assignedUuids = (this.#given.get(trialNumber) ?? []).map(({ uuid }) => uuid)
    // What a program computes on nobody knows; who asks for a GPU uses it.
    const isAskedFor = (this.#options.demand ?? null) !== null
    const uses = engine !== null && trainsOnGpu(engine)
    if (engine !== null) this.#trainsOnGpu = uses && this.#options.devices.length > 0
    this.#meters.get(trialNumber)?.close()
    const meter = new AttemptMeter({
      pid,
      readings: this.#options.readings,
      now: this.#options.now,
      deviceUuids: uses || isAskedFor ? assignedUuids : [],
      cpuEnergy: this.#options.readings.cpuEnergy.share(),
      sharers: uuid =>
        [...this.#meters.values()].filter(({ deviceUuids }) => deviceUuids.includes(uuid)).length,
    })
    this.#meters.set(trialNumber, meter)
    return meter
  }

  /** The attempt is over: its place is free, and what it needed teaches. */
  end(trialNumber: number): void {
    const meter = this.#meters.get(trialNumber)
    if (meter !== undefined) {
      meter.close()
      this.learn(meter.peakMemoryBytes, meter.peakGpuShareBytes)
    }
    this.#meters.delete(trialNumber)
    this.#given.delete(trialNumber)
  }

  #gpuShortage(uuid: string): Shortage | null {
    const onDevice = [...this.#given].filter(([, devices]) =>
      devices.some(device => device.uuid === uuid),
    )
    const gpu: GpuSample | undefined = this.#options.readings
      .gpus()
      .find(sample => sample.uuid === uuid)
    // A device that says nothing has slots alone.
    if (gpu === undefined || gpu.memoryTotalBytes === 0) return null
    const freeBytes = gpu.memoryTotalBytes - gpu.memoryBytes
    const { expectedBytes } = this.#gpu
    // Nobody knows yet what a trial needs: the first one finds out alone, unless the study says how many share a device.
    const isKnown = expectedBytes > 0
    const running = onDevice.map(([number]) => ({
      memoryBytes: (this.#meters.get(number)?.gpuShareBytes ?? 0) / this.#devicesPerTrial,
    }))
    const isAsked = (this.#options.demand ?? null) !== null
    const fits =
      isKnown || isAsked ? this.#gpu.admits({ freeBytes, running }) : running.length === 0
    return fits ? null : { memory: 'gpu', freeBytes, expectedBytes }
  }

  #promise(slot: number, demand: GpuDemand, isAlone: boolean): Shortage | null {
    this.free(slot)
    const { readings, devices, now } = this.#options
    const { gpuHolds } = readings
    const presentUuids = new Set(readings.placeable().map(({ uuid }) => uuid))
    const claimed = gpuHolds.claimedBefore(this, now())
    const present = devices.filter(({ uuid }) => presentUuids.has(uuid))
    const open = present.filter(({ uuid }) => !claimed.has(uuid))
    const held = (uuid: string): number => gpuHolds.held(uuid)
    const fits = (device: PlaceableGpu): boolean => this.#gpuShortage(device.uuid) === null
    const placement = placeGpus({
      devices: open,
      demand,
      held,
      ...(isAlone ? {} : { fits }),
    })
    if (placement === null) {
      const roomy = isAlone ? null : placeGpus({ devices: open, demand, held })
      const short = roomy
        ?.map(({ uuid }) => this.#gpuShortage(uuid))
        .find(shortage => shortage !== null)
      const free = open.filter(({ uuid }) => held(uuid) === 0).length
      if (short !== undefined) {
        gpuHolds.renewClaim(this, now())
        return short
      }
      // The same as before: those that become free one after the other are kept until they suffice.
      const before = gpuHolds.claimOf(this)
      const isUnchanged =
        before.length > 0 &&
        before.every(claimedUuid => present.some(({ uuid }) => uuid === claimedUuid))
      const awaited = isUnchanged
        ? before
        : devicesToAwait({ devices: present, demand, held }, uuid => this.#own(uuid)).map(
            ({ uuid }) => uuid,
          )
      // Where its own trials are in the way, it keeps nothing from others; where devices have vanished, it keeps its place.
      if (awaited.length === 0 && isSatisfiable(present, demand)) gpuHolds.unclaim(this)
      else gpuHolds.claim(this, awaited, now())
      return { gpus: free, wanted: this.#wanted(demand) }
    }
    gpuHolds.unclaim(this)
    const uuids = placement.map(({ uuid }) => uuid)
    const release = gpuHolds.take(uuids, shareOf(demand))
    this.#ofSlot.set(slot, { devices: placement, release })
    return null
  }

  /** What its own trials hold of a device. */
  #own(uuid: string): number {
    const { demand = null } = this.#options
    const slots = [...this.#ofSlot.values()].filter(({ devices }) =>
      devices.some(device => device.uuid === uuid),
    )
    return demand === null ? 0 : slots.length * shareOf(demand)
  }

  #wanted(demand: GpuDemand): number {
    return 'perTrial' in demand ? demand.perTrial : this.#devicesPerTrial
  }

  get #devicesPerTrial(): number {
    const { demand = null } = this.#options
    if (demand === null) return 1
    if ('perTrial' in demand) return Math.max(1, demand.perTrial)
    return Math.min(...demand.sets.map(set => set.length))
  }

  #devicesOf(slot: number): readonly PlaceableGpu[] {
    const { devices, demand = null } = this.#options
    if (demand !== null) return this.#ofSlot.get(slot)?.devices ?? []
    const [first] = devices
    const alike = devices.filter(({ vendor }) => vendor === first?.vendor)
    const device = alike[slot % alike.length]
    return device === undefined ? [] : [device]
  }
}

/** Of a study whose trials find their places, here or elsewhere, when they begin: its slots stand for none. */
export function withoutSlots(
  resources: StudyResources,
): Pick<StudyResources, 'shortage' | 'place' | 'free' | 'begin' | 'end'> {
  return {
    shortage: () => null,
    place: () => ({ environment: {} }),
    free: () => undefined,
    begin: (trialNumber, pid, engine) => resources.begin(trialNumber, pid, engine),
    end: trialNumber => resources.end(trialNumber),
  }
}

interface Promised {
  readonly devices: readonly PlaceableGpu[]
  readonly release: () => void
}

/** Whether an engine that has started computes on a GPU. */
function trainsOnGpu(info: EngineInfo): boolean {
  return engines[info.name].usesGpu?.(info) === true
}
