import * as tf from '@tensorflow/tfjs-core'
import type { KernelConfig } from '@tensorflow/tfjs-core'
import type { OwnKernel } from './own-kernel.ts'
import { averagePoolGradKernel } from './kernels/average-pool-grad.ts'
import { batchMatMulKernel } from './kernels/batch-mat-mul.ts'
import { convolutionKernels } from './kernels/conv2d.ts'
import { conv2DBackpropFilterKernel } from './kernels/conv2d-backprop-filter.ts'
import { conv2DBackpropInputKernel } from './kernels/conv2d-backprop-input.ts'
import { depthwiseBackpropKernels } from './kernels/depthwise-backprop.ts'
import { fusedMatMulKernel } from './kernels/fused-mat-mul.ts'
import { gruSequenceGradKernel, gruSequenceKernel } from './kernels/gru-sequence.ts'
import { lstmSequenceGradKernel, lstmSequenceKernel } from './kernels/lstm-sequence.ts'
import { maxPoolGradKernel } from './kernels/max-pool-grad.ts'
import { optimizerStepKernel } from './kernels/optimizer-step.ts'
import { reluGradKernel } from './kernels/relu-grad.ts'
import { softmaxCrossEntropyKernel } from './kernels/softmax-cross-entropy.ts'
import { statelessRandomUniformKernel } from './kernels/stateless-random-uniform.ts'
import { meanKernel, sumKernel } from './kernels/sum.ts'
import { tanhKernel } from './kernels/tanh.ts'
import { throughCpuKernels } from './kernels/through-cpu.ts'
import { unsortedSegmentSumKernel } from './kernels/unsorted-segment-sum.ts'

/** Kernels that stock 4.22 lacks, computes wrongly or computes slowly; each file says which. */
const ownKernels: readonly OwnKernel[] = [
  averagePoolGradKernel,
  batchMatMulKernel,
  conv2DBackpropFilterKernel,
  conv2DBackpropInputKernel,
  fusedMatMulKernel,
  gruSequenceGradKernel,
  gruSequenceKernel,
  lstmSequenceGradKernel,
  lstmSequenceKernel,
  maxPoolGradKernel,
  meanKernel,
  optimizerStepKernel,
  reluGradKernel,
  softmaxCrossEntropyKernel,
  statelessRandomUniformKernel,
  sumKernel,
  tanhKernel,
  unsortedSegmentSumKernel,
  ...convolutionKernels,
  ...depthwiseBackpropKernels,
  ...throughCpuKernels,
]

const stockKernels = new Map<string, KernelConfig>()
let registered = false

/**
 * Puts our kernels in place of the stock ones, once per process. Must run after the backend has
 * started: starting it is what readies the stock kernels that ours call.
 */
export function registerWasmKernels(): void {
  if (registered) return
  for (const kernel of ownKernels) {
    const stock = tf.getKernel(kernel.name, 'wasm') as KernelConfig | undefined
    if (stock !== undefined) {
      stockKernels.set(kernel.name, stock)
      tf.unregisterKernel(kernel.name, 'wasm')
    }
    const kernelFunc = kernel.create(stock?.kernelFunc)
    tf.registerKernel({ kernelName: kernel.name, backendName: 'wasm', kernelFunc })
  }
  registered = true
}

/** The kernel that ours replaced; tests put it back to see that the checks notice. */
export function stockKernel(name: string): KernelConfig | undefined {
  return stockKernels.get(name)
}
