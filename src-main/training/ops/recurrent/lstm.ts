import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { matrixProduct, sumToLastAxis } from '../matrix-product.ts'
import { hasKernel } from '../run-kernel.ts'
import {
  flattenSteps,
  runSequenceKernels,
  splitWeight,
  type RecurrentGradients,
  type RecurrentPass,
} from './recurrent-pass.ts'

export const lstmKernels = { forward: 'LstmSequence', backward: 'LstmSequenceGrad' } as const

/**
 * Long short-term memory over a sequence. With [i, f, g, o] = x·Wx + h·Wh + b split in four:
 *
 * c ← σ(f)∘c + σ(i)∘tanh(g);  h ← σ(o)∘tanh(c)
 *
 * Hochreiter, Schmidhuber: Long short-term memory. Neural Computation 9(8), 1997; with the forget gate of
 * Gers, Schmidhuber, Cummins: Learning to forget. Neural Computation 12(10), 2000. The order of the gates is
 * that of TensorFlow's fused operation.
 * @param x [steps, batch, features]
 * @param weight [features + units, 4 · units]: Wx over Wh
 * @param bias [4 · units]
 */
export function runLstm(x: Tensor, weight: Tensor, bias: Tensor): RecurrentPass {
  return hasKernel(lstmKernels.forward)
    ? runSequenceKernels(lstmKernels, x, { weight, bias })
    : runLstmBySteps(x, weight, bias)
}

interface Step {
  readonly previousCell: Tensor
  readonly gates: readonly [Tensor, Tensor, Tensor, Tensor]
  readonly tanhCell: Tensor
}

/** {@link runLstm} in single operations: for engines without a kernel, and the oracle of those with one. */
export function runLstmBySteps(x: Tensor, weight: Tensor, bias: Tensor): RecurrentPass {
  const [length, batch, features] = x.shape as [number, number, number]
  const units = bias.shape[0] / 4
  const [wInput, wHidden] = splitWeight(weight, features)
  const projected = tf.add(matrixProduct(flattenSteps(x), wInput), bias)
  const zeros = tf.zeros([batch, units])
  const steps: Step[] = []
  const hidden: Tensor[] = [zeros]
  let cell: Tensor = zeros
  for (const fromInput of tf.unstack(tf.reshape(projected, [length, batch, 4 * units]))) {
    const previous = hidden[hidden.length - 1] as Tensor
    const inner = tf.add(fromInput, matrixProduct(previous, wHidden))
    const [i, f, g, o] = tf.split(inner, 4, -1) as [Tensor, Tensor, Tensor, Tensor]
    const gates = [tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)] as const
    const next = tf.add(tf.mul(gates[1], cell), tf.mul(gates[0], gates[2]))
    const tanhCell = tf.tanh(next)
    steps.push({ previousCell: cell, gates, tanhCell })
    hidden.push(tf.mul(gates[3], tanhCell))
    cell = next
  }

  return {
    hidden: tf.stack(hidden.slice(1)),
    backward(gradient, wantInputs): RecurrentGradients {
      const inner = flattenSteps(innerGradients(steps, tf.unstack(gradient), wHidden))
      const before = flattenSteps(tf.stack(hidden.slice(0, -1)))
      const dInput = matrixProduct(flattenSteps(x), inner, true)
      const dHidden = matrixProduct(before, inner, true)
      return {
        inputs: wantInputs ? tf.reshape(matrixProduct(inner, wInput, false, true), x.shape) : null,
        variables: [tf.concat([dInput, dHidden], 0), sumToLastAxis(inner)],
      }
    },
  }
}

/** Gradients with respect to the four sums inside the gates, of every step. */
function innerGradients(steps: readonly Step[], dy: readonly Tensor[], wHidden: Tensor): Tensor {
  let dHidden: Tensor = tf.zerosLike(dy[0] as Tensor)
  let dCell: Tensor = dHidden
  const inner: Tensor[] = []
  for (let at = steps.length - 1; at >= 0; at--) {
    const { previousCell, gates, tanhCell } = steps[at] as Step
    const [i, f, g, o] = gates
    const total = tf.add(dy[at] as Tensor, dHidden)
    dCell = tf.add(dCell, tf.mul(tf.mul(total, o), tf.sub(1, tf.square(tanhCell))))
    const parts = [
      tf.mul(tf.mul(dCell, g), sigmoidSlope(i)),
      tf.mul(tf.mul(dCell, previousCell), sigmoidSlope(f)),
      tf.mul(tf.mul(dCell, i), tf.sub(1, tf.square(g))),
      tf.mul(tf.mul(total, tanhCell), sigmoidSlope(o)),
    ]
    const joined = tf.concat(parts, -1)
    inner.unshift(joined)
    dHidden = matrixProduct(joined, wHidden, false, true)
    dCell = tf.mul(dCell, f)
  }
  return tf.stack(inner)
}

/** σ' from σ. */
export function sigmoidSlope(y: Tensor): Tensor {
  return tf.mul(y, tf.sub(1, y))
}
