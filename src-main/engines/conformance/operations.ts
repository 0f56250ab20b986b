import { ownValue } from '../../core/values/named-values.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Loss, OptimizerName } from '../../training/models/network-definition.ts'
import type { Activation } from '../../training/models/network-definition.ts'
import { createBatchNormalization } from '../../training/layers/batch-normalization.ts'
import { createDropout } from '../../training/layers/dropout.ts'
import { activateForTraining } from '../../training/ops/activations.ts'
import { computeLoss } from '../../training/ops/losses.ts'
import { runKernel } from '../../training/ops/run-kernel.ts'
import { statelessUniform } from '../../training/ops/stateless-uniform.ts'
import { clipByGlobalNorm } from '../../training/optimizers/clip-gradients.ts'
import { SCALAR_COUNT } from '../../training/optimizers/optimizer.ts'
import { createOptimizer } from '../../training/optimizers/create-optimizer.ts'
import { runCells, runTorchGru, runTorchLstm } from './recurrent.ts'

type Attributes = Readonly<Record<string, unknown>>

/** Forward results first, then gradients, as the stored case lists them. */
type Operation = (inputs: Tensor[], attributes: Attributes) => Tensor[]

/**
 * How each kind of stored case is computed: through the very functions and kernels that trainings
 * use, backward ones included.
 */
export const operations: Readonly<Record<string, Operation>> = {
  matMul: ([a, b], attributes) => [runKernel('BatchMatMul', { a: a!, b: b! }, attributes)],
  fusedMatMul: ([a, b, bias], attributes) => [
    runKernel('_FusedMatMul', { a: a!, b: b!, bias: bias! }, { ...attributes, leakyreluAlpha: 0 }),
  ],
  conv2d: ([x, filter, dy], attributes) => {
    const geometry = { ...attributes, dataFormat: 'NHWC' }
    return [
      runKernel('Conv2D', { x: x!, filter: filter! }, { ...geometry, dilations: [1, 1] }),
      runKernel(
        'Conv2DBackpropInput',
        { dy: dy!, filter: filter! },
        { ...geometry, inputShape: x!.shape },
      ),
      runKernel(
        'Conv2DBackpropFilter',
        { x: x!, dy: dy! },
        { ...geometry, filterShape: filter!.shape },
      ),
    ]
  },
  fusedConv2d: ([x, filter, bias], attributes) => [
    runKernel(
      'FusedConv2D',
      { x: x!, filter: filter!, bias: bias! },
      { ...attributes, dataFormat: 'NHWC', dilations: [1, 1], leakyreluAlpha: 0 },
    ),
  ],
  depthwiseConv2d: ([x, filter, dy], attributes) => {
    const geometry = { ...attributes, dilations: [1, 1], dataFormat: 'NHWC' }
    return [
      runKernel('DepthwiseConv2dNative', { x: x!, filter: filter! }, geometry),
      runKernel(
        'DepthwiseConv2dNativeBackpropInput',
        { dy: dy!, filter: filter! },
        { ...geometry, inputShape: x!.shape },
      ),
      runKernel(
        'DepthwiseConv2dNativeBackpropFilter',
        { x: x!, dy: dy! },
        { ...geometry, filterShape: filter!.shape },
      ),
    ]
  },
  conv3d: ([x, filter, dy], attributes) => [
    runKernel('Conv3D', { x: x!, filter: filter! }, { ...attributes, dilations: [1, 1, 1] }),
    runKernel(
      'Conv3DBackpropInputV2',
      { dy: dy!, filter: filter! },
      { ...attributes, inputShape: x!.shape },
    ),
    runKernel(
      'Conv3DBackpropFilterV2',
      { x: x!, dy: dy! },
      { ...attributes, filterShape: filter!.shape },
    ),
  ],
  maxPool: ([x, dy], attributes) => {
    const output = runKernel('MaxPool', { x: x! }, attributes)
    return [output, runKernel('MaxPoolGrad', { dy: dy!, input: x!, output }, attributes)]
  },
  averagePool: ([x, dy], attributes) => [
    runKernel('AvgPool', { x: x! }, attributes),
    runKernel('AvgPoolGrad', { dy: dy!, input: x! }, attributes),
  ],
  maxPool3d: ([x, dy], attributes) => {
    const geometry = { ...attributes, dataFormat: 'NDHWC' }
    const output = runKernel('MaxPool3D', { x: x! }, geometry)
    return [output, runKernel('MaxPool3DGrad', { dy: dy!, input: x!, output }, geometry)]
  },
  activation: ([x, dy], { activation }) => {
    const { outputs, backward } = activateForTraining(activation as Activation, x!)
    return [outputs, backward(dy!)]
  },
  unary: ([x], { name }) => [ownValue(unary, name as string)!(x!)],
  binary: ([a, b], { name }) => [ownValue(binary, name as string)!(a!, b!)],
  reduction: ([x], { name, axis, keepDims }) => [
    ownValue(reductions, name as string)!(x!, axis as number[], keepDims as boolean),
  ],
  argMax: ([x]) => [tf.cast(tf.argMax(x!, -1), 'float32')],
  transpose: ([x], { perm }) => [tf.transpose(x!, perm as number[])],
  concat: (inputs, { axis }) => [tf.concat(inputs, axis as number)],
  slice: ([x], { begin, size }) => [tf.slice(x!, begin as number[], size as number[])],
  pad: ([x], { paddings }) => [runKernel('PadV2', { x: x! }, { paddings, constantValue: 0 })],
  cumsum: ([x]) => [tf.cumsum(x!, x!.rank - 1)],
  einsum: (inputs, { equation }) => [tf.einsum(equation as string, ...inputs)],
  gather: ([table, ids]) => [tf.gather(table!, ids!)],
  segmentSum: ([x, segmentIds], attributes) => [
    runKernel('UnsortedSegmentSum', { x: x!, segmentIds: segmentIds! }, attributes),
  ],
  loss: ([outputs, targets], { loss }) => {
    const { losses, gradient } = computeLoss(loss as Loss, outputs!, targets!)
    return [losses, gradient]
  },
  lstm: runTorchLstm,
  gru: runTorchGru,
  recurrent: (inputs, { cell }) => runCells(inputs, { cell: cell as 'lstm' | 'gru' }),
  optimizer: ([parameter, ...gradients], { optimizer: name, scalars }) => [
    optimize(name as OptimizerName, parameter!, gradients, scalars as number[]),
  ],
  clip: (gradients, { limit }) => clipByGlobalNorm(gradients, tf.tensor1d([limit as number])),
  statelessUniform: ([seed], { shape }) => [statelessUniform(shape as number[], seed!)],
  dropout: ([x, dy, keep, seed]) => {
    const pass = createDropout(x!.shape.slice(1)).train(x!, [], [{ keep: keep!, seed: seed! }])
    return [pass.outputs, pass.backward(dy!, true).inputs!]
  },
  batchNormalization: ([x, scale, shift, mean, variance, dy]) => {
    const layer = createBatchNormalization(x!.shape.slice(1))
    const pass = layer.train(x!, [scale!, shift!, mean!, variance!], null)
    const back = pass.backward(dy!, true)
    return [pass.outputs, back.inputs!, ...back.variables, ...pass.statistics!]
  },
  batchNormalizationInference: ([x, ...variables]) => [
    createBatchNormalization(x!.shape.slice(1)).infer(x!, variables),
  ],
}

