import process from 'node:process'
import type { AdapterProbe } from '../contract/devices.ts'
import { serializeError } from '../contract/errors.ts'
import { loadDawn } from '../engines/webgpu/dawn.ts'
import { listAdapters } from '../engines/webgpu/list-adapters.ts'

/** Entry of a throw-away process that asks WebGPU for its adapters: a driver that fails takes only this with it. */
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)

async function probe(): Promise<AdapterProbe> {
  try {
    return { ok: true, adapters: await listAdapters(await loadDawn()) }
  } catch (error) {
    return { ok: false, error: serializeError(error) }
  }
}

process.send?.(await probe(), () => process.exit(0))
