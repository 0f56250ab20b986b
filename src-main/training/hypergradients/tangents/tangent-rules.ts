import { ownValue } from '../../../core/values/named-values.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { matrixProduct } from '../../ops/matrix-product.ts'
import { runKernel } from '../../ops/run-kernel.ts'
import { softmaxCrossEntropyKernel } from '../../ops/softmax-cross-entropy.ts'

/** One kernel that has run, with the tangents of its inputs: derivatives in the direction that is followed. */
export interface KernelCall {
  readonly name: string
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly attributes: Readonly<Record<string, unknown>>
  /** Those of inputs that have one: at least one does. */
  readonly tangents: Readonly<Partial<Record<string, Tensor>>>
  readonly outputs: readonly Tensor[]
}

/** Tangents of the outputs, in their order; null where it is zero everywhere. */
type TangentRule = (call: KernelCall) => readonly (Tensor | null)[]

export type TangentRules = Readonly<Record<string, TangentRule>>

/**
 * How a change of its inputs goes through each kernel that smooth networks, their written-out backward passes and their
 * losses run. A kernel without a rule here is refused by name, never skipped: that is what makes a second
 * derivative silently wrong. ReLU and max-pooling are left out on purpose: their gradient jumps, so
 * no finite difference could tell whether a hypergradient through them is right.
 *
 * Forward accumulation through a backward pass gives Hessian-vector products exactly. B. A. Pearlmutter: Fast exact
 * multiplication by the Hessian. Neural Computation 6(1), 1994, doi:10.1162/neco.1994.6.1.147.
 */
export const tangentRules: TangentRules = {
  Add: ({ tangents: { a, b }, outputs }) => [likeOutput(plus(a, b), outputs)],
  Sub: ({ tangents: { a, b }, outputs }) => [
    likeOutput(plus(a, b === undefined ? undefined : tf.neg(b)), outputs),
  ],
  Multiply: bilinear((a, b) => tf.mul(a, b)),
  // (a / b)˙ = (ȧ − (a / b) ḃ) / b
  RealDiv: ({ inputs, tangents: { a, b }, outputs: [quotient] }) => [
    tf.div(
      plus(a, b === undefined ? undefined : tf.neg(tf.mul(quotient as Tensor, b))),
      inputs['b'] as Tensor,
    ),
  ],
  Neg: linear(),
  Identity: linear(),
  Cast: linear(),
  Reshape: ({ tangents: { x }, outputs: [y] }) => [tf.reshape(x as Tensor, y?.shape as number[])],
  Transpose: linear(),
  Slice: linear(),
  Sum: linear(),
  Mean: linear(),
  Square: pointwise((x, _y, dx) => tf.mul(tf.mul(x, 2), dx)),
  Exp: pointwise((_x, y, dx) => tf.mul(y, dx)),
  Log: pointwise((x, _y, dx) => tf.div(dx, x)),
  Sqrt: pointwise((_x, y, dx) => tf.div(dx, tf.mul(y, 2))),
  Tanh: pointwise((_x, y, dx) => tf.mul(tf.sub(1, tf.square(y)), dx)),
  Sigmoid: pointwise((_x, y, dx) => tf.mul(tf.mul(y, tf.sub(1, y)), dx)),
  // d erf(x) / dx = 2/√π · exp(−x²)
  Erf: pointwise((x, _y, dx) =>
    tf.mul(tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI)), dx),
  ),
  Elu: pointwise((_x, y, dx) => runKernel('EluGrad', { dy: dx, y })),
  // dy where y ≥ 0, dy (y + 1) elsewhere
  EluGrad: ({ inputs, tangents }) => {
    const { dy, y } = inputs as Record<'dy' | 'y', Tensor>
    const direct = tangents['dy'] && runKernel('EluGrad', { dy: tangents['dy'], y })
    const bent =
      tangents['y'] && tf.mul(tf.mul(dy, tangents['y']), tf.cast(tf.less(y, 0), 'float32'))
    return [plus(direct, bent)]
  },
  // Where the maximum stands; shared among equals.
  Max: ({ inputs, attributes, tangents, outputs: [y] }) => {
    const x = inputs['x'] as Tensor
    const axes = [attributes['reductionIndices'] ?? attributes['axis']].flat() as number[]
    const reducedShape = x.shape.map((length, axis) =>
      axes.some(at => (at + x.rank) % x.rank === axis) ? 1 : length,
    )
    const isMaximum = tf.cast(tf.equal(x, tf.reshape(y as Tensor, reducedShape)), 'float32')
    const sum = tf.sum(tf.mul(isMaximum, tangents['x'] as Tensor), axes)
    return [tf.reshape(tf.div(sum, tf.sum(isMaximum, axes)), y?.shape as number[])]
  },
  BatchMatMul: call => {
    const { transposeA, transposeB } = call.attributes as Record<
      'transposeA' | 'transposeB',
      boolean
    >
    return bilinear((a, b) => matrixProduct(a, b, transposeA, transposeB))(call)
  },
  _FusedMatMul: call => {
    requireLinear(call)
    const [product] = bilinear((a, b) => matrixProduct(a, b))(call)
    return [withBias(call, product ?? null)]
  },
  FusedConv2D: call => {
    requireLinear(call)
    const { strides, pad, dataFormat, dilations } = call.attributes
    const geometry = { strides, pad, dataFormat, dilations }
    const [product] = bilinear(
      (x, filter) => runKernel('Conv2D', { x, filter }, geometry),
      ['x', 'filter'],
    )(call)
    return [withBias(call, product ?? null)]
  },
  Conv2D: throughKernel('x', 'filter'),
  Conv2DBackpropInput: throughKernel('dy', 'filter'),
  Conv2DBackpropFilter: throughKernel('x', 'dy'),
  DepthwiseConv2dNative: throughKernel('x', 'filter'),
  DepthwiseConv2dNativeBackpropInput: throughKernel('dy', 'filter'),
  DepthwiseConv2dNativeBackpropFilter: throughKernel('x', 'dy'),
  AvgPool: linear(),
  // The input decides only the shape.
  AvgPoolGrad: ({ name, inputs, attributes, tangents: { dy } }) => [
    dy === undefined ? null : runKernel(name, { ...inputs, dy }, attributes),
  ],
  [softmaxCrossEntropyKernel]: crossEntropyRule,
  // Piecewise constant: the derivative is zero wherever there is one.
  Step: () => [null],
  Less: () => [null],
  LessEqual: () => [null],
  Greater: () => [null],
  GreaterEqual: () => [null],
  Equal: () => [null],
  ZerosLike: () => [null],
  OnesLike: () => [null],
}

