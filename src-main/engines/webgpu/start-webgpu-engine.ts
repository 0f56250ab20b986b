import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { createRequire } from 'node:module'
import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import { adapterName } from '../../core/machine/devices.ts'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import type { Engine } from '../../training/compiled/compiled-function.ts'
import { createEagerEngine } from '../eager-engine.ts'
import { adapterInfo, loadDawn } from './dawn.ts'
import { withDeviceWatch } from './device-watch.ts'
import { registerWebgpuKernels } from './register-webgpu-kernels.ts'
import type { WebgpuAdapter, WebgpuBackend } from './webgpu-backend.ts'

/**
 * Any vendor's GPU through WebGPU (Dawn), in this plain Node process; compiled functions run operation by
 * operation. Software that stands in for a GPU is refused, because `wasm` is 10 to 20 times faster than it;
 * tests permit it with TUNEWRIGHT_SOFTWARE_WEBGPU=1.
 * @throws AppError `engine.noDevice` if there is no GPU to use, `engine.unavailable` if one does not start
 */
export async function startWebgpuEngine(): Promise<Engine> {
  const entry = await loadDawn()
  const adapter = await entry.requestAdapter({ powerPreference: 'high-performance' })
  requireHardware(adapter)
  const load = createRequire(import.meta.url)
  try {
    // Registers its backend only where a `navigator.gpu` is in place.
    load('@tensorflow/tfjs-backend-webgpu')
    await tf.setBackend('webgpu')
    await tf.ready()
  } catch (error) {
    throw unavailable(reasonOf(error))
  }
  if (tf.getBackend() !== 'webgpu') {
    throw unavailable(msg('failure.otherBackend', { backend: tf.getBackend() }))
  }
  registerWebgpuKernels()
  const info = {
    name: 'webgpu' as const,
    device: adapterName(adapterInfo(adapter)),
    versions: {
      '@tensorflow/tfjs-core': tf.version_core,
      webgpu: (load('webgpu/package.json') as { version: string }).version,
    },
  }
  const backend = tf.backend() as unknown as WebgpuBackend
  const engine = createEagerEngine(info, () => false, { readsLater: true })
  return withDeviceWatch(engine, backend.device)
}

function requireHardware(adapter: WebgpuAdapter | null): asserts adapter is WebgpuAdapter {
  if (adapter === null) {
    const reason = msg('failure.noWebgpu')
    throw new AppError('engine.noDevice', { engine: 'webgpu', reason })
  }
  const { isFallbackAdapter, description } = adapter.info
  if (isFallbackAdapter && process.env['TUNEWRIGHT_SOFTWARE_WEBGPU'] !== '1') {
    const reason = msg('failure.softwareWebgpu', { adapter: description })
    throw new AppError('engine.noDevice', { engine: 'webgpu', reason })
  }
}

function unavailable(reason: MessageDescriptor): AppError {
  return new AppError('engine.unavailable', { engine: 'webgpu', reason })
}
