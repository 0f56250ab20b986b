import fs from 'fs'
import os from 'os'
import { performance } from 'perf_hooks'
import stream from 'stream'
import util from 'util'

/* What Node 12, which Electron 9 runs its main process in, lacks of the modules that the product loads there. */

/** Modules by their name without `node:`. */
export const newerModules: Readonly<Record<string, () => unknown>> = {
  'fs/promises': () => fs.promises,
  'timers/promises': () => ({
    setTimeout: (ms: number, value: unknown) =>
      new Promise(resolve => setTimeout(resolve, ms, value)),
  }),
  'stream/promises': () => ({
    pipeline: util.promisify(stream.pipeline),
    finished: util.promisify(stream.finished),
  }),
  'stream/consumers': () => ({ text: textOf }),
}

async function textOf(source: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** Adds what is missing to modules and globals that are there. */
export function fillNode(): void {
  fill(process, 'constrainedMemory', () => 0)
  fill(process, 'availableMemory', () => os.freemem())
  fill(os, 'availableParallelism', () => os.cpus().length)
  fill(fs, 'rmSync', (target: string, options?: { force?: boolean }) => {
    try {
      if (fs.lstatSync(target).isDirectory()) fs.rmdirSync(target, { recursive: true })
      else fs.unlinkSync(target)
    } catch (error) {
      if (options?.force !== true) throw error
    }
  })
  fill(fs.promises, 'rm', async (target: string, options?: object) => {
    await Promise.resolve()
    fs.rmSync(target, options)
  })
  const { statSync } = fs
  // Its option for a file that is missing came later.
  Object.assign(fs, {
    statSync: (target: string, options?: { throwIfNoEntry?: boolean }) => {
      if (options?.throwIfNoEntry !== false) return statSync(target, options)
      return fs.existsSync(target) ? statSync(target) : undefined
    },
  })
  fill(globalThis, 'performance', performance)
  fill(globalThis, 'Response', PlainResponse)
  fill(globalThis, 'AbortSignal', PlainSignal)
  fill(globalThis, 'AbortController', PlainController)
}

function fill(target: object, name: string, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true })
}

class PlainResponse {
  readonly body: unknown
  readonly status: number
  readonly headers: object
  constructor(body: unknown, init: { status?: number; headers?: object } = {}) {
    this.body = body
    this.status = init.status ?? 200
    this.headers = init.headers ?? {}
  }
}

class PlainSignal {
  aborted = false
  readonly listeners = new Set<() => void>()
  addEventListener(_name: string, listener: () => void): void {
    this.listeners.add(listener)
  }
  removeEventListener(_name: string, listener: () => void): void {
    this.listeners.delete(listener)
  }
  throwIfAborted(): void {
    if (this.aborted) throw new Error('aborted')
  }
}

class PlainController {
  readonly signal = new PlainSignal()
  abort(): void {
    this.signal.aborted = true
    for (const listener of this.signal.listeners) listener()
  }
}
