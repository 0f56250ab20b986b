import * as tf from '@tensorflow/tfjs-core'
import { averagePoolGradKernel } from './kernels/average-pool-grad.ts'
import type { OwnKernel } from './kernels/own-kernel.ts'
import { statelessRandomUniformKernel } from './kernels/stateless-random-uniform.ts'
import { unsortedSegmentSumKernel } from './kernels/unsorted-segment-sum.ts'

/** Kernels that stock 4.22 lacks or computes wrongly; each file says which. */
const ownKernels: readonly OwnKernel[] = [
  averagePoolGradKernel,
  statelessRandomUniformKernel,
  unsortedSegmentSumKernel,
]

let registered = false

/** Puts our kernels in place of the stock ones, once per process. */
export function registerWebgpuKernels(): void {
  if (registered) return
  registered = true
  for (const { name, create } of ownKernels) {
    const stock = tf.getKernel(name, 'webgpu') as ReturnType<typeof tf.getKernel> | undefined
    if (stock !== undefined) tf.unregisterKernel(name, 'webgpu')
    const kernelFunc = create(stock?.kernelFunc)
    tf.registerKernel({ kernelName: name, backendName: 'webgpu', kernelFunc })
  }
}
