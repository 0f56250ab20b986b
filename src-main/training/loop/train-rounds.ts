import { z } from 'zod'
import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { prefixMetrics } from '../metrics/metric-definitions.ts'
import type { Loss } from '../models/network-definition.ts'
import type {
  NamedTensor,
  ObjectiveHost,
  ObjectiveResult,
  StartingCheckpoint,
} from '../objectives/objective-host.ts'
import { lossOf } from './row-loss.ts'
import { isBetterReport, requireFinite, type EvaluationSet } from './train-network.ts'
import { type Reported, reportedSchema, reportedToJson } from './training-progress.ts'
import { validationOutcome } from './validation-outcome.ts'

/** A model that grows in rounds, and whose first rounds are a model of their own. */
export interface Learner {
  /** Done so far. */
  readonly rounds: number
  /** One more. */
  learn(): void
  /** Raw outputs of the validation rows: rows × outputs. */
  outputs(): Float32Array
  /** The same after fewer rounds. */
  outputsAfter(rounds: number): Float32Array
  trainLoss(): number
  save(rounds: number): readonly NamedTensor[]
  /** Numbers that a model of so many rounds has learned, and what one row costs it. */
  size(rounds: number): { readonly parameterCount: number; readonly multiplyAdds: number }
  dispose(): void
}

export interface TrainRoundsRequest {
  /** @param start what `save` gave; null: from the beginning */
  readonly begin: (start: readonly NamedTensor[] | null) => Learner
  readonly validation: EvaluationSet
  readonly loss: Loss
  readonly rounds: number
  /** Ends after this many rounds without a better one; 0: never. */
  readonly patience: number
  readonly goals: readonly Goal[]
  readonly host: ObjectiveHost
}

const progressSchema = z.strictObject({
  kind: z.literal('rounds'),
  round: z.int().min(0),
  best: reportedSchema,
  last: reportedSchema,
  patienceFrom: z.int().min(0),
  /** Whether `patience` ended the training here. */
  outOfPatience: z.boolean(),
})

interface Progress {
  readonly round: number
  readonly best: Reported | null
  readonly last: Reported | null
  readonly patienceFrom: number
}

/**
 * Trains a model round by round, as `trainNetwork` trains a network epoch by epoch: the host is told the metrics after every
 * round, may stop it, and may want a checkpoint. The best round is a prefix of the last.
 * @throws AppError `training.nonFinite`; `training.invalid` for a checkpoint of something else
 */
export async function trainRounds(request: TrainRoundsRequest): Promise<ObjectiveResult> {
  const { host, validation, goals } = request
  const { start, progress: first } = startOf(host.checkpoints?.start ?? null)
  const learner = request.begin(start)
  const lastRound = Math.min(request.rounds, host.untilStep ?? request.rounds)
  let progress = first
  let cutShort = false
  const size = () => sizeOf(learner, progress.best?.step ?? 0)
  const stopped = (): ObjectiveResult => {
    const { best, last } = progress
    return { finished: false, best, last, ...(best === null ? {} : { size: size() }) }
  }
  try {
    while (progress.round < lastRound) {
      if ((await host.yieldNow()) === 'stop') return stopped()
      learner.learn()
      const round = progress.round + 1
      const metrics = measure(request, learner, round)
      const last: Reported = { step: round, metrics }
      progress = { ...progress, round, last }
      if (isBetterReport(last, progress.best, goals[0])) progress = { ...progress, best: last }
      const since = round - Math.max(progress.best?.step ?? round, progress.patienceFrom)
      const outOfPatience = request.patience > 0 && since >= request.patience
      const answer = await host.report(round, metrics, outOfPatience || round >= request.rounds)
      const stops = answer === 'stop'
      cutShort = answer === 'finish' && !outOfPatience && round < lastRound
      const isEnd = stops || cutShort || outOfPatience || round >= lastRound
      const position = { step: round, batch: 0 }
      if (host.checkpoints?.isDue(position, isEnd) === true) {
        await host.checkpoints.save(position, isEnd, {
          progress: {
            kind: 'rounds',
            round,
            patienceFrom: progress.patienceFrom,
            outOfPatience,
            best: reportedToJson(progress.best),
            last: reportedToJson(progress.last),
          },
          tensors: learner.save(round),
        })
      }
      if (stops) return stopped()
      if (outOfPatience || cutShort) break
    }
    const { best, last, round } = progress
    if (best === null) return { ...stopped(), finished: true }
    const bestWeights = learner.save(best.step)
    const outcome = validationOutcome(
      validation,
      best === last ? learner.outputs() : learner.outputsAfter(best.step),
    )
    return {
      ...stopped(),
      finished: true,
      ...(cutShort ? { cutShort } : {}),
      weights: { best: bestWeights, last: best === last ? bestWeights : learner.save(round) },
      ...outcome,
    }
  } finally {
    learner.dispose()
  }
}

function measure(
  { validation, loss }: TrainRoundsRequest,
  learner: Learner,
  round: number,
): Readonly<Record<string, number>> {
  const trainLoss = learner.trainLoss()
  requireFinite('trainLoss', round, trainLoss)
  const outputs = learner.outputs()
  const validationLoss = lossOf(validation, loss, outputs)
  requireFinite('validationLoss', round, validationLoss)
  return {
    trainLoss,
    ...prefixMetrics('validation', { Loss: validationLoss, ...validation.measure(outputs) }),
  }
}

function sizeOf(learner: Learner, rounds: number): NonNullable<ObjectiveResult['size']> {
  return {
    ...learner.size(rounds),
    modelBytes: learner.save(rounds).reduce((sum, { data }) => sum + data.byteLength, 0),
  }
}

/** @throws AppError `training.invalid` */
function startOf(starting: StartingCheckpoint | null): {
  readonly start: readonly NamedTensor[] | null
  readonly progress: Progress
} {
  const nothing = { round: 0, best: null, last: null, patienceFrom: 0 }
  if (starting === null) return { start: null, progress: nothing }
  const { mode, checkpoint } = starting
  const parsed = progressSchema.safeParse(checkpoint.progress)
  if (!parsed.success) {
    const rule = msg('rule.progress')
    throw new AppError('training.invalid', { field: 'checkpoint.progress', value: null, rule })
  }
  const { round, best, last, outOfPatience } = parsed.data
  const start = checkpoint.tensors
  // Trees go on growing; there are no weights to begin anew with.
  if (mode !== 'resume') return { start, progress: { ...nothing, round, patienceFrom: round } }
  const patienceFrom = outOfPatience ? round : parsed.data.patienceFrom
  return { start, progress: { round, best, last, patienceFrom } }
}
