import { loadDawn } from '../engines/webgpu/dawn.ts'
import { listAdapters } from '../engines/webgpu/list-adapters.ts'
import { serve } from '../platform/processes/serve.ts'

/** Entry of a throw-away process that asks WebGPU for its adapters: a driver that fails takes only this with it. */
serve('list-adapters', { list: async () => listAdapters(await loadDawn()) })
