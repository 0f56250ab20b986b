import { expect, it } from 'vitest'
import { adapterName } from '../../../../src-main/core/machine/devices.ts'
import { listAdapters } from '../../../../src-main/engines/webgpu/list-adapters.ts'
import type {
  AdapterRequest,
  WebgpuAdapter,
} from '../../../../src-main/engines/webgpu/webgpu-backend.ts'

function adapter(vendor: string, isFallbackAdapter = false): WebgpuAdapter {
  return { info: { vendor, architecture: '', device: 'x', description: '', isFallbackAdapter } }
}

/** A machine that answers each request with what `choose` says. */
async function list(choose: (request: AdapterRequest) => WebgpuAdapter | null) {
  return listAdapters({ requestAdapter: async request => choose(request ?? {}) })
}

it('asks for the strong GPU, the thrifty one and software, and names each once', async () => {
  const laptop = await list(({ powerPreference, forceFallbackAdapter }) => {
    if (forceFallbackAdapter === true) return adapter('mesa', true)
    return adapter(powerPreference === 'low-power' ? 'intel' : 'amd')
  })
  expect(laptop.map(adapterName)).toEqual(['amd, x', 'intel, x', 'mesa, x, software'])
  const workstation = await list(({ forceFallbackAdapter }) =>
    forceFallbackAdapter === true ? null : adapter('amd'),
  )
  expect(workstation).toEqual([
    { vendor: 'amd', architecture: '', device: 'x', description: '', isSoftware: false },
  ])
  expect(await list(() => null)).toEqual([])
})