const unary: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  exp: tf.exp,
  expm1: tf.expm1,
  erf: tf.erf,
  softplus: tf.softplus,
  square: tf.square,
  floor: tf.floor,
  step: (x: Tensor) => tf.step(x),
  selu: tf.selu,
  leakyRelu: (x: Tensor) => tf.leakyRelu(x, 0.2),
  softmax: (x: Tensor) => tf.softmax(x),
  logSoftmax: (x: Tensor) => tf.logSoftmax(x),
  log: tf.log,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  log1p: tf.log1p,
}

const binary: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
}

const reductions: Readonly<
  Record<string, (x: Tensor, axis: number[], keepDims: boolean) => Tensor>
> = { sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min }

function optimize(
  name: OptimizerName,
  first: Tensor,
  gradients: readonly Tensor[],
  scalars: readonly number[],
): Tensor {
  const optimizer = createOptimizer(name)
  // Stored cases leave out the last ones.
  const all = Array.from({ length: SCALAR_COUNT }, (_, index) => scalars[index] ?? 0)
  const feeds = tf.tensor1d(all)
  let parameter = first
  let slots: readonly Tensor[] = optimizer.slots.map(() => tf.zerosLike(first))
  gradients.forEach((gradient, index) => {
    const update = optimizer.prepare({
      scalars: feeds,
      step: tf.scalar(index, 'int32'),
      addsL2: true,
    })
    const next = update(parameter, gradient, slots, true)
    parameter = next.parameter
    slots = next.slots
  })
  return parameter
}
