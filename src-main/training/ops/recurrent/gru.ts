import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { matrixProduct, sumToLastAxis } from '../matrix-product.ts'
import { hasKernel } from '../run-kernel.ts'
import { sigmoidSlope } from './lstm.ts'
import {
  flattenSteps,
  runSequenceKernels,
  splitWeight,
  type RecurrentPass,
} from './recurrent-pass.ts'

export const gruKernels = { forward: 'GruSequence', backward: 'GruSequenceGrad' } as const

export interface GruWeights {
  /** [features + units, 2 · units]: input rows over hidden rows; columns reset, then update. */
  readonly gateWeight: Tensor
  /** [2 · units] */
  readonly gateBias: Tensor
  /** [features + units, units] */
  readonly candidateWeight: Tensor
  /** [units] */
  readonly candidateBias: Tensor
}

/**
 * Gated recurrent units over a sequence:
 *
 * [r, u] = σ([x, h]·W + b);  c = tanh([x, r∘h]·Wc + bc);  h ← u∘h + (1 − u)∘c
 *
 * Cho et al.: Learning phrase representations using RNN encoder–decoder. EMNLP 2014, arXiv:1406.1078,
 * equations 5–8: the reset gate acts before the product, as in TensorFlow's fused operation (cuDNN's and
 * PyTorch's variant lets it act after).
 * @param x [steps, batch, features]
 */
export function runGru(x: Tensor, weights: GruWeights): RecurrentPass {
  return hasKernel(gruKernels.forward)
    ? runSequenceKernels(gruKernels, x, { ...weights })
    : runGruBySteps(x, weights)
}

interface Step {
  readonly previous: Tensor
  readonly reset: Tensor
  readonly update: Tensor
  readonly candidate: Tensor
}

/** {@link runGru} in single operations: for engines without a kernel, and the oracle of those with one. */
export function runGruBySteps(x: Tensor, weights: GruWeights): RecurrentPass {
  const [length, batch, features] = x.shape as [number, number, number]
  const units = weights.candidateBias.shape[0]
  const [gateInput, gateHidden] = splitWeight(weights.gateWeight, features)
  const [candidateInput, candidateHidden] = splitWeight(weights.candidateWeight, features)
  const flat = flattenSteps(x)
  const gateSums = tf.add(matrixProduct(flat, gateInput), weights.gateBias)
  const candidateSums = tf.add(matrixProduct(flat, candidateInput), weights.candidateBias)
  const gatesFromInput = tf.unstack(tf.reshape(gateSums, [length, batch, 2 * units]))
  const candidatesFromInput = tf.unstack(tf.reshape(candidateSums, [length, batch, units]))
  const steps: Step[] = []
  const hidden: Tensor[] = []
  let previous: Tensor = tf.zeros([batch, units])
  for (let at = 0; at < length; at++) {
    const inner = tf.add(gatesFromInput[at] as Tensor, matrixProduct(previous, gateHidden))
    const [reset, update] = tf.split(tf.sigmoid(inner), 2, -1) as [Tensor, Tensor]
    const fromHidden = matrixProduct(tf.mul(reset, previous), candidateHidden)
    const candidate = tf.tanh(tf.add(candidatesFromInput[at] as Tensor, fromHidden))
    steps.push({ previous, reset, update, candidate })
    previous = tf.add(tf.mul(update, previous), tf.mul(tf.sub(1, update), candidate))
    hidden.push(previous)
  }

  return {
    hidden: tf.stack(hidden),
    backward(gradient, wantInputs) {
      const back = innerGradients(steps, tf.unstack(gradient), gateHidden, candidateHidden)
      const gates = flattenSteps(tf.stack(back.gates))
      const candidates = flattenSteps(tf.stack(back.candidates))
      const before = flattenSteps(tf.stack(steps.map(step => step.previous)))
      const resetStates = flattenSteps(
        tf.stack(steps.map(step => tf.mul(step.reset, step.previous))),
      )
      const weightGradient = (hiddenSide: Tensor, inner: Tensor) =>
        tf.concat([matrixProduct(flat, inner, true), matrixProduct(hiddenSide, inner, true)], 0)
      const dx = () =>
        tf.add(
          matrixProduct(gates, gateInput, false, true),
          matrixProduct(candidates, candidateInput, false, true),
        )
      return {
        inputs: wantInputs ? tf.reshape(dx(), x.shape) : null,
        variables: [
          weightGradient(before, gates),
          sumToLastAxis(gates),
          weightGradient(resetStates, candidates),
          sumToLastAxis(candidates),
        ],
      }
    },
  }
}

/** Gradients with respect to the sums inside gates and candidates, of every step. */
function innerGradients(
  steps: readonly Step[],
  dy: readonly Tensor[],
  gateHidden: Tensor,
  candidateHidden: Tensor,
): { gates: Tensor[]; candidates: Tensor[] } {
  let carried: Tensor = tf.zerosLike(dy[0] as Tensor)
  const gates: Tensor[] = []
  const candidates: Tensor[] = []
  for (let at = steps.length - 1; at >= 0; at--) {
    const { previous, reset, update, candidate } = steps[at] as Step
    const total = tf.add(dy[at] as Tensor, carried)
    const dCandidate = tf.mul(tf.mul(total, tf.sub(1, update)), tf.sub(1, tf.square(candidate)))
    const dResetState = matrixProduct(dCandidate, candidateHidden, false, true)
    const dReset = tf.mul(tf.mul(dResetState, previous), sigmoidSlope(reset))
    const dUpdate = tf.mul(tf.mul(total, tf.sub(previous, candidate)), sigmoidSlope(update))
    const dGates = tf.concat([dReset, dUpdate], -1)
    gates.unshift(dGates)
    candidates.unshift(dCandidate)
    carried = tf.add(
      tf.add(tf.mul(total, update), tf.mul(dResetState, reset)),
      matrixProduct(dGates, gateHidden, false, true),
    )
  }
  return { gates, candidates }
}
