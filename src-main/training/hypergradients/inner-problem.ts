import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { AppError } from '../../core/errors/errors.ts'
import { buildNetwork, type Network, type NetworkVariable } from '../models/build-network.ts'
import type { Loss, NetworkDefinition } from '../models/network-definition.ts'
import { computeLoss } from '../ops/losses.ts'
import { statelessUniform } from '../ops/stateless-uniform.ts'
import { followTangents, type KernelObserver } from './tangents/follow-tangents.ts'
import { MissingRule, type TangentRules, tangentRules } from './tangents/tangent-rules.ts'

/**
 * The trained network, and the hyperparameters of its loss:
 *
 *   L(w) = 1/n Σ c(yᵢ) · loss(f(xᵢ + σ ε; w), (1 − s) yᵢ + s/C) + ½ Σ λⱼ |wⱼ|²
 *
 * s label smoothing, c class weights, σ strength of the noise ε on the inputs (uniform, variance 1), λ one weight
 * decay per weight matrix or per row of the first one. Biases are not decayed.
 */
export interface InnerProblemSettings {
  readonly network: NetworkDefinition
  readonly loss: Loss
  /** Whether every row of the first weight matrix (an input) has a decay of its own. */
  readonly decayPerInput: boolean
  /** Which of the head's hyperparameters the loss has; each costs some operations. */
  readonly head: readonly HeadHyperparameter[]
}

export type HeadHyperparameter = 'labelSmoothing' | 'inputNoise' | 'classWeights'

/** Where the smoothing and the noise stand in the head's vector; class weights follow. */
export const headOffsets = { labelSmoothing: 0, inputNoise: 1, classWeights: 2 } as const

/** One step's rows and what makes its noise. */
export interface InnerBatch {
  readonly inputs: Tensor
  readonly targets: Tensor
  /** int32 [2]; null without noise. */
  readonly seed: Tensor | null
}

export interface InnerProblem {
  readonly settings: InnerProblemSettings
  /** Equal for problems whose compiled functions are the same. */
  readonly key: string
  readonly network: Network
  readonly variables: readonly NetworkVariable[]
  /** Group of each variable for learning rates: its layer among those with weights. */
  readonly rateGroups: readonly number[]
  readonly groups: number
  /** Where each variable's decays stand in their vector, and how many; null for biases. */
  readonly decays: readonly ({ readonly offset: number; readonly count: number } | null)[]
  readonly decayCount: number
  /** 2 + classes. */
  readonly headSize: number
  /** The decays of a variable, in a shape that multiplies it; null for biases. */
  decayOf(decay: Tensor, variable: number): Tensor | null
  /** L without its decay part, and its gradient, one tensor per variable. */
  lossAndGradient(
    weights: readonly Tensor[],
    batch: InnerBatch,
    head: Tensor,
  ): { readonly loss: Tensor; readonly gradient: readonly Tensor[] }
  /** That gradient alone. */
  lossGradient(weights: readonly Tensor[], batch: InnerBatch, head: Tensor): Tensor[]
  /** The same with its derivative in a direction of the weights and of the head, either of which may be missing. */
  lossGradientTangent(
    weights: readonly Tensor[],
    batch: InnerBatch,
    head: Tensor,
    direction: { readonly weights?: readonly Tensor[]; readonly head?: Tensor },
    observe?: KernelObserver | null,
  ): { readonly gradient: readonly Tensor[]; readonly tangent: readonly (Tensor | null)[] }
  /** Outputs, mean loss without smoothing, weights, noise and decay: [rows, outputs] and []. */
  evaluate(
    weights: readonly Tensor[],
    inputs: Tensor,
    targets: Tensor,
  ): { readonly outputs: Tensor; readonly loss: Tensor }
  /** The gradient of that loss, one tensor per variable. */
  evaluationGradient(
    weights: readonly Tensor[],
    inputs: Tensor,
    targets: Tensor,
  ): { readonly outputs: Tensor; readonly loss: Tensor; readonly gradient: readonly Tensor[] }
}

/** Uniform numbers of variance 1 have this range. */
const NOISE_RANGE = Math.sqrt(12)

/**
 * @param rules for tests of the self-test; the right ones by default
 * @throws AppError `training.invalid` naming the first layer that no hypergradient goes through
 */
