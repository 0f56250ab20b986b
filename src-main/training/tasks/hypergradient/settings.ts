import { z } from 'zod'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { type GradientMode, gradientModes } from '../../../core/trial/metric-value.ts'
import { onlineDirections } from '../../hypergradients/online-training.ts'
import type { MetricDefinition } from '../task.ts'

/**
 * The `hypergradients` key of a task: trials then train by plain gradient descent with momentum, or until
 * convergence, and report the gradient of their validation loss by every continuous hyperparameter.
 */
export const hypergradientSettingsSchema = z
  .strictObject({
    mode: z
      .enum(['auto', ...gradientModes])
      .default('auto')
      .describe('option.hypergradients.mode'),
    steps: z.int().min(1).max(500).default(50).describe('option.hypergradients.steps'),
    batchSize: z.int().min(1).optional().describe('option.hypergradients.batchSize'),
    horizon: z.int().min(1).optional().describe('option.hypergradients.horizon'),
    checkpointEvery: z
      .int()
      .min(1)
      .max(500)
      .default(1)
      .describe('option.hypergradients.checkpointEvery'),
    direction: z
      .enum(onlineDirections)
      .default('momentum')
      .describe('option.hypergradients.direction'),
    levels: z.int().min(0).max(3).default(0).describe('option.hypergradients.levels'),
    damping: z.number().min(0).default(1e-3).describe('option.hypergradients.damping'),
    holdout: z.number().min(0).max(0.9).default(0.5).describe('option.hypergradients.holdout'),
  })
  .describe('option.hypergradients.all')

export type HypergradientSettings = z.output<typeof hypergradientSettingsSchema>

/** Up to so many hyperparameters the memory of reverse mode is not worth its speed. */
const MAX_FORWARD = 3

/**
 * @param hyperparameters continuous ones of the trial
 * @param captures whether the engine compiles the whole run as one function
 */
export function chooseMode(
  { mode }: HypergradientSettings,
  hyperparameters: number,
  captures: boolean,
): GradientMode {
  if (mode !== 'auto') return mode
  return !captures && hyperparameters <= MAX_FORWARD ? 'forward' : 'reverse'
}

/** Metrics that trials report beside those of their task. */
export function hypergradientMetrics({
  holdout,
}: HypergradientSettings): readonly MetricDefinition[] {
  if (holdout === 0) return []
  return [{ name: 'holdoutLoss', direction: 'minimize' }]
}

/**
 * A descent fits the rows whose loss it goes down, so that loss says nothing about others: trials are judged, and runs end
 * early, by `holdoutLoss`. Who wants it otherwise says `holdout: 0`.
 */
export function unfitGoals({
  mode,
  holdout,
}: HypergradientSettings): ReadonlyMap<string, MessageDescriptor> {
  if (holdout === 0 || mode === 'none' || mode === 'online') return new Map()
  return new Map([['validationLoss', msg('rule.goalDescended')]])
}
