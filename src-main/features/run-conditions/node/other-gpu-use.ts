import { existsSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { namesIn, textIn } from '../../../platform/machine/kernel-files.ts'
import { type GpuUse, NvidiaUse } from '../../../platform/machine/nvidia-use.ts'

/** Over a shorter time a program's share says little. */
const MIN_SPAN_MS = 2_000

interface OtherGpuUseOptions {
  readonly now: () => number
  /** Our processes. */
  readonly own: () => ReadonlySet<number>
  /** Default: those of Linux; without the second one no process is looked at. */
  readonly procFolder?: string
  readonly gpuFolder?: string
  readonly nvidia?: Pick<NvidiaUse, 'read' | 'close'>
}

/** How much of the busiest GPU programs use that are not ours; begins to look when it is first asked. */
export class OtherGpuUse {
  readonly #options: OtherGpuUseOptions
  readonly #drm: DrmUse
  #nvidia: Pick<NvidiaUse, 'read' | 'close'> | undefined

  constructor(options: OtherGpuUseOptions) {
    this.#options = options
    const { now, procFolder = '/proc', gpuFolder = '/dev/dri', nvidia } = options
    this.#drm = new DrmUse(now, procFolder, gpuFolder)
    this.#nvidia = nvidia
  }

  /** From 0 to 1; null where no driver says who uses its GPU. */
  read(): number | null {
    const { now, own: ownPids } = this.#options
    this.#nvidia ??= new NvidiaUse({ now })
    const parts = [this.#nvidia.read(), this.#drm.read()].filter(part => part !== null)
    return parts.length === 0 ? null : busiest(parts.flat(), ownPids())
  }

  /** Until it is asked again. */
  close(): void {
    this.#nvidia?.close()
    this.#nvidia = undefined
  }
}

function busiest(uses: readonly GpuUse[], ownPids: ReadonlySet<number>): number {
  const sums = new Map<string, number>()
  for (const { gpu, pid, share } of uses) {
    if (!ownPids.has(pid)) sums.set(gpu, (sums.get(gpu) ?? 0) + share)
  }
  return Math.min(1, Math.max(0, ...sums.values()))
}

/** Counters of one client of a GPU: nanoseconds by engine, such as `gfx` or `compute`. */
interface DrmClient {
  readonly pid: number
  readonly gpu: string
  readonly engines: ReadonlyMap<string, number>
}

/**
 * What Linux's drivers for AMD's and Intel's GPUs count for each program that has one open (`fdinfo`, kernel's drm-usage-stats).
 * Programs of other people are not seen.
 */
class DrmUse {
  readonly #now: () => number
  readonly #folder: string
  readonly #gpuFolder: string
  #before: { readonly atMs: number; readonly clients: ReadonlyMap<string, DrmClient> } | null = null
  #uses: GpuUse[] | null = null

  constructor(now: () => number, folder: string, gpuFolder: string) {
    this.#now = now
    this.#folder = folder
    this.#gpuFolder = gpuFolder
  }

  /** The busiest engine of each program between the two last readings; null where no driver counts. */
  read(): GpuUse[] | null {
    const before = this.#before
    const atMs = this.#now()
    const spanMs = before === null ? 0 : atMs - before.atMs
    if (before !== null && spanMs >= 0 && spanMs < MIN_SPAN_MS) return this.#uses
    const clients = existsSync(this.#gpuFolder) ? this.#clients() : new Map<string, DrmClient>()
    this.#before = { atMs, clients }
    if (clients.size === 0) this.#uses = null
    else
      this.#uses = before === null || spanMs < 0 ? [] : usesBetween(before.clients, clients, spanMs)
    return this.#uses
  }

  /** A client may be open several times, also in a child that inherited it. */
  #clients(): Map<string, DrmClient> {
    const clients = new Map<string, DrmClient>()
    for (const name of namesIn(this.#folder)) {
      if (!/^\d+$/.test(name)) continue
      const folder = path.join(this.#folder, name)
      for (const file of namesIn(path.join(folder, 'fd'))) {
        if (!opensGpu(path.join(folder, 'fd', file))) continue
        const text = textIn(path.join(folder, 'fdinfo'), file) ?? ''
        const id = /^drm-client-id:\s*(\d+)$/m.exec(text)?.[1]
        const gpu = /^drm-pdev:\s*(\S+)$/m.exec(text)?.[1]
        if (id === undefined || gpu === undefined || clients.has(`${gpu} ${id}`)) continue
        const counted = text.matchAll(/^drm-engine-([\w-]+):\s*(\d+) ns$/gm)
        const engines = new Map([...counted].map(([, engine = '', ns]) => [engine, Number(ns)]))
        // Some drivers count cycles, or nothing.
        if (engines.size > 0) clients.set(`${gpu} ${id}`, { pid: Number(name), gpu, engines })
      }
    }
    return clients
  }
}

function usesBetween(
  before: ReadonlyMap<string, DrmClient>,
  clients: ReadonlyMap<string, DrmClient>,
  spanMs: number,
): GpuUse[] {
  return [...clients].flatMap(([id, { pid, gpu, engines }]) => {
    const earlier = before.get(id)
    if (earlier === undefined) return []
    const used = [...engines].map(([name, ns]) => ns - (earlier.engines.get(name) ?? ns))
    return [{ gpu, pid, share: Math.max(0, ...used) / 1e6 / spanMs }]
  })
}

function opensGpu(file: string): boolean {
  try {
    return readlinkSync(file).startsWith('/dev/dri/')
  } catch {
    return false
  }
}
