import { AppError } from '../../core/errors/errors.ts'
import type { EngineDefinition } from '../engine-definition.ts'
import { installedPack } from '../pack/installed-pack.ts'
import { enginesFolder, installedTensorflow } from './pack-location.ts'

export const tensorflowEngine: EngineDefinition = {
  name: 'tensorflow',
  isAutomatic: () => installedTensorflow(enginesFolder()) !== null,
  expectsGpu: () => installedPack('tensorflow')?.manifest.gpu === true,
  usesGpu: ({ device }) => /\bGPU:\d/.test(device),
  async start() {
    const folder = installedTensorflow(enginesFolder())
    if (folder === null) throw new AppError('engine.notInstalled', { engine: 'tensorflow' })
    const { startTensorflowEngine } = await import('./start-tensorflow-engine.ts')
    return startTensorflowEngine({ folder })
  },
}
