import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { z } from 'zod'
import { AppError } from '../../core/errors/errors.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { metricJsonSchema, metricToJson } from '../../core/trial/metric-value.ts'
import { optimizerNames } from '../tasks/training-hyperparameters.ts'
import type {
  NamedTensor,
  ObjectiveResult,
  StartingCheckpoint,
  TrainingCheckpoint,
} from '../objectives/objective-host.ts'
import type { OptimizerName } from '../models/network-definition.ts'
import type { CompiledNetwork } from '../compiled/compiled-network.ts'

export type Reported = NonNullable<ObjectiveResult['best']>

/**
 * Where a training stands. Everything random in it is a function of the trial's seed and this position, so the position
 * is the state of all randomness.
 */
export interface TrainingProgress {
  /** Epochs that are trained, judged and reported. */
  readonly epoch: number
  /** Batches trained since, and the sum of their losses. */
  readonly batch: number
  readonly lossSum: number
  readonly best: Reported | null
  readonly bestWeights: readonly NamedTensor[]
  readonly last: Reported | null
  /** Epoch from which `patience` counts if it is later than the best one. */
  readonly patienceFrom: number
}

export const beginning: TrainingProgress = {
  epoch: 0,
  batch: 0,
  lossSum: 0,
  best: null,
  bestWeights: [],
  last: null,
  patienceFrom: 0,
}

export const reportedSchema = z
  .strictObject({ step: z.int().min(0), metrics: z.record(z.string(), metricJsonSchema) })
  .nullable()

const progressSchema = z.strictObject({
  kind: z.literal('network'),
  epoch: z.int().min(0),
  batch: z.int().min(0),
  lossSum: z.number(),
  batchSize: z.int().min(1),
  optimizer: z.enum(optimizerNames),
  best: reportedSchema,
  last: reportedSchema,
  patienceFrom: z.int().min(0),
  /** Whether `patience` ended the training here. */
  outOfPatience: z.boolean(),
})

/** How a training is set up, as far as a checkpoint depends on it. */
export interface TrainingSetup {
  readonly optimizer: OptimizerName
  readonly batchSize: number
}

const statePrefix = 'state/'
const bestPrefix = 'best/'

export async function takeCheckpoint(
  compiledNetwork: CompiledNetwork,
  progress: TrainingProgress,
  setup: TrainingSetup,
  outOfPatience: boolean,
): Promise<TrainingCheckpoint> {
  const { epoch, batch, lossSum, best, last, patienceFrom, bestWeights } = progress
  return {
    progress: {
      kind: 'network',
      epoch,
      batch,
      lossSum,
      patienceFrom,
      outOfPatience,
      batchSize: setup.batchSize,
      optimizer: setup.optimizer,
      best: reportedToJson(best),
      last: reportedToJson(last),
    },
    tensors: [
      ...withPrefix(statePrefix, await compiledNetwork.readState()),
      ...withPrefix(bestPrefix, bestWeights),
    ],
  }
}

/**
 * Puts a new training where a checkpoint stands, as its mode says (see `OriginMode`).
 * @throws AppError `training.invalid` if its tensors do not fit the network, if none does (`initialize`), or if it was
 *   written within an epoch and another trial starts from it
 */
export async function resumeFrom(
  compiledNetwork: CompiledNetwork,
  { mode, checkpoint }: StartingCheckpoint,
  setup: TrainingSetup,
): Promise<TrainingProgress> {
  const parsed = progressSchema.safeParse(checkpoint.progress)
  if (!parsed.success) invalid('progress', null, msg('rule.progress'))
  const progress = parsed.data
  const state = withoutPrefix(statePrefix, checkpoint.tensors)
  const bestWeights = withoutPrefix(bestPrefix, checkpoint.tensors)
  if (mode === 'initialize') {
    await startWarm(compiledNetwork, bestWeights.length > 0 ? bestWeights : state)
    return beginning
  }
  const { epoch, batch, lossSum, best, last } = progress
  if (batch > 0 && (mode !== 'resume' || progress.batchSize !== setup.batchSize)) {
    invalid('batch', batch, msg('rule.betweenEpochs'))
  }
  if (mode === 'fork') {
    if (progress.optimizer === setup.optimizer) compiledNetwork.writeState(state)
    else await writeWeightsOf(compiledNetwork, state)
    return { ...beginning, epoch, patienceFrom: epoch }
  }
  compiledNetwork.writeState(state)
  const patienceFrom = progress.outOfPatience ? epoch : progress.patienceFrom
  return { epoch, batch, lossSum, best, last, bestWeights, patienceFrom }
}

/** The optimizer begins anew: its moments belong to another rule. */
async function writeWeightsOf(
  compiledNetwork: CompiledNetwork,
  state: readonly NamedTensor[],
): Promise<void> {
  const names = new Set((await compiledNetwork.readWeights()).map(({ name }) => name))
  compiledNetwork.writeWeights(state.filter(({ name }) => names.has(name)))
}

async function startWarm(
  compiledNetwork: CompiledNetwork,
  weights: readonly NamedTensor[],
): Promise<void> {
  const givenByName = new Map(
    weights.map(tensor => [`${tensor.name} ${tensor.shape.join()}`, tensor]),
  )
  const currentWeights = await compiledNetwork.readWeights()
  const startWeights = currentWeights.map(
    tensor => givenByName.get(`${tensor.name} ${tensor.shape.join()}`) ?? tensor,
  )
  if (startWeights.every((tensor, index) => tensor === currentWeights[index])) {
    invalid('weights', givenByName.size, msg('rule.sharedTensor'))
  }
  compiledNetwork.writeWeights(startWeights)
}

function withPrefix(prefix: string, tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map(tensor => ({ ...tensor, name: `${prefix}${tensor.name}` }))
}

function withoutPrefix(prefix: string, tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map(tensor => ({ ...tensor, name: tensor.name.slice(prefix.length) }))
}

export function reportedToJson(reported: Reported | null): JsonObject | null {
  if (reported === null) return null
  const metrics = Object.entries(reported.metrics).map(([name, value]) => [
    name,
    metricToJson(value),
  ])
  return { step: reported.step, metrics: Object.fromEntries(metrics) as JsonObject }
}

function invalid(field: string, value: number | null, rule: MessageDescriptor): never {
  throw new AppError('training.invalid', { field: `checkpoint.${field}`, value, rule })
}
