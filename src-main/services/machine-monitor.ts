import os from 'node:os'
import type { MachineSample, MachineUsage } from '../contract/api/machine.ts'
import type { GpuSample } from '../contract/resources.ts'
import type { GpuReadings } from '../runner/resources/attempt-meter.ts'
import { NvidiaStream } from '../runner/resources/nvidia-stream.ts'

const SAMPLE_EVERY_MS = 1_000
/** Five minutes. */
const KEPT_SAMPLES = 300

export interface MachineMonitorOptions {
  readonly now: () => number
  readonly everyMs?: number
}

/** Samples processor, memory and GPUs as long as the process lives; keeps nothing alive by itself. */
export class MachineMonitor implements GpuReadings {
  readonly #now: () => number
  readonly #nvidia: NvidiaStream
  readonly #timer: NodeJS.Timeout
  #samples: MachineSample[] = []
  #before = cpuTimes()

  constructor({ now, everyMs = SAMPLE_EVERY_MS }: MachineMonitorOptions) {
    this.#now = now
    this.#nvidia = new NvidiaStream({ now })
    this.#timer = setInterval(() => {
      this.#sample()
    }, everyMs)
    this.#timer.unref()
  }

  usage(): MachineUsage {
    return {
      samples: this.#samples,
      cores: os.availableParallelism(),
      memoryTotalBytes: os.totalmem(),
    }
  }

  /** Resolves when it is known which GPUs there are. */
  get ready(): Promise<void> {
    return this.#nvidia.ready
  }

  gpus(): readonly GpuSample[] {
    return this.#nvidia.gpus()
  }

  memoryOf(pid: number): ReturnType<GpuReadings['memoryOf']> {
    return this.#nvidia.memoryOf(pid)
  }

  /** Main memory that a further process can have, in bytes. */
  freeMemoryBytes(): number {
    return os.freemem()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#nvidia.close()
  }

  #sample(): void {
    const times = cpuTimes()
    const total = times.total - this.#before.total
    const cpu = total <= 0 ? 0 : 1 - (times.idle - this.#before.idle) / total
    this.#before = times
    const sample: MachineSample = {
      atMs: this.#now(),
      cpu: Math.min(1, Math.max(0, cpu)),
      memoryBytes: os.totalmem() - os.freemem(),
      gpus: this.gpus(),
    }
    this.#samples = [...this.#samples, sample].slice(-KEPT_SAMPLES)
  }
}

function cpuTimes(): { readonly idle: number; readonly total: number } {
  let idle = 0
  let total = 0
  for (const { times } of os.cpus()) {
    idle += times.idle
    total += times.user + times.nice + times.sys + times.irq + times.idle
  }
  return { idle, total }
}
