import type { EngineDefinition } from '../engine-definition.ts'

export const cpuEngine: EngineDefinition = {
  name: 'cpu',
  computesInProcess: true,
  async start() {
    const { startCpuEngine } = await import('./start-cpu-engine.ts')
    return startCpuEngine()
  },
}
