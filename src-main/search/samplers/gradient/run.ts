import { ownValue } from '../../../core/values/named-values.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import {
  descend,
  type DescentConstants,
  type DescentState,
  startDescent,
} from '../../../math/gradient-descent/descent-rule.ts'
import {
  centralGradient,
  centralStencil,
  simultaneousGradient,
  simultaneousStencil,
  type Stencil,
} from '../../../math/gradient-descent/differences.ts'
import { clamp } from '../../../math/numbers.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import type { FloatParameter } from '../../space/search-space.ts'
import { unitSlope } from '../../space/unit-cube.ts'
import type { GradientOptions } from './options.ts'

/** Where a run's gradients come from; `unknown` until its first trial has told. */
type Estimator = 'unknown' | 'objective' | 'central' | 'spsa'

/** A position whose loss and gradient are known. */
export interface Iterate {
  /** In the unit cube. */
  readonly position: readonly number[]
  readonly loss: number
  /** By the coordinates of the unit cube. */
  readonly gradient: readonly number[]
  /** Of its last trial. */
  readonly trial: number
}

/** One descent from one start; never changed, a result gives a new one. */
export interface Run {
  readonly id: number
  /** Values of the parameters that have no gradient. */
  readonly outer: Assignment
  readonly axes: readonly FloatParameter[]
  readonly estimator: Estimator
  /** Steps taken. */
  readonly iteration: number
  /** Where gradient and loss are wanted next, in the unit cube. */
  readonly position: readonly number[]
  /** Points to evaluate for that. */
  readonly stencil: Stencil
  /** Losses at the points of the stencil so far. */
  readonly losses: ReadonlyMap<number, number>
  readonly accepted: Iterate | null
  /** The rule's memory before and after the step from the accepted place. */
  readonly memory: DescentState
  readonly nextMemory: DescentState
  /** Root mean square of the first gradient; makes step sizes independent of the loss's unit. */
  readonly unit: number
  /** Factor of the step size that `control: adaptive` moves. */
  readonly scale: number
  /** Halvings of the way since the last accepted place. */
  readonly retreats: number
  readonly best: {
    readonly loss: number
    readonly iteration: number
    readonly trial: number
  } | null
  /** Why the run has ended; null while it goes on. */
  readonly end: MessageDescriptor | null
}

export interface RunSetting {
  readonly options: GradientOptions
  readonly seed: number
  readonly minimize: boolean
  readonly iterations: number
}

/** Most parameters for which `auto` takes central differences. */
const MAX_CENTRAL = 10
const MAX_RETREATS = 8
/** `control: adaptive`, after HOAG: a loss may rise by a fifth before the step is taken back. */
const RISE = 0.2
const SHRINK = 0.5
const GROW = 1.05
const LARGEST_SCALE = 10
/** A smaller gain, relative to the loss, is no progress. */
const MIN_GAIN = 1e-4
/** Rate at which `spread` falls with the iterations of SPSA; Spall's γ. */
const SPREAD_DECAY = 0.101
const DECAY_OFFSET = 10

export function beginRun(
  setting: RunSetting,
  id: number,
  outer: Assignment,
  axes: readonly FloatParameter[],
  position: readonly number[],
): Run {
  const { estimator } = setting.options
  const run: Run = {
    id,
    outer,
    axes,
    estimator: estimator === 'auto' ? 'unknown' : estimator,
    iteration: 0,
    position,
    stencil: [],
    losses: new Map(),
    accepted: null,
    memory: startDescent(axes.length),
    nextMemory: startDescent(axes.length),
    unit: 1,
    scale: 1,
    retreats: 0,
    best: null,
    end: null,
  }
  return moveTo(setting, run, position)
}

/** The run at a new position, with nothing evaluated there. */
function moveTo(setting: RunSetting, run: Run, position: readonly number[]): Run {
  const { spread, draws } = setting.options
  const losses = new Map<number, number>()
  const { id, iteration, retreats } = run
  switch (run.axes.length === 0 ? 'objective' : run.estimator) {
    case 'unknown':
    case 'objective':
      return { ...run, position, losses, stencil: [position] }
    case 'central':
      return { ...run, position, losses, stencil: centralStencil(position, spread) }
    case 'spsa': {
      const number = (id * 1009 + iteration * 16 + retreats) >>> 0
      const random = createRandomStream({ seed: setting.seed, number, purpose: 'gradient spsa' })
      const width = spread / (1 + iteration) ** SPREAD_DECAY
      return {
        ...run,
        position,
        losses,
        stencil: simultaneousStencil(position, width, draws, random),
      }
    }
  }
}

/**
 * The run after a trial at one point of its stencil.
 * @param index of the point
 * @param position of the trial, where it is not that of the run (a way back after failures)
 */
export function tellRun(
  setting: RunSetting,
  run: Run,
  index: number,
  position: readonly number[],
  trial: TrialSnapshot,
): Run {
  const value = trial.values[0] ?? Number.NaN
  const loss = setting.minimize ? value : -value
  if (run.axes.length === 0) {
    return {
      ...run,
      best: { loss, iteration: 0, trial: trial.number },
      end: msg('ending.nothingToMove'),
    }
  }
  if (run.estimator === 'unknown' || run.estimator === 'objective') {
    return tellGradient(setting, { ...run, position }, loss, trial)
  }
  const stencil = run.stencil.map((point, at) => (at === index ? position : point))
  const losses = new Map(run.losses).set(index, loss)
  if (losses.size < stencil.length) return { ...run, stencil, losses }
  const values = stencil.map((_, at) => losses.get(at) as number)
  const gradientOf = run.estimator === 'central' ? centralGradient : simultaneousGradient
  return conclude(setting, run, {
    position: run.position,
    loss: values.reduce((sum, value) => sum + value / values.length, 0),
    gradient: gradientOf(stencil, values),
    trial: trial.number,
  })
}

