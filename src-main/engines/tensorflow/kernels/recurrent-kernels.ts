import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { gruKernels } from '../../../training/ops/recurrent/gru.ts'
import { lstmKernels } from '../../../training/ops/recurrent/lstm.ts'
import { attributeTypes, type Attribute } from '../attributes.ts'
import { dataTypes } from '../library/data-types.ts'
import { gruBackward, gruForward } from './gru-kernels.ts'
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
    tf.tidy(() => gruForward(inputs, backend)),
  [gruKernels.backward]: ({ inputs, backend, attrs }: KernelCall): Tensor[] =>
    tf.tidy(() => gruBackward(inputs, backend, attrs)),
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
