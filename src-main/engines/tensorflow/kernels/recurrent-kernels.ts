import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import { gruKernels } from '../../../training/ops/recurrent/gru.ts'
import { lstmKernels } from '../../../training/ops/recurrent/lstm.ts'
import { matrixProduct, sumToLastAxis } from '../../../training/ops/matrix-product.ts'
import { attributeTypes, type Attribute } from '../attributes.ts'
import { dataTypes } from '../library/data-types.ts'
import type { TensorflowBackend } from './kernel-backend.ts'

type Inputs = Readonly<Record<string, Tensor>>

interface KernelCall {
  readonly inputs: Inputs
  readonly backend: TensorflowBackend
  readonly attrs: { readonly wantInputs: boolean; readonly onlyLast: boolean }
}

const floatType: Attribute = { name: 'T', type: attributeTypes.type, value: dataTypes.float }

/**
 * LSTM over a whole sequence in one operation (BlockLSTMV2), GRU in one per step (GRUBlockCell), each with
 * the gradient operation that TensorFlow has for it: tens to hundreds of nodes instead of thousands.
 */
export const recurrentKernels = {
  [lstmKernels.forward]: ({ inputs, backend }: KernelCall): Tensor[] =>
    tf.tidy(() => {
      const [i, cs, f, o, ci, co, h] = runBlock(backend, 'BlockLSTMV2', lstmInputs(inputs), 7)
      return [h, i, cs, f, o, ci, co] as Tensor[]
    }),
  [lstmKernels.backward]: ({ inputs, backend, attrs }: KernelCall): Tensor[] =>
    tf.tidy(() => {
      const { saved0: h, saved1: i, saved2: cs, saved3: f, saved4: o, saved5: ci } = inputs
      const { saved6: co, dy } = inputs
      const saved = [i, cs, f, o, ci, co, h, tf.zerosLike(cs as Tensor), dy] as Tensor[]
      const all = [...lstmInputs(inputs), ...saved]
      const [dx, , , dWeight, , , , dBias] = runBlock(backend, 'BlockLSTMGradV2', all, 8)
      return [dWeight, dBias, ...(attrs.wantInputs ? [dx] : [])] as Tensor[]
    }),
  [gruKernels.forward]: ({ inputs, backend }: KernelCall): Tensor[] =>
    tf.tidy(() => runGru(inputs, backend)),
  [gruKernels.backward]: ({ inputs, backend, attrs }: KernelCall): Tensor[] =>
    tf.tidy(() => runGruBack(inputs, backend, attrs)),
}

/** x, c₀, h₀, weights, peepholes (unused), bias. */
function lstmInputs({ x, weight, bias }: Inputs): Tensor[] {
  const batch = (x as Tensor).shape[1] as number
  const units = (bias as Tensor).shape[0] / 4
  const start = tf.zeros([batch, units])
  const peephole = tf.zeros([units])
  return [x, start, start, weight, peephole, peephole, peephole, bias] as Tensor[]
}

function runBlock(
  backend: TensorflowBackend,
  name: string,
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  const { binding } = backend
  const attributes: Attribute[] = [
    floatType,
    { name: 'use_peephole', type: attributeTypes.bool, value: false },
    ...(name === 'BlockLSTMV2'
      ? [{ name: 'cell_clip', type: attributeTypes.float, value: 0 }]
      : []),
  ]
  // TensorFlow.js has no 64-bit numbers, so the length of the sequence goes past it.
  const length = binding.createTensor([], dataTypes.int64, [(inputs[0] as Tensor).shape[0]])
  try {
    const ids = [length, ...backend.getInputTensorIds(inputs)]
    return binding
      .executeOp(name, attributes, ids, outputs)
      .map(tensor => backend.createOutputTensor(tensor))
  } finally {
    binding.deleteTensor(length)
  }
}

function gruWeights({
  gateWeight,
  candidateWeight,
  gateBias,
  candidateBias,
}: Inputs): TensorInfo[] {
  return [gateWeight, candidateWeight, gateBias, candidateBias] as TensorInfo[]
}

/** Hidden states, then per step: reset, update, candidate, hidden state before. */
function runGru(inputs: Inputs, backend: TensorflowBackend): Tensor[] {
  const x = inputs['x'] as Tensor
  const units = (inputs['candidateBias'] as Tensor).shape[0]
  let before: Tensor = tf.zeros([x.shape[1] as number, units])
  const hidden: Tensor[] = []
  const saved: Tensor[] = []
  for (const input of tf.unstack(x)) {
    const [r, u, c, h] = backend.executeMultipleOutputs(
      'GRUBlockCell',
      [floatType],
      [input, before, ...gruWeights(inputs)],
      4,
    ) as [Tensor, Tensor, Tensor, Tensor]
    saved.push(r, u, c, before)
    hidden.push(h)
    before = h
  }
  return [tf.stack(hidden), ...saved]
}

function runGruBack(
  inputs: Inputs,
  backend: TensorflowBackend,
  { wantInputs, onlyLast }: KernelCall['attrs'],
): Tensor[] {
  const xs = tf.unstack(inputs['x'] as Tensor)
  const dys = onlyLast ? [lastOf(inputs['dy'] as Tensor)] : tf.unstack(inputs['dy'] as Tensor)
  const saved = (step: number, part: number) => inputs[`saved${1 + 4 * step + part}`] as Tensor
  let carried: Tensor | null = null
  const dx: Tensor[] = []
  const candidates: Tensor[] = []
  const gates: Tensor[] = []
  const before: Tensor[] = []
  const resets: Tensor[] = []
  for (let step = xs.length - 1; step >= 0; step--) {
    const [r, u, c, previous] = [0, 1, 2, 3].map(part => saved(step, part)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ]
    const total: Tensor =
      carried === null
        ? (dys.pop() as Tensor)
        : onlyLast
          ? carried
          : tf.add(dys.pop() as Tensor, carried)
    const [dInput, dPrevious, dCandidate, dGates] = backend.executeMultipleOutputs(
      'GRUBlockCellGrad',
      [floatType],
      [xs[step] as Tensor, previous, ...gruWeights(inputs), r, u, c, total],
      4,
    ) as [Tensor, Tensor, Tensor, Tensor]
    carried = dPrevious
    dx.unshift(dInput)
    candidates.unshift(dCandidate)
    gates.unshift(dGates)
    before.unshift(previous)
    resets.unshift(r)
  }
  const [steps, batch, features] = (inputs['x'] as Tensor).shape as [number, number, number]
  const x = tf.reshape(inputs['x'] as Tensor, [steps * batch, features])
  const hidden = tf.concat(before, 0)
  const gradients = (hiddenSide: Tensor, inner: Tensor) => [
    matrixProduct(tf.concat([x, hiddenSide], 1), inner, true),
    sumToLastAxis(inner),
  ]
  return [
    ...gradients(hidden, tf.concat(gates, 0)),
    ...gradients(tf.mul(tf.concat(resets, 0), hidden), tf.concat(candidates, 0)),
    ...(wantInputs ? [tf.stack(dx)] : []),
  ]
}

/** The last block of a tensor: [steps, batch, units] to [batch, units]. */
function lastOf(tensor: Tensor): Tensor {
  const [steps, batch, units] = tensor.shape as [number, number, number]
  return tf.reshape(tf.slice(tensor, [steps - 1, 0, 0], [1, batch, units]), [batch, units])
}