function tellGradient(setting: RunSetting, run: Run, loss: number, trial: TrialSnapshot): Run {
  const { gradient } = trial
  if (gradient !== undefined) {
    const derivative = (axis: FloatParameter, at: number): number =>
      (ownValue(gradient, axis.name) ?? 0) * unitSlope(axis, run.position[at] as number)
    const iterate = { position: run.position, loss, gradient: run.axes.map(derivative) }
    const byObjective: Run = { ...run, estimator: 'objective' }
    return conclude(setting, byObjective, { ...iterate, trial: trial.number })
  }
  if (setting.options.estimator === 'objective') {
    return { ...run, end: msg('ending.noGradient', { trial: trial.number }) }
  }
  const estimator = run.axes.length <= MAX_CENTRAL ? 'central' : 'spsa'
  return moveTo(setting, improved({ ...run, estimator }, loss, trial.number), run.position)
}

function improved(run: Run, loss: number, trial: number): Run {
  const { best, iteration } = run
  const enough = best === null ? Infinity : best.loss - MIN_GAIN * Math.abs(best.loss)
  return loss < enough ? { ...run, best: { loss, iteration, trial } } : run
}

/** Loss and gradient of the run's place are known: judge them and move on. */
function conclude(setting: RunSetting, run: Run, iterate: Iterate): Run {
  const { options } = setting
  if (!Number.isFinite(iterate.loss) || !iterate.gradient.every(Number.isFinite)) {
    return retreat(setting, run)
  }
  const { accepted } = run
  if (isAdaptive(options) && accepted !== null) {
    if (iterate.loss > accepted.loss + RISE * Math.abs(accepted.loss)) {
      if (run.retreats >= MAX_RETREATS) return { ...run, end: msg('ending.noSmallerStep') }
      const shorter = { ...run, scale: run.scale * SHRINK, retreats: run.retreats + 1 }
      return step(setting, shorter, accepted)
    }
  }
  const norm = gradientNorm(iterate)
  const unit = accepted === null ? norm / Math.sqrt(run.axes.length) || 1 : run.unit
  const reached = { ...run, unit, accepted: iterate, memory: run.nextMemory, retreats: 0 }
  const withBest = improved(reached, iterate.loss, iterate.trial)
  const next: Run = { ...withBest, iteration: run.iteration + 1 }
  if (norm <= options.tolerance * unit * Math.sqrt(run.axes.length)) {
    return { ...next, end: msg('ending.smallGradient', { norm }) }
  }
  if (next.iteration - (withBest.best?.iteration ?? 0) > options.patience) {
    return { ...next, end: msg('ending.noBetterGoal', { steps: options.patience }) }
  }
  if (next.iteration >= setting.iterations)
    return { ...next, end: msg('ending.stepsDone', { steps: next.iteration }) }
  const grows = isAdaptive(options) && accepted !== null
  const scale = grows ? Math.min(run.scale * GROW, LARGEST_SCALE) : run.scale
  return step(setting, { ...next, scale }, iterate)
}

/** From an accepted place along the rule's direction. */
function step(setting: RunSetting, run: Run, from: Iterate): Run {
  const { options } = setting
  const logit = options.bounds === 'logit'
  const gradient = from.gradient.map((g, axis) => {
    const x = from.position[axis] as number
    return ((logit ? 4 * x * (1 - x) : 1) * g) / run.unit
  })
  const { state, direction } = descend(run.memory, gradient, constantsOf(options))
  const size = options.stepSize * run.scale * (1 + run.iteration / DECAY_OFFSET) ** -options.decay
  const position = from.position.map((x, axis) => {
    const move = clamp(
      -size * (direction[axis] as number),
      -options.largestStep,
      options.largestStep,
    )
    // The logit's slope is 4 in the middle, where both ways move alike.
    return logit ? fromLogit(toLogit(x) + 4 * move) : clamp(x + move, 0, 1)
  })
  return moveTo(setting, { ...run, nextMemory: state }, position)
}

/** Half of the way back to the last position with a finite loss. */
function retreat(setting: RunSetting, run: Run): Run {
  const { accepted } = run
  if (accepted === null) return { ...run, end: msg('ending.startNotFinite') }
  if (run.retreats >= MAX_RETREATS) return { ...run, end: msg('ending.nothingFiniteNearby') }
  const position = run.position.map((x, axis) => (x + (accepted.position[axis] as number)) / 2)
  return moveTo(setting, { ...run, retreats: run.retreats + 1 }, position)
}

/** Length of the gradient without what points out of the cube at a bound. */
export function gradientNorm({ position, gradient }: Iterate): number {
  return Math.hypot(
    ...gradient.map((g, axis) => {
      const x = position[axis] as number
      return (x <= 0 && g > 0) || (x >= 1 && g < 0) ? 0 : g
    }),
  )
}

function isAdaptive({ control, optimizer }: GradientOptions): boolean {
  const scaled = optimizer === 'adam' || optimizer === 'rmsprop'
  return control === undefined ? !scaled : control === 'adaptive'
}

function constantsOf({ optimizer, momentum, beta1, beta2 }: GradientOptions): DescentConstants {
  const usual = optimizer === 'rmsprop' ? 0.9 : 0.999
  return { rule: optimizer, momentum, beta1, beta2: beta2 ?? usual, epsilon: 1e-8 }
}

const LOGIT_EDGE = 1e-6

function toLogit(x: number): number {
  const inner = clamp(x, LOGIT_EDGE, 1 - LOGIT_EDGE)
  return Math.log(inner / (1 - inner))
}

function fromLogit(z: number): number {
  return 1 / (1 + Math.exp(-z))
}
