import type { WebgpuAdapterInfo } from '../../core/machine/devices.ts'
import { adapterInfo } from './dawn.ts'
import type { AdapterRequest, WebgpuEntry } from './webgpu-backend.ts'

/** WebGPU has no list of adapters: the strongest, the thriftiest (of a laptop the other GPU) and software can be asked for. */
const requests: readonly AdapterRequest[] = [
  { powerPreference: 'high-performance' },
  { powerPreference: 'low-power' },
  { forceFallbackAdapter: true },
]

/**
 * The adapters that WebGPU offers, each once, the one that training would take first. Of several GPUs with the same names
 * one is seen.
 */
export async function listAdapters(
  entry: Pick<WebgpuEntry, 'requestAdapter'>,
): Promise<WebgpuAdapterInfo[]> {
  const adaptersByKey = new Map<string, WebgpuAdapterInfo>()
  for (const request of requests) {
    const adapter = await entry.requestAdapter(request)
    if (adapter === null) continue
    const info = adapterInfo(adapter)
    const key = JSON.stringify(info)
    if (!adaptersByKey.has(key)) adaptersByKey.set(key, info)
  }
  return [...adaptersByKey.values()]
}
