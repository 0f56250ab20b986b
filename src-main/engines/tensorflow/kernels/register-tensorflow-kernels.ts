import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import { reluGradKernel } from '../../../training/ops/activations.ts'
import { softmaxCrossEntropyKernel } from '../../../training/ops/softmax-cross-entropy.ts'
import { statelessUniformKernel } from '../../../training/ops/stateless-uniform.ts'
import { attributeTypes, type Attribute, intAttribute, typeAttribute } from '../attributes.ts'
import { dataTypes } from '../library/data-types.ts'
import { backendName, type TensorflowBackend } from './kernel-backend.ts'
import { recurrentKernels } from './recurrent-kernels.ts'

interface KernelCall<Inputs, Attributes = object> {
  readonly inputs: Inputs
  readonly backend: TensorflowBackend
  readonly attrs: Attributes
}

/**
 * Adds our kernels to the backend, and replaces stock ones: those that read data while they are
 * called cannot be captured, and those that are written in other operations than TensorFlow's optimizer
 * knows are not fused by it.
 */
export function registerTensorflowKernels(): void {
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, backendName) !== undefined) {
      tf.unregisterKernel(kernelName, backendName)
    }
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: kernelFunc as unknown as KernelFunc,
    })
  }
}

const kernels = {
  [statelessUniformKernel]: statelessUniform,
  [reluGradKernel]: reluGrad,
  [softmaxCrossEntropyKernel]: softmaxCrossEntropy,
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  FusedConv2D: fusedConv2d,
  GatherV2: gather,
  ...recurrentKernels,
}

const floatType = typeAttribute('T', dataTypes.float)

function statelessUniform(call: KernelCall<{ seed: TensorInfo }, { shape: number[] }>): Tensor {
  const { inputs, backend, attrs } = call
  const attributes = [
    typeAttribute('dtype', dataTypes.float),
    typeAttribute('T', dataTypes.int32),
    typeAttribute('Tseed', dataTypes.int32),
  ]
  return tf.tidy(() =>
    backend.executeSingleOutput(statelessUniformKernel, attributes, [
      tf.tensor1d(attrs.shape, 'int32'),
      inputs.seed,
    ]),
  )
}

function reluGrad(call: KernelCall<{ gradients: TensorInfo; features: TensorInfo }>): Tensor {
  const { gradients, features } = call.inputs
  return call.backend.executeSingleOutput(reluGradKernel, [floatType], [gradients, features])
}

function softmaxCrossEntropy(
  call: KernelCall<{ features: TensorInfo; labels: TensorInfo }>,
): Tensor[] {
  const { features, labels } = call.inputs
  return call.backend.executeMultipleOutputs(
    softmaxCrossEntropyKernel,
    [floatType],
    [features, labels],
    2,
  )
}

interface Product {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Single matrices go to the plain product, which is fused with what follows it. */
function batchMatMul(call: KernelCall<{ a: Tensor; b: Tensor }, Product>): Tensor {
  const { inputs, backend, attrs } = call
  const { a, b } = inputs
  const single = a.shape.length === 2 && b.shape.length === 2
  const names = single ? ['transpose_a', 'transpose_b'] : ['adj_x', 'adj_y']
  return backend.executeSingleOutput(
    single ? 'MatMul' : 'BatchMatMulV2',
    [
      floatType,
      booleanAttribute(names[0] as string, attrs.transposeA),
      booleanAttribute(names[1] as string, attrs.transposeB),
    ],
    [a, b],
  )
}

interface Fusion {
  readonly activation: string
  readonly leakyreluAlpha: number
}

function fusedMatMul(
  call: KernelCall<{ a: Tensor; b: Tensor; bias?: TensorInfo }, Product & Fusion>,
): Tensor {
  const { inputs, backend, attrs } = call
  return tf.tidy(() => {
    const product = batchMatMul({ inputs, backend, attrs })
    return finish(backend, product, inputs.bias, attrs)
  })
}

interface ConvolutionInputs {
  readonly x: TensorInfo
  readonly filter: TensorInfo
  readonly bias?: TensorInfo
}

function fusedConv2d(call: KernelCall<ConvolutionInputs, Fusion>): Tensor {
  const { inputs, backend, attrs } = call
  const { x, filter, bias } = inputs
  return tf.tidy(() => {
    const convolved = tf.engine().runKernel('Conv2D', { x, filter } as never, attrs as never)
    return finish(backend, convolved as unknown as Tensor, bias, attrs)
  })
}

/** Bias and activation, in the operations that TensorFlow's optimizer fuses with a product before them. */
function finish(
  backend: TensorflowBackend,
  product: Tensor,
  bias: TensorInfo | undefined,
  { activation, leakyreluAlpha }: Fusion,
): Tensor {
  // A bias of another form than [channels] is a plain addition.
  const isVector = bias !== undefined && bias.shape.length === 1
  const biased =
    bias === undefined
      ? product
      : isVector
        ? backend.executeSingleOutput('BiasAdd', [floatType], [product, bias])
        : tf.add(product, bias as Tensor)
  switch (activation) {
    case 'linear':
      return biased
    case 'relu':
      return tf.relu(biased)
    case 'relu6':
      return tf.relu6(biased)
    case 'elu':
      return tf.elu(biased)
    case 'sigmoid':
      return tf.sigmoid(biased)
    case 'leakyrelu':
      return tf.leakyRelu(biased, leakyreluAlpha)
    default:
      throw new Error(`activation '${activation}' cannot be fused`)
  }
}

/** The stock kernel reads all indices at every call; TensorFlow itself refuses those out of range. */
function gather(
  call: KernelCall<{ x: Tensor; indices: Tensor }, { axis: number; batchDims: number }>,
): Tensor {
  const { inputs, backend, attrs } = call
  const { x, indices } = inputs
  const attributes: Attribute[] = [
    intAttribute('batch_dims', attrs.batchDims),
    typeAttribute('Tparams', x.dtype === 'float32' ? dataTypes.float : dataTypes.int32),
    typeAttribute('Tindices', dataTypes.int32),
    typeAttribute('Taxis', dataTypes.int32),
  ]
  return tf.tidy(() => {
    const axis = tf.scalar(attrs.axis, 'int32')
    return backend.executeSingleOutput('GatherV2', attributes, [x, indices, axis])
  })
}

function booleanAttribute(name: string, value: boolean): Attribute {
  return { name, type: attributeTypes.bool, value }
}
