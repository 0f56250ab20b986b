import { ownValue } from '../../core/values/named-values.ts'
import { unknownName } from '../../core/values/closest-name.ts'
import { msg } from '../../core/errors/message.ts'
import { isBetter } from '../../core/trial/ranking.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import type { AugmentBatch } from '../data/augment-images.ts'
import type { RowSource } from '../data/row-source.ts'
import { prefixMetrics } from '../metrics/metric-definitions.ts'
import type { Loss, NetworkDefinition, OptimizerName } from '../models/network-definition.ts'
import type {
  NamedTensor,
  ObjectiveHost,
  ObjectiveResult,
  RowTruth,
} from '../objectives/objective-host.ts'
import { compileNetwork } from '../compiled/compile-network.ts'
import type { Engine } from '../compiled/compiled-function.ts'
import type { CompiledNetwork } from '../compiled/compiled-network.ts'
import { evaluateRows, evaluationBatchSize } from './evaluate-rows.ts'
import { learningRateAt, type ScheduleName } from './schedule.ts'
import { type ValidationOutcome, validationOutcome } from './validation-outcome.ts'
import {
  beginning,
  resumeFrom,
  type Reported,
  takeCheckpoint,
  type TrainingProgress,
} from './training-progress.ts'

/** A split with what it is measured by. */
export interface EvaluationSet {
  readonly source: RowSource
  /** Measures of raw outputs (rows × outputs) beside the loss, without the split's name. */
  measure(outputs: Float32Array): Readonly<Record<string, number>>
  /** Which rows of the prepared data these are, and what stands there; absent: predictions are not kept. */
  readonly truth?: RowTruth
}

/** How a trial trains; the names are those of the hyperparameters. */
export interface TrainingSettings {
  readonly optimizer: OptimizerName
  readonly learningRate: number
  readonly momentum: number
  readonly l2: number
  readonly weightDecay: number
  /** 0: no clipping. */
  readonly clipNorm: number
  readonly schedule: ScheduleName
  readonly warmupEpochs: number
  readonly batchSize: number
  readonly epochs: number
  /** Ends after this many epochs without a better one; 0: never. */
  readonly patience: number
}

export interface TrainNetworkRequest {
  readonly engine: Engine
  readonly network: NetworkDefinition
  readonly loss: Loss
  readonly training: RowSource
  /** Weight of a training row of each class; absent or null: 1. */
  readonly classWeights?: Float32Array | null
  /** Changes every training batch; null if nothing does. */
  readonly augment?: AugmentBatch | null
  readonly validation: EvaluationSet
  readonly settings: TrainingSettings
  readonly goals: readonly Goal[]
  /** Initial weights, dropout, order of batches. */
  readonly trialSeed: number
  readonly host: ObjectiveHost
}

/** Compiled functions count steps in int32. */
const MAX_STEPS = 2 ** 31 - 1

/**
 * Trains a network for some epochs. Every epoch visits the training rows in an order of its own, a
 * function of trial seed and epoch; rows that do not fill a last batch wait for the next epoch. The host
 * is asked between batches and told the metrics after every epoch. Weights of the best epoch (by the first
 * goal, the earliest of equals) and of the last are kept. With `patience`, training ends early, as finished, when
 * the best epoch is that long ago; the schedule is that of all epochs. Between batches and between epochs the host may want a
 * checkpoint; a training that goes on from one gives the same result bit for bit as one that was never interrupted.
 * @throws AppError `training.nonFinite` at once when a loss is NaN or ±∞, with the epoch as step;
 *   `training.invalid` when the network cannot be built, the first goal is not reported or there are
 *   more than 2³¹ − 1 steps
 */
