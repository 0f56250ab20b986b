import { ownValue } from '../../../core/values/named-values.ts'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { alias, type WasmBackend } from '../wasm-backend.ts'
import { callKernel, ownKernel } from '../own-kernel.ts'

interface Inputs {
  readonly a: TensorInfo
  readonly b: TensorInfo
  readonly bias?: TensorInfo
  readonly preluActivationWeights?: TensorInfo
}

interface Attributes {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly activation: string
  readonly leakyreluAlpha: number
}

/**
 * Matrix product with bias and activation. The stock kernel is right only for untransposed rank-3
 * products of batch 1 (elsewhere it adds bias and activation block by block, reads outside its inputs for
 * rank 2); the rest is done in separate kernels. Its relu turns NaN into 0, which would hide that a training
 * has diverged, so that is a kernel of its own as well.
 */
export const fusedMatMulKernel = ownKernel<Inputs, Attributes>(
  '_FusedMatMul',
  ({ inputs, backend, attrs }, stock) => {
    const { a, b } = inputs
    const leading = [...a.shape.slice(0, -2), ...b.shape.slice(0, -2)]
    const single = leading.every(length => length === 1)
    if (!single || attrs.transposeA || attrs.transposeB) return decomposed(inputs, backend, attrs)
    return runSingle(stock, inputs, backend, attrs)
  },
)

function runSingle(
  stock: KernelFunc,
  inputs: Inputs,
  backend: WasmBackend,
  attrs: Attributes,
): TensorInfo {
  const { a, b, ...others } = inputs
  const rank3 = [a, b].map(tensor => alias(backend, tensor, [1, ...tensor.shape.slice(-2)]))
  const [a3, b3] = rank3 as [TensorInfo, TensorInfo]
  const clamp = ownValue(clampKernels, attrs.activation)
  const activation = clamp === undefined ? attrs.activation : 'linear'
  const product = callKernel(stock, backend, { a: a3, b: b3, ...others }, { ...attrs, activation })
  for (const tensor of rank3) backend.disposeData(tensor.dataId)
  const out = clamp === undefined ? product : callKernel(clamp, backend, { x: product })
  if (out !== product) backend.disposeData(product.dataId)
  const leading = a.shape.length >= b.shape.length ? a.shape.slice(0, -2) : b.shape.slice(0, -2)
  return { ...out, shape: [...leading, ...out.shape.slice(-2)] }
}

const clampKernels: Readonly<Record<string, string>> = { relu: 'Relu', relu6: 'Relu6' }

const activationKernels: Readonly<Record<string, string>> = {
  ...clampKernels,
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  prelu: 'Prelu',
  leakyrelu: 'LeakyRelu',
}

function decomposed(inputs: Inputs, backend: WasmBackend, attrs: Attributes): TensorInfo {
  const { a, b, bias, preluActivationWeights: alpha } = inputs
  const { transposeA, transposeB, activation, leakyreluAlpha } = attrs
  let out = callKernel('BatchMatMul', backend, { a, b }, { transposeA, transposeB })
  const replace = (next: TensorInfo) => {
    backend.disposeData(out.dataId)
    out = next
  }
  if (bias !== undefined) replace(callKernel('Add', backend, { a: out, b: bias }))
  if (activation === 'linear') return out
  const kernel = ownValue(activationKernels, activation)
  if (kernel === undefined) throw new Error(`_FusedMatMul: unknown activation '${activation}'`)
  const weights = alpha === undefined ? {} : { alpha }
  replace(callKernel(kernel, backend, { x: out, ...weights }, { alpha: leakyreluAlpha }))
  return out
}
