import { AppError, reasonOf } from '../../core/errors/errors.ts'
import type { WebgpuAdapterInfo } from '../../core/machine/devices.ts'
import type { WebgpuAdapter, WebgpuEntry } from './webgpu-backend.ts'

/** Dawn of this process: devices die, and take the process with them, when it is garbage-collected. */
let started: WebgpuEntry | null = null

/**
 * Puts Dawn's WebGPU where TensorFlow.js looks for a browser's.
 * @throws AppError `engine.unavailable` if it cannot be loaded
 */
export async function loadDawn(): Promise<WebgpuEntry> {
  if (started !== null) return started
  let dawn: { create: (options: string[]) => WebgpuEntry; globals: object }
  try {
    dawn = await import('webgpu')
  } catch (error) {
    throw new AppError('engine.unavailable', { engine: 'webgpu', reason: reasonOf(error) })
  }
  Object.assign(globalThis, dawn.globals)
  const globals = globalThis as { navigator?: object }
  globals.navigator ??= {}
  started = dawn.create([])
  Object.defineProperty(globals.navigator, 'gpu', { value: started, configurable: true })
  return started
}

export function adapterInfo({ info }: WebgpuAdapter): WebgpuAdapterInfo {
  const { vendor, architecture, device, description, isFallbackAdapter } = info
  return { vendor, architecture, device, description, isSoftware: isFallbackAdapter }
}