export async function trainNetwork(request: TrainNetworkRequest): Promise<ObjectiveResult> {
  const { engine, network, loss, training, validation, settings, trialSeed } = request
  const batchSize = Math.min(settings.batchSize, training.rows)
  const steps = settings.epochs * Math.floor(training.rows / batchSize)
  if (steps > MAX_STEPS) {
    throw new AppError('training.invalid', {
      field: 'epochs',
      value: settings.epochs,
      rule: msg('rule.maxSteps', { limit: MAX_STEPS, batchSize, steps }),
    })
  }
  const evaluationBatch = evaluationBatchSize(network, validation.source.rows)
  const compiledNetwork = compileNetwork({
    engine,
    network,
    loss,
    optimizer: settings.optimizer,
    clipsGradients: settings.clipNorm > 0,
    addsL2: settings.l2 > 0,
    classWeights: request.classWeights ?? null,
    batchSize,
    evaluationBatchSize: evaluationBatch,
    seed: trialSeed,
  })
  try {
    return await runEpochs(request, compiledNetwork, batchSize, evaluationBatch)
  } finally {
    compiledNetwork.dispose()
  }
}

async function runEpochs(
  request: TrainNetworkRequest,
  compiledNetwork: CompiledNetwork,
  batchSize: number,
  evaluationBatch: number,
): Promise<ObjectiveResult> {
  const { host, validation, settings } = request
  const setup = { optimizer: settings.optimizer, batchSize }
  const start = host.checkpoints?.start ?? null
  let progress = start === null ? beginning : await resumeFrom(compiledNetwork, start, setup)
  const lastEpoch = Math.min(settings.epochs, host.untilStep ?? settings.epochs)
  let size: ObjectiveResult['size'] =
    progress.bestWeights.length === 0 ? undefined : sizeOf(compiledNetwork, progress.bestWeights)
  let bestOutputs: Float32Array | null = null
  let cutShort = false
  const stopped = (): ObjectiveResult => {
    const { best, last } = progress
    return { finished: false, best, last, ...(size === undefined ? {} : { size }) }
  }
  while (progress.epoch < lastEpoch) {
    const trainLoss = await trainEpoch(request, compiledNetwork, batchSize, progress)
    if (trainLoss === null) return stopped()
    const evaluation = await evaluateRows(compiledNetwork, validation.source, evaluationBatch, host)
    if (evaluation === null) return stopped()
    const epoch = progress.epoch + 1
    requireFinite('validationLoss', epoch, evaluation.loss)
    const metrics = {
      trainLoss,
      ...prefixMetrics('validation', {
        Loss: evaluation.loss,
        ...validation.measure(evaluation.outputs),
      }),
    }
    const last: Reported = { step: epoch, metrics }
    progress = { ...progress, epoch, batch: 0, lossSum: 0, last }
    if (isBetterReport(last, progress.best, request.goals[0])) {
      progress = { ...progress, best: last, bestWeights: await compiledNetwork.readWeights() }
      size = sizeOf(compiledNetwork, progress.bestWeights)
      bestOutputs = evaluation.outputs
    }
    const since = epoch - Math.max(progress.best?.step ?? epoch, progress.patienceFrom)
    const outOfPatience = settings.patience > 0 && since >= settings.patience
    const answer = await host.report(epoch, metrics, outOfPatience || epoch >= settings.epochs)
    const stops = answer === 'stop'
    cutShort = answer === 'finish' && !outOfPatience && epoch < lastEpoch
    const isEnd = stops || cutShort || outOfPatience || epoch >= lastEpoch
    if (host.checkpoints?.isDue({ step: epoch, batch: 0 }, isEnd) === true) {
      const checkpoint = await takeCheckpoint(compiledNetwork, progress, setup, outOfPatience)
      await host.checkpoints.save({ step: epoch, batch: 0 }, isEnd, checkpoint)
    }
    if (stops) return stopped()
    if (outOfPatience || cutShort) break
  }
  const { best, bestWeights, last } = progress
  const lastWeights =
    last === best && bestWeights.length > 0 ? bestWeights : await compiledNetwork.readWeights()
  return {
    ...stopped(),
    finished: true,
    ...(cutShort ? { cutShort } : {}),
    weights: { best: bestWeights, last: lastWeights },
    ...(await predictionsOfBest()),
  }

  /** A training that went on after its best epoch does not know that epoch's outputs any more. */
  async function predictionsOfBest(): Promise<ValidationOutcome> {
    if (validation.truth === undefined || bestWeights.length === 0) return {}
    if (bestOutputs !== null) return validationOutcome(validation, bestOutputs)
    compiledNetwork.writeWeights(bestWeights)
    const evaluation = await evaluateRows(compiledNetwork, validation.source, evaluationBatch, null)
    return evaluation === null ? {} : validationOutcome(validation, evaluation.outputs)
  }
}

