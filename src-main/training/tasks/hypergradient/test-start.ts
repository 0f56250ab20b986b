import { ownValue } from '../../../core/values/named-values.ts'
import { clamp } from '../../../math/numbers.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import type { CompiledInnerRun } from '../../hypergradients/compile-inner-run.ts'
import { type HyperValues, moved } from '../../hypergradients/hyper-values.ts'
import type { CompiledImplicitGradient } from '../../hypergradients/implicit-gradient.ts'
import type { OnlineSettings, OnlineTraining } from '../../hypergradients/online-training.ts'
import { requireRightRun, testDifferences, testRun } from '../../hypergradients/self-test.ts'
import { directionOf, type Mapping } from './hyperparameters.ts'

/**
 * The first trial of a study tests, before it trains, the very gradient that the study is about to follow, on its own
 * model, data and engine, against differences of whole trainings. Every function
 * @throws AppError `training.gradientWrong` where they disagree, which ends the study
 * @returns the relative error
 */

type Gradient = Readonly<Record<string, number>>

/** Shares of the rates at which a run is tested, where the one before diverges. */
const cautions = [1, 1 / 8, 1 / 64]
/** Change of hyperparameters around a minimum, relative: trainings end where rounding ends them. */
const MINIMUM_STEP = 0.1
const MINIMUM_NOISE = 1e-5
const RETRAIN_TOLERANCE = 1e-6
/** Rates at which a step is long enough to be measured and short enough not to diverge. */
const [LOWEST_RATE, HIGHEST_RATE] = [0.01, 0.1]

/**
 * Every hyperparameter moves by a share of itself, all of them uphill, so that no parts cancel and leave a difference that
 * rounding and curvature rule.
 */
function uphill(
  mapping: Mapping,
  continuous: Gradient,
  gradient: Gradient,
  seed: number,
): { readonly direction: HyperValues; readonly derivative: number } {
  const random = createRandomStream({ seed, number: 0, purpose: 'gradient test' })
  let derivative = 0
  let direction = directionOf(mapping, null)
  for (const [name, value] of Object.entries(continuous)) {
    const slope = ownValue(gradient, name) as number
    const share = Math.abs(value) * (0.5 + random.uniform()) * Math.sign(slope)
    derivative += share * slope
    direction = moved(direction, directionOf(mapping, name), share)
  }
  return { direction, derivative }
}

export interface StartTest {
  readonly mapping: Mapping
  /** Values of the trial. */
  readonly continuous: Gradient
  readonly seed: number
}

/**
 * Reverse or forward mode, at the trial's own values or, where they diverge, at smaller rates; null where those diverge,
 * too, and with them the trial.
 */
export async function testSteps(
  { mapping, continuous, seed }: StartTest,
  compiled: Pick<CompiledInnerRun, 'value'>,
  gradientAt: (values: HyperValues) => Promise<Gradient>,
): Promise<number | null> {
  for (const caution of cautions) {
    const cautious = Object.entries(continuous).map(
      ([name, value]) => [name, name.startsWith('learningRate') ? value * caution : value] as const,
    )
    const { rates } = mapping.values
    const values = { ...mapping.values, rates: rates.map(rate => rate * caution) }
    const gradient = await gradientAt(values)
    if (!Object.values(gradient).every(Number.isFinite)) continue
    const way = uphill(mapping, Object.fromEntries(cautious), gradient, seed)
    const error = await testRun(compiled, values, way.direction, way.derivative)
    requireRightRun(error)
    return error
  }
  return null
}

/**
 * Implicit mode: the damped gradient is exactly that of trainings which are held at the weights they start from by
 * ½ damping ‖w − w₀‖².
 */
export async function testMinimum(
  { mapping, continuous, seed }: StartTest,
  compiled: Pick<CompiledImplicitGradient, 'fit' | 'evaluate'>,
  weights: Float32Array,
  gradient: Gradient,
  damping: number,
): Promise<number> {
  const { direction, derivative } = uphill(mapping, continuous, gradient, seed)
  const lossAt = async (side: number): Promise<number> => {
    const values = moved(mapping.values, direction, side)
    const options = { start: weights, tolerance: RETRAIN_TOLERANCE, pull: damping }
    const fit = await compiled.fit(values, options)
    return (await compiled.evaluate(fit.weights)).validationLoss
  }
  const scales = { step: MINIMUM_STEP, noise: MINIMUM_NOISE }
  const error = await testDifferences(lossAt, derivative, scales)
  requireRightRun(error)
  return error
}

/** Online: the derivative by the rate of one step, against the loss after steps with other rates. */
export async function testOnline(
  create: (settings: OnlineSettings) => Pick<OnlineTraining, 'step' | 'dispose'>,
  settings: OnlineSettings,
): Promise<number> {
  const rate = clamp(settings.learningRate, LOWEST_RATE, HIGHEST_RATE)
  const stepped = async (learningRate: number) => {
    // The derivative counts the pull of the decay, the reported loss does not.
    const training = create({ ...settings, learningRate, hyperRate: 0, l2: 0 })
    try {
      await training.step()
      return await training.step()
    } finally {
      training.dispose()
    }
  }
  const { derivative } = await stepped(rate)
  const lossAt = async (side: number): Promise<number> => (await stepped(rate * (1 + side))).loss
  const error = await testDifferences(lossAt, derivative * rate)
  requireRightRun(error)
  return error
}
