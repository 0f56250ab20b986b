import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { matrixProduct } from '../../training/ops/matrix-product.ts'
import { runGru, runGruBySteps } from '../../training/ops/recurrent/gru.ts'
import { runLstm, runLstmBySteps } from '../../training/ops/recurrent/lstm.ts'
import type { RecurrentPass } from '../../training/ops/recurrent/recurrent-pass.ts'

/**
 * The LSTM of an independent library. Inputs: x [steps, batch, features], input weights [4u, features],
 * hidden weights [4u, u], two biases [4u], and the outputs' gradient. Results: outputs, gradients of x, both weights and one bias.
 */
export function runTorchLstm([x, wInput, wHidden, bInput, bHidden, dy]: Tensor[]): Tensor[] {
  const features = x!.shape[2] as number
  const units = wHidden!.shape[1] as number
  const weight = tf.concat([tf.transpose(wInput!), tf.transpose(wHidden!)], 0)
  const pass = runLstm(x!, weight, tf.add(bInput!, bHidden!))
  const back = pass.backward(dy!, true)
  const [dWeight, dBias] = back.variables as [Tensor, Tensor]
  return [
    pass.hidden,
    back.inputs!,
    tf.transpose(tf.slice(dWeight, [0, 0], [features, 4 * units])),
    tf.transpose(tf.slice(dWeight, [features, 0], [units, 4 * units])),
    dBias,
  ]
}

/**
 * Our cells, fused where the engine has a kernel for that, then in single operations. Inputs: x, the
 * weights as the cell takes them, the outputs' gradient. Results twice: outputs, gradients of x and weights.
 */
export function runCells(inputs: Tensor[], { cell }: { readonly cell: 'lstm' | 'gru' }): Tensor[] {
  const [x, ...weights] = inputs.slice(0, -1) as [Tensor, ...Tensor[]]
  const dy = inputs.at(-1) as Tensor
  const [a, b, c, d] = weights as [Tensor, Tensor, Tensor, Tensor]
  const gruWeights = { gateWeight: a, gateBias: b, candidateWeight: c, candidateBias: d }
  const passes: RecurrentPass[] =
    cell === 'lstm'
      ? [runLstm(x, a, b), runLstmBySteps(x, a, b)]
      : [runGru(x, gruWeights), runGruBySteps(x, gruWeights)]
  return passes.flatMap(pass => {
    const back = pass.backward(dy, true)
    return [pass.hidden, back.inputs!, ...back.variables]
  })
}

/**
 * The GRU of the same library, forward: a mixture of small operations that no other case has. Inputs as for the
 * LSTM, with gates reset, update, candidate.
 */
export function runTorchGru([x, wInput, wHidden, bInput, bHidden]: Tensor[]): Tensor[] {
  const units = wHidden!.shape[1] as number
  let hidden: Tensor = tf.zeros([x!.shape[1] as number, units])
  const outputs = tf.unstack(x!).map(input => {
    const fromInput = tf.add(matrixProduct(input, wInput!, false, true), bInput!)
    const fromHidden = tf.add(matrixProduct(hidden, wHidden!, false, true), bHidden!)
    const [rx, zx, nx] = tf.split(fromInput, 3, -1) as [Tensor, Tensor, Tensor]
    const [rh, zh, nh] = tf.split(fromHidden, 3, -1) as [Tensor, Tensor, Tensor]
    const update = tf.sigmoid(tf.add(zx, zh))
    const candidate = tf.tanh(tf.add(nx, tf.mul(tf.sigmoid(tf.add(rx, rh)), nh)))
    hidden = tf.add(tf.mul(update, hidden), tf.mul(tf.sub(1, update), candidate))
    return hidden
  })
  return [tf.stack(outputs)]
}