export function createInnerProblem(
  settings: InnerProblemSettings,
  rules: TangentRules = tangentRules,
): InnerProblem {
  requireDifferentiable(settings.network)
  const network = buildNetwork(settings.network)
  const { variables } = network
  const layers = [...new Set(variables.map(layerOf))]
  const rateGroups = variables.map(variable => layers.indexOf(layerOf(variable)))
  let decayCount = 0
  let firstWeight = true
  const decays = variables.map(({ role, shape }) => {
    if (role !== 'weight') return null
    const isPerInput = firstWeight && settings.decayPerInput
    firstWeight = false
    if (isPerInput && shape.length !== 2) {
      throw invalid('l2Input', [...shape], msg('rule.hypergradient.dense'))
    }
    const slice = { offset: decayCount, count: isPerInput ? (shape[0] as number) : 1 }
    decayCount += slice.count
    return slice
  })
  const has = (name: HeadHyperparameter): boolean => settings.head.includes(name)
  const outputs = network.outputShape[0] as number

  function headAt(head: Tensor, name: HeadHyperparameter): Tensor {
    return tf.slice(head, [headOffsets[name]], [name === 'classWeights' ? outputs : 1])
  }

  function lossAndGradient(
    weights: readonly Tensor[],
    batch: InnerBatch,
    head: Tensor,
  ): { loss: Tensor; gradient: Tensor[] } {
    const { inputs, targets, seed } = batch
    const noisy =
      has('inputNoise') && seed !== null
        ? tf.add(inputs, tf.mul(noise(inputs.shape, seed), headAt(head, 'inputNoise')))
        : inputs
    const smoothing = has('labelSmoothing') ? headAt(head, 'labelSmoothing') : null
    const smoothed =
      smoothing === null
        ? targets
        : tf.add(tf.mul(targets, tf.sub(1, smoothing)), tf.mul(smoothing, 1 / outputs))
    const captured: { losses?: Tensor } = {}
    const pass = network.train(noisy, weights, [], predictions => {
      const { losses, gradient } = computeLoss(settings.loss, predictions, smoothed)
      captured.losses = losses
      if (!has('classWeights')) return gradient
      const rowWeights = tf.sum(tf.mul(targets, headAt(head, 'classWeights')), -1, true)
      captured.losses = tf.mul(losses, tf.reshape(rowWeights, losses.shape))
      return tf.mul(gradient, rowWeights)
    })
    return { loss: tf.mean(captured.losses as Tensor), gradient: pass.gradients as Tensor[] }
  }

  function lossGradient(weights: readonly Tensor[], batch: InnerBatch, head: Tensor): Tensor[] {
    return lossAndGradient(weights, batch, head).gradient
  }

  return {
    settings,
    key: JSON.stringify({ ...settings, rules: numberOf(rules) }),
    network,
    variables,
    rateGroups,
    groups: layers.length,
    decays,
    decayCount,
    headSize: headOffsets.classWeights + outputs,
    decayOf(decay, variable) {
      const slice = decays[variable] ?? null
      if (slice === null) return null
      const values = tf.slice(decay, [slice.offset], [slice.count])
      return slice.count === 1 ? values : tf.reshape(values, [slice.count, 1])
    },
    lossAndGradient,
    lossGradient,
    lossGradientTangent(weights, batch, head, direction, observe = null) {
      const seeds: (readonly [Tensor, Tensor])[] = []
      direction.weights?.forEach((tangent, at) => seeds.push([weights[at] as Tensor, tangent]))
      if (direction.head !== undefined) seeds.push([head, direction.head])
      try {
        const compute = (): Tensor[] => lossGradient(weights, batch, head)
        const { values, tangents } = followTangents(rules, seeds, compute, observe)
        return { gradient: values, tangent: tangents }
      } catch (error) {
        if (!(error instanceof MissingRule)) throw error
        throw invalid('operation', error.message, msg('rule.hypergradient.layer'))
      }
    },
    evaluate(weights, inputs, targets) {
      const predictions = network.infer(inputs, weights)
      const { losses } = computeLoss(settings.loss, predictions, targets)
      return { outputs: predictions, loss: tf.mean(losses) }
    },
    evaluationGradient(weights, inputs, targets) {
      const captured: { outputs?: Tensor; loss?: Tensor } = {}
      const pass = network.train(inputs, weights, [], predictions => {
        const { losses, gradient } = computeLoss(settings.loss, predictions, targets)
        captured.outputs = predictions
        captured.loss = tf.mean(losses)
        return gradient
      })
      return {
        outputs: captured.outputs as Tensor,
        loss: captured.loss as Tensor,
        gradient: pass.gradients as Tensor[],
      }
    },
  }
}

/** Rules are told apart by their order of appearance; the right ones come first. */
const ruleNumbers = new Map<TangentRules, number>([[tangentRules, 0]])

function numberOf(rules: TangentRules): number {
  const ruleNumber = ruleNumbers.get(rules) ?? ruleNumbers.size
  ruleNumbers.set(rules, ruleNumber)
  return ruleNumber
}

function noise(shape: readonly number[], seed: Tensor): Tensor {
  return tf.mul(tf.sub(statelessUniform(shape, seed), 0.5), NOISE_RANGE)
}

/** `layers.3` of `layers.3.dense.weight`. */
function layerOf({ name }: NetworkVariable): string {
  return name.split('.').slice(0, 2).join('.')
}

/** Why no hypergradient goes through them, and what to take instead. */
export const refusals = {
  relu: msg('rule.kinksOfRelu'),
  max: msg('rule.kinksOfMaximum'),
  dropout: msg('rule.maskHasNoDerivative'),
  batchNormalization: msg('rule.noHypergradient'),
  embedding: msg('rule.tableHasNoSecondDerivative'),
  embeddingScale: msg('rule.embeddingsOnly'),
} as const

/**
 * Layers without a smooth gradient, or whose training depends on more than their weights. Kernels are checked as
 * well while a compiled function runs first; this names the layer.
 */
function requireDifferentiable({ layers }: NetworkDefinition): void {
  layers.forEach((layer, index) => {
    const field = `layers[${index}]`
    switch (layer.kind) {
      case 'activation':
        if (layer.activation !== 'relu') return
        throw invalid(field, 'relu', refusals.relu)
      case 'pool':
        if (layer.pooling === 'average') return
        throw invalid(field, 'max', refusals.max)
      case 'dropout':
        throw invalid(field, 'dropout', refusals.dropout)
      case 'batchNormalization':
        throw invalid(field, layer.kind, refusals.batchNormalization)
      case 'embedding':
      case 'categoryEmbedding':
      case 'recurrent':
      case 'positions':
      case 'attention':
      case 'layerNormalization':
      case 'stepMean':
      case 'residual':
        throw invalid(field, layer.kind, msg('rule.hypergradient.layer'))
      case 'dense':
      case 'convolution':
      case 'separableConvolution':
      case 'flatten':
      case 'reshape':
    }
  })
}

function invalid(
  field: string,
  value: string | readonly number[],
  rule: MessageDescriptor,
): AppError {
  return new AppError('training.invalid', { field, value, rule })
}
