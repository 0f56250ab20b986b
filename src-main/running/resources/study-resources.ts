import type { EngineInfo } from '../../contract/engine.ts'
import type { EventRecord } from '../../contract/events.ts'
import type { JsonObject } from '../../contract/json.ts'
import type { GpuSample } from '../../contract/resources.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import type { MachineReadings } from '../../machine/machine-monitor.ts'
import type { StudyStore } from '../../storage/study-store.ts'
import type { Executor, Place } from '../executor.ts'
import { AttemptMeter } from './attempt-meter.ts'

interface StudyResourcesOptions {
  readonly readings: MachineReadings
  /** GPUs that trials may train on, in the order in which slots take them. */
  readonly devices: readonly string[]
  /** Whether trials are expected to train on a GPU; what they do shows when one has started. */
  readonly trainsOnGpu: boolean
  readonly now: () => number
}

/** Why a free slot stays empty for now. */
interface Shortage {
  readonly memory: 'main' | 'gpu'
  readonly freeBytes: number
  readonly expectedBytes: number
}

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
  readonly #given = new Map<number, string | null>()
  #trainsOnGpu: boolean

  constructor(options: StudyResourcesOptions) {
    this.#options = options
    this.#trainsOnGpu = options.trainsOnGpu && options.devices.length > 0
  }

  /** Takes the peaks of finished trials of earlier sessions. */
  learn(peakMemoryBytes: number, peakGpuMemoryBytes: number): void {
    this.#main.learn(peakMemoryBytes)
    this.#gpu.learn(peakGpuMemoryBytes)
  }

  /** Null if a trial may start in this slot. */
  shortage(slot: number): Shortage | null {
    const { readings } = this.#options
    const freeBytes = readings.freeMemoryBytes()
    const running = [...this.#meters.values()].map(({ memoryBytes }) => ({ memoryBytes }))
    if (!this.#main.admits({ freeBytes, running })) {
      return { memory: 'main', freeBytes, expectedBytes: this.#main.expectedBytes }
    }
    const uuid = this.#deviceOf(slot)
    if (uuid === null || !this.#trainsOnGpu) return null
    return this.#gpuShortage(uuid)
  }

  /** Where the attempt of a trial runs; holds its place until `end`. */
  place(trialNumber: number, slot: number): Place {
    const uuid = this.#deviceOf(slot)
    this.#given.set(trialNumber, uuid)
    // CUDA counts what it may see from 0; everything else that trains on NVIDIA's GPUs follows this variable, too.
    return { environment: uuid === null ? {} : { CUDA_VISIBLE_DEVICES: uuid } }
  }

  begin(trialNumber: number, pid: number, engine: EngineInfo | null): AttemptMeter {
    const given = this.#given.get(trialNumber) ?? null
    const uses = engine !== null && trainsOnGpu(engine)
    if (engine !== null) this.#trainsOnGpu = uses && this.#options.devices.length > 0
    this.#meters.get(trialNumber)?.close()
    const meter = new AttemptMeter({
      ...{ pid, readings: this.#options.readings, now: this.#options.now },
      deviceUuid: uses ? given : null,
      cpuEnergy: this.#options.readings.cpuEnergy.share(),
      sharers: uuid =>
        [...this.#meters.values()].filter(({ deviceUuid }) => deviceUuid === uuid).length,
    })
    this.#meters.set(trialNumber, meter)
    return meter
  }

  /** The attempt is over: its place is free, and what it needed teaches. */
  end(trialNumber: number): void {
    const meter = this.#meters.get(trialNumber)
    if (meter !== undefined) {
      meter.close()
      this.learn(meter.peakMemoryBytes, meter.peakGpuMemoryBytes)
    }
    this.#meters.delete(trialNumber)
    this.#given.delete(trialNumber)
  }

  #gpuShortage(uuid: string): Shortage | null {
    const onDevice = [...this.#given].filter(([, given]) => given === uuid)
    const gpu: GpuSample | undefined = this.#options.readings.gpus().find(one => one.uuid === uuid)
    // A device that says nothing has slots alone.
    if (gpu === undefined) return null
    const freeBytes = gpu.memoryTotalBytes - gpu.memoryBytes
    const { expectedBytes } = this.#gpu
    // Nobody knows yet what a trial needs: the first one finds out alone.
    const isKnown = expectedBytes > 0
    const running = onDevice.map(([number]) => ({
      memoryBytes: this.#meters.get(number)?.gpuMemoryBytes ?? 0,
    }))
    const fits = isKnown ? this.#gpu.admits({ freeBytes, running }) : running.length === 0
    return fits ? null : { memory: 'gpu', freeBytes, expectedBytes }
  }

  #deviceOf(slot: number): string | null {
    const { devices } = this.#options
    return devices[slot % devices.length] ?? null
  }
}

/** Whether an engine that has started computes on a GPU. */
function trainsOnGpu({ name, device }: EngineInfo): boolean {
  return name === 'webgpu' || (name === 'tensorflow' && /\bGPU:\d/.test(device))
}

/** A trial needs at most so much more than its predecessors, as a share. */
const MARGIN = 1.1

/** One kind of memory: of the machine, or of one GPU. */
interface MemoryPool {
  /** Free now, in bytes. */
  readonly freeBytes: number
  /** Trials of this study that use it, with what they hold now. */
  readonly running: readonly { readonly memoryBytes: number }[]
}

/**
 * Whether one more trial fits into memory, learnt from the trials that have finished: each needs at most as much
 * as the largest so far and a tenth more, and those that run may still grow to that. What nobody knows
 * yet is not forbidden, and one trial at a time always runs: it alone can say whether it fits.
 */
export class MemoryAdmission {
  #peakBytes = 0

  /** @param peakBytes of a finished trial; 0 if unknown */
  learn(peakBytes: number): void {
    this.#peakBytes = Math.max(this.#peakBytes, peakBytes)
  }

  /** The next trial is expected to need at most this; 0 while nothing is known. */
  get expectedBytes(): number {
    return this.#peakBytes * MARGIN
  }

  admits({ freeBytes, running }: MemoryPool): boolean {
    if (running.length === 0) return true
    const growth = running.reduce(
      (sum, { memoryBytes }) => sum + Math.max(0, this.expectedBytes - memoryBytes),
      0,
    )
    return freeBytes - growth >= this.expectedBytes
  }
}

interface SlotGateOptions {
  readonly resources: StudyResources
  readonly executor: Pick<Executor, 'reserve' | 'places'>
  readonly store: Pick<StudyStore, 'recordEvent'>
  readonly studyId: number
  readonly now: () => number
  /** Told when a waiting begins. */
  readonly onWait: (event: Pick<EventRecord, 'kind' | 'detail'>) => void
  /** Called when there may be room again. */
  readonly onRoom: () => void
}

/**
 * Lets a trial into a free slot only where memory and one of the trainers of all studies are left for it; says once, when a waiting begins,
 * for what.
 */
export class SlotGate {
  readonly #options: SlotGateOptions
  #waiting = false
  /** Too few trainers for all slots is how a study goes on; memory comes and goes. */
  #hasToldOfTrainers = false

  constructor(options: SlotGateOptions) {
    this.#options = options
  }

  /** The first free slot whose memory suffices; null if all have to wait. */
  choose(freeSlots: readonly number[], running: number): number | null {
    const { resources } = this.#options
    const [first] = freeSlots
    if (first === undefined) return null
    const shortages = running === 0 ? [null] : freeSlots.map(slot => resources.shortage(slot))
    const fitting = freeSlots[shortages.indexOf(null)]
    const [shortage] = shortages
    if (fitting === undefined)
      return this.#wait({ ...shortage, expectedBytes: Math.round(shortage?.expectedBytes ?? 0) })
    const { executor, onRoom } = this.#options
    if (executor.reserve?.(running + 1, onRoom) === false) {
      const { limit = 0, taken = 0, openFiles = null } = executor.places ?? {}
      return this.#wait({ trainers: taken, limit, ...(openFiles === null ? {} : { openFiles }) })
    }
    this.#waiting = false
    return fitting
  }

  #wait(detail: JsonObject): null {
    const { store, studyId, now, onWait } = this.#options
    const isKnown = this.#waiting || ('trainers' in detail && this.#hasToldOfTrainers)
    this.#waiting = true
    if (!isKnown) {
      this.#hasToldOfTrainers ||= 'trainers' in detail
      const event = { kind: 'slot.waiting', trialNumber: null, atMs: now(), detail } as const
      store.recordEvent(studyId, event)
      onWait(event)
    }
    return null
  }
}

/** From 0. */
export function slotsOf({ slots }: Pick<StudySpecification, 'slots'>): number[] {
  return Array.from({ length: slots }, (_, slot) => slot)
}
