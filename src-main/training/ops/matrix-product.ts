import type { Tensor } from '@tensorflow/tfjs-core'
import { runKernel } from './run-kernel.ts'

/** a·b for rank-2 tensors, either transposed first if asked. */
export function matrixProduct(
  a: Tensor,
  b: Tensor,
  transposeA = false,
  transposeB = false,
): Tensor {
  return runKernel('BatchMatMul', { a, b }, { transposeA, transposeB })
}

/** x·w + bias, with relu over it if asked: [batch, inputs] · [inputs, units]. */
export function affine(x: Tensor, w: Tensor, bias: Tensor, activation: 'linear' | 'relu'): Tensor {
  return runKernel(
    '_FusedMatMul',
    { a: x, b: w, bias },
    { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0 },
  )
}

/** Sum over all axes but the last: the gradient of a bias. */
export function sumToLastAxis(x: Tensor): Tensor {
  const axis = x.shape.slice(0, -1).map((_, index) => index)
  return runKernel('Sum', { x }, { axis, keepDims: false })
}
