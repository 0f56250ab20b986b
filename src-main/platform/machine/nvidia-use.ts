import type { ChildProcess } from 'node:child_process'
import { endChild } from '../processes/end-child.ts'
import { followNvidiaSmi, NVIDIA_AGAIN_MS } from './nvidia-stream.ts'

/** A reading older than this says nothing of now. */
const STALE_MS = 5_000

/** A part of a GPU's time, by the program that used it. */
export interface GpuUse {
  readonly gpu: string
  readonly pid: number
  readonly share: number
}

/** Which program uses how much of NVIDIA's GPUs: one `nvidia-smi pmon`, for as long as this lives. Windows' own driver model says nothing. */
export class NvidiaUse {
  readonly #now: () => number
  readonly #uses = new Map<string, { readonly use: GpuUse; readonly atMs: number }>()
  #child: ChildProcess | null = null
  #again: NodeJS.Timeout | null = null
  #heardAtMs = Number.NEGATIVE_INFINITY

  constructor({ now }: { readonly now: () => number }) {
    this.#now = now
    this.#follow()
  }

  #follow(): void {
    const child = followNvidiaSmi(['pmon', '-s', 'u', '-d', '1'], line => {
      const processUse = parseProcessUse(line)
      if (processUse === null) return
      this.#heardAtMs = this.#now()
      if (processUse !== 'idle') {
        this.#uses.set(`${processUse.gpu} ${processUse.pid}`, {
          use: processUse,
          atMs: this.#now(),
        })
      }
    })
    this.#child = child
    child.on('exit', () => {
      if (this.#child !== child) return
      this.#child = null
      // It has spoken before: the driver was renewed, or somebody ended the program.
      if (Number.isFinite(this.#heardAtMs))
        this.#again = setTimeout(() => this.#follow(), NVIDIA_AGAIN_MS).unref()
    })
  }

  /** Null where nobody says. */
  read(): GpuUse[] | null {
    const isFresh = (atMs: number): boolean => this.#now() - atMs <= STALE_MS
    if (!isFresh(this.#heardAtMs)) return null
    return [...this.#uses.values()].filter(({ atMs }) => isFresh(atMs)).map(({ use }) => use)
  }

  close(): void {
    if (this.#again !== null) clearTimeout(this.#again)
    const child = this.#child
    this.#child = null
    if (child !== null) endChild(child)
  }
}

/** `0  1234  G  12  3  -  -  Xorg`: GPU, process, kind, percent of the processors on it …; `idle` for a GPU that nobody uses. */
export function parseProcessUse(line: string): GpuUse | 'idle' | null {
  const [gpu = '', pid = '', , percent = ''] = line.trim().split(/\s+/)
  if (!/^\d+$/.test(gpu)) return null
  if (pid === '-') return 'idle'
  const [number, share] = [Number(pid), percent === '-' ? 0 : Number(percent) / 100]
  return Number.isInteger(number) && Number.isFinite(share) ? { gpu, pid: number, share } : null
}