function sizeOf(
  { parameterCount }: CompiledNetwork,
  weights: readonly NamedTensor[],
): NonNullable<ObjectiveResult['size']> {
  return { parameterCount, modelBytes: weights.reduce((sum, { data }) => sum + data.byteLength, 0) }
}

/** The rest of one pass over the training rows; the mean loss of all its batches, null when the host said stop. */
async function trainEpoch(
  request: TrainNetworkRequest,
  compiledNetwork: CompiledNetwork,
  batchSize: number,
  progress: TrainingProgress,
): Promise<number | null> {
  const { host, training, settings, trialSeed, augment } = request
  const epoch = progress.epoch + 1
  const batches = Math.floor(training.rows / batchSize)
  const order = createRandomStream({
    seed: trialSeed,
    number: epoch,
    purpose: 'order of batches',
  }).shuffled(Array.from({ length: training.rows }, (_, row) => row))
  const inputs = new Float32Array(batchSize * training.inputSize)
  const targets = new Float32Array(batchSize * training.targetSize)
  const setup = { optimizer: settings.optimizer, batchSize }
  const schedule = {
    schedule: settings.schedule,
    learningRate: settings.learningRate,
    warmupSteps: settings.warmupEpochs * batches,
    totalSteps: settings.epochs * batches,
  }
  let lossSum = progress.lossSum
  for (let batch = progress.batch; batch < batches; batch++) {
    if ((await host.yieldNow()) === 'stop') return null
    training.fill(order, batch * batchSize, batchSize, inputs, targets)
    const step = (epoch - 1) * batches + batch
    if (augment) {
      const key = { seed: trialSeed, number: step, purpose: 'augmentation' }
      augment(inputs, targets, batchSize, createRandomStream(key))
    }
    const learningRate = learningRateAt(schedule, step)
    const { momentum, l2, weightDecay, clipNorm } = settings
    const scalars = { learningRate, momentum, l2, weightDecay, clipNorm }
    const loss = await compiledNetwork.step(inputs, targets, scalars, step)
    requireFinite('trainLoss', epoch, loss)
    lossSum += loss
    // After the last batch there is no rest: the epoch ends with its report.
    const position = { step: epoch - 1, batch: batch + 1 }
    if (batch + 1 < batches && host.checkpoints?.isDue(position, false) === true) {
      const now = { ...progress, batch: batch + 1, lossSum }
      await host.checkpoints.save(
        position,
        false,
        await takeCheckpoint(compiledNetwork, now, setup, false),
      )
    }
  }
  return lossSum / batches
}

export function isBetterReport(
  candidate: Reported,
  best: Reported | null,
  goal: Goal | undefined,
): boolean {
  // Nothing tells epochs apart, so the last one counts.
  if (goal === undefined) return true
  const value = ownValue(candidate.metrics, goal.metric)
  if (value === undefined) {
    throw new AppError('training.invalid', {
      field: 'goals.metric',
      value: goal.metric,
      rule: unknownName('metric', goal.metric, Object.keys(candidate.metrics)),
    })
  }
  return isBetter(value, ownValue(best?.metrics, goal.metric) ?? Number.NaN, goal.direction)
}

export function requireFinite(metric: string, epoch: number, value: number): void {
  if (Number.isFinite(value)) return
  throw new AppError('training.nonFinite', { metric, step: epoch, value: String(value) })
}
