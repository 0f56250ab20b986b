import { msg } from '../../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import { version_cpu as cpuVersion } from '@tensorflow/tfjs-backend-cpu'
import { AppError } from '../../core/errors/errors.ts'
import type { Engine } from '../../training/compiled/compiled-function.ts'
import { createEagerEngine } from '../eager-engine.ts'
import { registerCpuKernels } from './register-cpu-kernels.ts'

/**
 * The plain JavaScript backend: right, and 10–190 times slower than wasm. Oracle for the others and
 * last resort.
 */
export async function startCpuEngine(): Promise<Engine> {
  await tf.setBackend('cpu')
  await tf.ready()
  if (tf.getBackend() !== 'cpu') {
    const reason = msg('failure.otherBackend', { backend: tf.getBackend() })
    throw new AppError('engine.unavailable', { engine: 'cpu', reason })
  }
  registerCpuKernels()
  const versions = {
    '@tensorflow/tfjs-core': tf.version_core,
    '@tensorflow/tfjs-backend-cpu': cpuVersion,
  }
  const info = { name: 'cpu' as const, device: 'JavaScript', threads: 1, versions }
  return createEagerEngine(
    info,
    error => error instanceof RangeError && /allocation failed/i.test(error.message),
  )
}