/** A kernel that is linear in its only tensor: its tangent goes through the kernel itself. */
function linear(): TangentRule {
  return ({ name, inputs, attributes, tangents }) => {
    const [key] = Object.keys(inputs) as [string]
    return [runKernel(name, { [key]: ownValue(tangents, key) as Tensor }, attributes)]
  }
}

function pointwise(derivative: (x: Tensor, y: Tensor, dx: Tensor) => Tensor): TangentRule {
  return ({ inputs, tangents, outputs: [y] }) => {
    const [key] = Object.keys(inputs) as [string]
    return [
      derivative(ownValue(inputs, key) as Tensor, y as Tensor, ownValue(tangents, key) as Tensor),
    ]
  }
}

/** Linear in either of two tensors: the product rule. */
function bilinear(
  product: (a: Tensor, b: Tensor) => Tensor,
  [first, second]: readonly [string, string] = ['a', 'b'],
): TangentRule {
  return ({ inputs, tangents }) => {
    const [a, b] = [ownValue(inputs, first) as Tensor, ownValue(inputs, second) as Tensor]
    const [da, db] = [ownValue(tangents, first), ownValue(tangents, second)]
    if (da === undefined && db === undefined) return [null]
    return [plus(da && product(da, b), db && product(a, db))]
  }
}

function throughKernel(first: string, second: string): TangentRule {
  return call =>
    bilinear(
      (a, b) => runKernel(call.name, { [first]: a, [second]: b }, call.attributes),
      [first, second],
    )(call)
}

/** Rows of logits z and labels l: losses −Σ l log p and gradient p − l, with p = softmax(z). */
function crossEntropyRule({ inputs, tangents, outputs: [, gradient] }: KernelCall): Tensor[] {
  const labels = inputs['labels'] as Tensor
  const { features: dz, labels: dl } = tangents
  const p = tf.add(gradient as Tensor, labels)
  // (Σ l = 1): losses˙ = Σ (p − l) ż − Σ l̇ log p, gradient˙ = p (ż − Σ p ż) − l̇
  const byLogits = dz && tf.sum(tf.mul(gradient as Tensor, dz), -1)
  const byLabels = dl && tf.neg(tf.sum(tf.mul(dl, logSoftmax(inputs['features'] as Tensor)), -1))
  const bend = dz && tf.mul(p, tf.sub(dz, tf.sum(tf.mul(p, dz), -1, true)))
  return [plus(byLogits, byLabels), plus(bend, dl && tf.neg(dl))]
}

function logSoftmax(logits: Tensor): Tensor {
  const shifted = tf.sub(logits, tf.max(logits, -1, true))
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)))
}

function plus(a: Tensor | undefined, b: Tensor | undefined): Tensor {
  if (a === undefined) return b as Tensor
  return b === undefined ? a : tf.add(a, b)
}

/** A sum whose other part was larger is as large as that. */
function likeOutput(tangent: Tensor, [output]: readonly Tensor[]): Tensor {
  if (output === undefined || tangent.shape.join() === output.shape.join()) return tangent
  return tf.add(tangent, tf.zeros(output.shape))
}

function withBias({ tangents, outputs }: KernelCall, product: Tensor | null): Tensor {
  return likeOutput(plus(product ?? undefined, tangents['bias']), outputs)
}

/** Refused like a kernel of its own, with the name of what is fused in. */
function requireLinear({ name, attributes }: KernelCall): void {
  const activation = (attributes['activation'] ?? 'linear') as string
  if (activation !== 'linear') throw new MissingRule(`${name} with ${activation}`)
}

/** There is no rule for the kernel that the message names. */
export class MissingRule extends Error {
  override readonly name = 'MissingRule'
}
