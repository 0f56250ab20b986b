import { msg } from '../../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { AppError } from '../../core/errors/errors.ts'
import { deriveSeed } from '../../math/random/stream.ts'
import { buildNetwork, type Network } from '../models/build-network.ts'
import { createIndexCheck } from '../models/check-indices.ts'
import type { LayerDefinition } from '../models/network-definition.ts'
import { computeLoss } from '../ops/losses.ts'
import { clipByGlobalNorm } from '../optimizers/clip-gradients.ts'
import { createOptimizer } from '../optimizers/create-optimizer.ts'
import {
  SCALAR_COUNT,
  scalarIndices,
  type Optimizer,
  type ScalarName,
} from '../optimizers/optimizer.ts'
import { createNamedState } from './named-state.ts'
import type { TrainingFunction, StateEntry, TensorSpecification } from './compiled-function.ts'
import type { CompileNetwork, StepScalars, CompileNetworkRequest } from './compiled-network.ts'

/**
 * The three compiled functions of a trial. Writing weights starts the optimizer afresh: its old moments
 * belong to other weights. State: the network's variables, then the optimizer's slots of every
 * trained variable. Compiled functions of trials that differ only in rates, seeds and scalars are the same.
 * @throws AppError `training.invalid` if the network cannot be built
 */
export const compileNetwork: CompileNetwork = request => {
  const { engine, batchSize, evaluationBatchSize } = request
  const network = buildNetwork(request.network)
  requireFlatOutput(network)
  requirePositive('batchSize', batchSize)
  requirePositive('evaluationBatchSize', evaluationBatchSize)
  const optimizer = createOptimizer(request.optimizer)
  const entries = stateEntries(network, optimizer, request.seed)
  const state = engine.createState(entries)
  const key = networkKey(request)

  const outputs = network.outputShape[0] as number
  const float = (...shape: number[]): TensorSpecification => ({ shape, dtype: 'float32' })
  const evaluationInputs = float(evaluationBatchSize, ...request.network.inputShape)
  const dropouts = network.dropoutRates.length
  const classWeights = request.classWeights ?? null
  const stepFeeds = [
    float(batchSize, ...request.network.inputShape),
    float(batchSize, outputs),
    float(SCALAR_COUNT),
    { shape: [], dtype: 'int32' as const },
    ...(classWeights === null ? [] : [float(outputs)]),
    ...(dropouts === 0 ? [] : [float(dropouts), { shape: [dropouts, 2], dtype: 'int32' as const }]),
  ]
  const compiledStep = engine.compile(
    `${key}/step`,
    stepFunction(network, optimizer, request),
    stepFeeds,
    state,
  )
  const compiledPrediction = engine.compile(
    `${key}/predict`,
    (variables, [inputs]) => ({
      state: variables,
      outputs: [network.infer(inputs as Tensor, variables)],
    }),
    [evaluationInputs],
    state,
  )
  const compiledEvaluation = engine.compile(
    `${key}/evaluate`,
    (variables, [inputs, targets]) => {
      const predictions = network.infer(inputs as Tensor, variables)
      const { losses } = computeLoss(request.loss, predictions, targets as Tensor)
      return { state: variables, outputs: [predictions, losses] }
    },
    [evaluationInputs, float(evaluationBatchSize, outputs)],
    state,
  )

  const keep = Float32Array.from(network.dropoutRates, rate => 1 - rate)
  const salts = network.dropoutRates.map((_, index) => dropoutSalt(request.seed, index))
  const scalarFeed = new Float32Array(SCALAR_COUNT)
  const stepFeed = new Int32Array(1)
  const seedFeed = new Int32Array(2 * dropouts)
  const weightCount = network.variables.length
  const named = createNamedState(state)
  const checkIndices = createIndexCheck(request.network)

  return {
    parameterCount: network.parameterCount,
    async step(inputs, targets, scalars, stepNumber) {
      checkIndices?.(inputs)
      if (request.addsL2 === false && scalars.l2 !== 0) {
        const rule = msg('rule.equal', { value: 0 })
        throw new AppError('training.invalid', { field: 'l2', value: scalars.l2, rule })
      }
      fillScalars(scalarFeed, scalars)
      stepFeed[0] = stepNumber
      const feeds = [inputs, targets, scalarFeed, stepFeed]
      if (classWeights !== null) feeds.push(classWeights)
      if (dropouts > 0) {
        salts.forEach((salt, index) => seedFeed.set([salt, stepNumber], 2 * index))
        const [loss] = await compiledStep.run([...feeds, keep, seedFeed])
        return (loss as Float32Array)[0] as number
      }
      const [loss] = await compiledStep.run(feeds)
      return (loss as Float32Array)[0] as number
    },
    async predict(inputs) {
      checkIndices?.(inputs)
      const [predictions] = await compiledPrediction.run([inputs])
      return predictions as Float32Array
    },
    async evaluate(inputs, targets) {
      checkIndices?.(inputs)
      const [predictions, losses] = await compiledEvaluation.run([inputs, targets])
      return { outputs: predictions as Float32Array, losses: losses as Float32Array }
    },
    readWeights: async () => (await named.read()).slice(0, weightCount),
    writeWeights(weights) {
      const zeros = named.zeros().slice(weightCount)
      named.write([...weights, ...zeros])
    },
    readState: () => named.read(),
    writeState: tensors => named.write(tensors),
    dispose() {
      for (const compiled of [compiledStep, compiledPrediction, compiledEvaluation])
        compiled.dispose()
      state.dispose()
    },
  }
}

