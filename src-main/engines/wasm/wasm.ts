import type { EngineDefinition } from '../engine-definition.ts'

export const wasmEngine: EngineDefinition = {
  name: 'wasm',
  computesInProcess: true,
  async start() {
    const { startWasmEngine } = await import('./start-wasm-engine.ts')
    return startWasmEngine()
  },
}
