import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import {
  fillStatelessUniform,
  statelessUniformKernel,
} from '../../training/ops/stateless-uniform.ts'
import { averagePoolGradient, type PoolAttributes, poolInfo } from '../kernels/pooling.ts'
import { segmentSum } from '../kernels/segment-sum.ts'

interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs
  readonly backend: MathBackendCPU
  readonly attrs: Attributes
}

let registered = false

/** Adds our own kernels to the cpu backend, once per process. */
export function registerCpuKernels(): void {
  if (registered) return
  registered = true
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, 'cpu') !== undefined) tf.unregisterKernel(kernelName, 'cpu')
    tf.registerKernel({
      kernelName,
      backendName: 'cpu',
      kernelFunc: kernelFunc as unknown as KernelFunc,
    })
  }
}

const kernels = {
  [statelessUniformKernel]: statelessUniform,
  // The stock kernel is wrong at padded edges.
  AvgPoolGrad: averagePoolGrad,
  // The stock kernel takes flat ids only, and time in proportion to rows times segments.
  UnsortedSegmentSum: unsortedSegmentSum,
}

function statelessUniform(call: KernelCall<{ seed: TensorInfo }, { shape: number[] }>): TensorInfo {
  const { inputs, backend, attrs } = call
  const seed = backend.readSync(inputs.seed.dataId) as Int32Array
  const values = new Float32Array(tf.util.sizeFromShape(attrs.shape))
  fillStatelessUniform(seed[0] as number, seed[1] as number, values)
  return backend.makeTensorInfo(attrs.shape, 'float32', values)
}

function averagePoolGrad(
  call: KernelCall<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>,
): TensorInfo {
  const { inputs, backend, attrs } = call
  const { dy, input } = inputs
  const dx = new Float32Array(tf.util.sizeFromShape(input.shape))
  const gradient = backend.readSync(dy.dataId) as Float32Array
  averagePoolGradient(poolInfo(input, attrs), gradient, dx)
  return backend.makeTensorInfo(input.shape, 'float32', dx)
}

function unsortedSegmentSum(
  call: KernelCall<{ x: TensorInfo; segmentIds: TensorInfo }, { numSegments: number }>,
): TensorInfo {
  const { inputs, backend, attrs } = call
  const rowShape = inputs.x.shape.slice(inputs.segmentIds.shape.length)
  const rowSize = tf.util.sizeFromShape(rowShape)
  const result = new Float32Array(attrs.numSegments * rowSize)
  segmentSum(
    backend.readSync(inputs.x.dataId) as Float32Array,
    backend.readSync(inputs.segmentIds.dataId) as Int32Array,
    rowSize,
    result,
  )
  return backend.makeTensorInfo([attrs.numSegments, ...rowShape], 'float32', result)
}