/** Forward, backward, update; the output is the mean loss before the update. */
function stepFunction(
  network: Network,
  optimizer: Optimizer,
  request: CompileNetworkRequest,
): TrainingFunction {
  const weightCount = network.variables.length
  const slotCount = optimizer.slots.length
  return (state, [inputs, targets, scalars, step, ...others]) => {
    const classWeights = request.classWeights ? (others.shift() as Tensor) : null
    const [keep, seeds] = others
    const variables = state.slice(0, weightCount)
    const dropout = network.dropoutRates.map((_, index) => ({
      keep: tf.slice(keep as Tensor, [index], [1]),
      seed: tf.reshape(tf.slice(seeds as Tensor, [index, 0], [1, 2]), [2]),
    }))
    let losses: Tensor | null = null
    const pass = network.train(inputs as Tensor, variables, dropout, outputs => {
      const loss = computeLoss(request.loss, outputs, targets as Tensor, classWeights)
      losses = loss.losses
      return loss.gradient
    })
    const gradients = request.clipsGradients
      ? clipTrained(pass.gradients, scalars as Tensor)
      : pass.gradients
    const update = optimizer.prepare({
      scalars: scalars as Tensor,
      step: step as Tensor,
      addsL2: request.addsL2 ?? true,
    })
    const nextVariables: Tensor[] = []
    const nextSlots: Tensor[] = []
    let slotAt = weightCount
    network.variables.forEach((variable, index) => {
      const gradient = gradients[index]
      if (!gradient) {
        nextVariables.push((pass.statistics[index] ?? variables[index]) as Tensor)
        return
      }
      const slots = state.slice(slotAt, slotAt + slotCount)
      slotAt += slotCount
      const regularized = variable.role === 'weight'
      const next = update(variables[index] as Tensor, gradient, slots, regularized)
      nextVariables.push(next.parameter)
      nextSlots.push(...next.slots)
    })
    return {
      state: [...nextVariables, ...nextSlots],
      outputs: [tf.mean(losses as unknown as Tensor)],
    }
  }
}

function fillScalars(feed: Float32Array, scalars: StepScalars): void {
  const { weightDecay = 0, clipNorm = Number.POSITIVE_INFINITY } = scalars
  const all: Readonly<Record<ScalarName, number>> = { ...scalars, weightDecay, clipNorm }
  for (const [name, index] of Object.entries(scalarIndices)) feed[index] = all[name as ScalarName]
}

/** Clips the gradients of the trained variables; null stays null. */
function clipTrained(gradients: readonly (Tensor | null)[], scalars: Tensor): (Tensor | null)[] {
  const limit = tf.slice(scalars, [scalarIndices.clipNorm], [1])
  const trained = gradients.filter(gradient => gradient !== null)
  const clipped = clipByGlobalNorm(trained, limit).values()
  return gradients.map(gradient => (gradient === null ? null : (clipped.next().value ?? null)))
}

function stateEntries(network: Network, optimizer: Optimizer, seed: number): StateEntry[] {
  const initial = network.initialValues(seed)
  const entries: StateEntry[] = network.variables.map(({ name, shape }, index) => ({
    name,
    shape,
    dtype: 'float32',
    data: initial[index] as Float32Array,
  }))
  network.variables.forEach(({ name, shape, trained }, index) => {
    if (!trained) return
    for (const slot of optimizer.slots) {
      const data = new Float32Array((initial[index] as Float32Array).length)
      entries.push({ name: `${name}.${slot}`, shape, dtype: 'float32', data })
    }
  })
  return entries
}

/** Everything that shapes the compiled functions and nothing that is fed: rates and seeds are left out. */
function networkKey(request: CompileNetworkRequest): string {
  return JSON.stringify({
    inputShape: request.network.inputShape,
    layers: withoutRates(request.network.layers),
    loss: request.loss,
    optimizer: request.optimizer,
    clipsGradients: request.clipsGradients ?? false,
    addsL2: request.addsL2 ?? true,
    weighsClasses: Boolean(request.classWeights),
    batchSize: request.batchSize,
    evaluationBatchSize: request.evaluationBatchSize,
  })
}

function withoutRates(layers: readonly LayerDefinition[]): object[] {
  return layers.map(layer => {
    if (layer.kind === 'residual') return { ...layer, layers: withoutRates(layer.layers) }
    return layer.kind === 'dropout' ? { kind: layer.kind } : layer
  })
}

/** First word of a dropout layer's seed, as int32; the second is the step. */
function dropoutSalt(seed: number, dropoutIndex: number): number {
  return deriveSeed({ seed, number: dropoutIndex, purpose: 'dropout' }) | 0
}

function requireFlatOutput(network: Network): void {
  if (network.outputShape.length === 1) return
  throw new AppError('training.invalid', {
    field: 'layers',
    value: [...network.outputShape],
    rule: msg('rule.layer.flat'),
  })
}

function requirePositive(field: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return
  throw new AppError('training.invalid', {
    field,
    value: String(value),
    rule: msg('rule.positiveWhole'),
  })
}
