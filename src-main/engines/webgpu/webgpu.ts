import type { EngineDefinition } from '../engine-definition.ts'

/** A GPU behind WebGPU has to be asked for: small networks train faster on `wasm`. */
export const webgpuEngine: EngineDefinition = {
  name: 'webgpu',
  isAutomatic: () => false,
  expectsGpu: () => true,
  usesGpu: () => true,
  async start() {
    const { startWebgpuEngine } = await import('./start-webgpu-engine.ts')
    return startWebgpuEngine()
  },
}
