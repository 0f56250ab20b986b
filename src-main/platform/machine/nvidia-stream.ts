import { spawn, type ChildProcess } from 'node:child_process'
import type { GpuSample } from '../../core/trial/resources.ts'
import { endChild } from '../processes/end-child.ts'
import { executableOnPath } from '../processes/executable-on-path.ts'

const EVERY_MS = 1_000
/** A reading older than this says nothing of now. */
const STALE_MS = 5_000
/** A driver that says nothing for this long has no GPU to offer. */
const READY_LIMIT_MS = 5_000
/** After its end the program is started again. */
export const NVIDIA_AGAIN_MS = 10_000

const gpuFields = [
  'uuid',
  'name',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'power.draw',
]
const processFields = ['gpu_uuid', 'pid', 'used_memory']

/** Memory that one process holds on one GPU. */
export interface ProcessOnGpu {
  readonly uuid: string
  readonly memoryBytes: number
}

export interface NvidiaStreamOptions {
  readonly now: () => number
}

/**
 * Two `nvidia-smi` processes that print a line per GPU, and per process on it, every second for as long as this
 * lives: no start of a program per reading, nothing that blocks. Where there is no such program there are
 * no GPUs; where it ends, the readings end until it speaks again.
 */
export class NvidiaStream {
  readonly #now: () => number
  #children: readonly ChildProcess[] = []
  readonly #gpus = new Map<string, { readonly gpu: GpuSample; readonly atMs: number }>()
  readonly #processes = new Map<number, { readonly on: ProcessOnGpu; readonly atMs: number }>()
  readonly #waiting = new Set<() => void>()
  readonly #first: Promise<void>
  #hasEnded = false
  #again: NodeJS.Timeout | null = null

  constructor({ now }: NvidiaStreamOptions) {
    this.#now = now
    this.#first = this.#nextReading()
    this.#follow()
  }

  #follow(): void {
    const readings = query(`--query-gpu=${gpuFields.join(',')}`, line => {
      const gpu = parseGpuLine(line)
      if (gpu === null) return
      this.#hasEnded = false
      this.#gpus.set(gpu.uuid, { gpu, atMs: this.#now() })
      // All GPUs are printed at once.
      setImmediate(() => this.#notify())
    })
    const processes = query(`--query-compute-apps=${processFields.join(',')}`, line => {
      const processLine = parseProcessLine(line)
      if (processLine !== null)
        this.#processes.set(processLine.pid, { on: processLine.on, atMs: this.#now() })
    })
    const children = [readings, processes]
    this.#children = children
    const end = (): void => {
      if (this.#children !== children) return
      this.#children = []
      endChild(processes)
      this.#hasEnded = true
      this.#notify()
      // It has spoken before: the driver was renewed, or somebody ended the program.
      if (this.#gpus.size > 0)
        this.#again = setTimeout(() => this.#follow(), NVIDIA_AGAIN_MS).unref()
    }
    readings.on('error', end)
    readings.on('exit', end)
  }

  /** Resolves at the first reading of a GPU, after a sleep of the machine at the next one, or when there will be none. */
  get ready(): Promise<void> {
    const isStale = this.#gpus.size > 0 && this.gpus().length === 0
    return isStale && !this.#hasEnded ? this.#nextReading() : this.#first
  }

  /** The newest reading of every GPU, in the order of the driver. */
  gpus(): readonly GpuSample[] {
    return this.#fresh(this.#gpus).map(({ gpu }) => gpu)
  }

  /** Null if the process is on no GPU, or if the driver does not know it by this number (containers). */
  memoryOf(pid: number): ProcessOnGpu | null {
    const entry = this.#processes.get(pid)
    return entry === undefined || this.#now() - entry.atMs > STALE_MS ? null : entry.on
  }

  close(): void {
    if (this.#again !== null) clearTimeout(this.#again)
    const children = this.#children
    this.#children = []
    for (const child of children) endChild(child)
  }

  async #nextReading(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.add(resolve)
      setTimeout(resolve, READY_LIMIT_MS).unref()
    })
  }

  #notify(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  #fresh<Entry extends { readonly atMs: number }>(entries: ReadonlyMap<unknown, Entry>): Entry[] {
    return [...entries.values()].filter(({ atMs }) => this.#now() - atMs <= STALE_MS)
  }
}

function query(what: string, onLine: (line: string) => void): ChildProcess {
  const words = [what, '--format=csv,noheader,nounits', '-lms', String(EVERY_MS)]
  return followNvidiaSmi(words, onLine)
}

/** Keeps neither this process nor, once this one is gone, itself alive: its next line then meets a closed pipe. */
export function followNvidiaSmi(
  words: readonly string[],
  onLine: (line: string) => void,
): ChildProcess {
  const child = spawn(executableOnPath('nvidia-smi'), words, {
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  })
  // There is no such program: there are no GPUs.
  child.on('error', () => undefined)
  child.unref()
  let lastLine = ''
  // Without a file descriptor for the pipe there is no stream, whatever the types say; the error comes next.
  const stdout = child.stdout as typeof child.stdout | undefined
  if (!stdout) return child
  stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (lastLine + text).split('\n')
    lastLine = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  // A pipe is a socket underneath.
  ;(stdout as unknown as { unref?: () => void }).unref?.()
  return child
}

/** `GPU-…, NVIDIA H100, 37, 1024, 81559, 45, 120.5`: percent, MiB, MiB, °C, W; null for anything else. */
export function parseGpuLine(line: string): GpuSample | null {
  const parts = line.split(',').map(part => part.trim())
  if (parts.length !== gpuFields.length) return null
  const [uuid = '', name = '', busy, used, total, temperature, power] = parts
  const memoryTotal = numberOf(total)
  const percent = numberOf(busy)
  if (memoryTotal === null) return null
  return {
    uuid,
    name,
    vendor: 'nvidia',
    busy: percent === null ? null : percent / 100,
    memoryBytes: (numberOf(used) ?? 0) * 2 ** 20,
    memoryTotalBytes: memoryTotal * 2 ** 20,
    temperatureCelsius: numberOf(temperature),
    powerWatts: numberOf(power),
  }
}

function parseProcessLine(line: string): { pid: number; on: ProcessOnGpu } | null {
  const parts = line.split(',').map(part => part.trim())
  const [uuid = '', pid, used] = parts
  const number = numberOf(pid)
  const memory = numberOf(used)
  if (parts.length !== processFields.length || number === null || memory === null) return null
  return { pid: number, on: { uuid, memoryBytes: memory * 2 ** 20 } }
}

/** Some GPUs answer `[N/A]`. */
function numberOf(text: string | undefined): number | null {
  const number = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : null
}
