import { AppError } from '../../../core/errors/errors.ts'
import {
  gradientMetric,
  type GradientMode,
  gradientModes,
} from '../../../core/trial/metric-value.ts'
import { compileInnerRun } from '../../hypergradients/compile-inner-run.ts'
import type { HyperValues } from '../../hypergradients/hyper-values.ts'
import { compileImplicitGradient } from '../../hypergradients/implicit-gradient.ts'
import { sizeOf } from '../../hypergradients/flat-weights.ts'
import { createInnerProblem, type InnerProblem } from '../../hypergradients/inner-problem.ts'
import type { InnerEvaluation, InnerRequest } from '../../hypergradients/inner-rows.ts'
import { requireRightKernels, testKernels } from '../../hypergradients/self-test.ts'
import { createOnlineTraining, type OnlineRequest } from '../../hypergradients/online-training.ts'
import type { TrainNetworkRequest } from '../../loop/train-network.ts'
import { prefixMetrics } from '../../metrics/metric-definitions.ts'
import { validationOutcome } from '../../loop/validation-outcome.ts'
import type { NamedTensor, ObjectiveResult } from '../../objectives/objective-host.ts'
import {
  directionOf,
  gradientByName,
  hasInputDecays,
  headOf,
  type Mapping,
  mapHyperparameters,
  onlineSettings,
} from './hyperparameters.ts'
import { testMinimum, testOnline, testSteps } from './test-start.ts'
import { divide, joinOutputs } from './validation-parts.ts'
import { chooseMode, type HypergradientSettings } from './settings.ts'

export interface HypergradientTraining extends Pick<
  TrainNetworkRequest,
  'engine' | 'network' | 'loss' | 'training' | 'validation' | 'host'
> {
  readonly settings: HypergradientSettings
  /** Continuous hyperparameters that the trial was given. */
  readonly continuous: Readonly<Record<string, number>>
  /** Also decides initial weights, batches and noise: trials of a study differ in their hyperparameters only. */
  readonly studySeed: number
  /** The first trial of a study tests whole trainings before its own, all others their kernels only. */
  readonly isFirst: boolean
}

/** online: points of the learning rate's curve, at most. */
const ONLINE_REPORTS = 50
/** Rows of the self-test of kernels. */
const TESTED_ROWS = 8
/** implicit: the derivative of the training loss at which it counts as converged. */
const FIT_TOLERANCE = 1e-5

interface Outcome extends InnerEvaluation {
  readonly weights: readonly Float32Array[]
  /** By hyperparameter; null in the modes none and online. */
  readonly gradient: Readonly<Record<string, number>> | null
  readonly selfTestError: number | null
  /** online: the last one. */
  readonly learningRate?: number
}

/**
 * One inner run with its hypergradient: reports once, at its last step, `trainLoss`, `validationLoss` (of the rows that the
 * gradient sees), `holdoutLoss` (of those it does not), the measures of all validation rows, `gradient.NAME`,
 * `gradientNorm`, `gradientMode` (1 forward, 2 reverse, 3 implicit, 4 online) and `selfTestError`. Online mode also reports
 * `learningRate` and `stepLoss` (of the batch, before the step) on the way.
 * @throws AppError `training.gradientWrong` where a self-test fails; `training.invalid` for a network or
 *   hyperparameter without hypergradients; `training.nonFinite`
 */
export async function trainWithHypergradients(
  training: HypergradientTraining,
): Promise<ObjectiveResult> {
  const { host, settings, engine, continuous, validation } = training
  if ((await host.yieldNow()) === 'stop') return { finished: false, best: null, last: null }
  const captures = engine.capturesFunctions === true
  const mode = chooseMode(settings, Object.keys(continuous).length, captures)
  const problem = createInnerProblem({
    network: training.network,
    loss: training.loss,
    decayPerInput: hasInputDecays(continuous),
    head: headOf(continuous),
  })
  const steps = mode === 'implicit' ? 1 : settings.steps
  const mapping = mapHyperparameters(problem, steps, mode === 'online' ? {} : continuous)
  const kernelError =
    mode === 'none' || mode === 'online' ? null : await testFirstRows(training, problem)
  const parts = divide(validation.source, settings.holdout, training.studySeed)
  const request: InnerRequest = {
    engine,
    problem,
    training: training.training,
    seed: training.studySeed,
    validation: parts.seen,
    holdout: parts.unseen,
  }
  const outcome =
    mode === 'online'
      ? await runOnline(training, request)
      : mode === 'implicit'
        ? await runToMinimum(training, request, mapping)
        : await runSteps(training, request, mapping, mode)
  if (outcome === null) return { finished: false, best: null, last: null }
  requireFinite(outcome, steps)
  const outputs = joinOutputs(outcome, parts)
  const metrics = {
    trainLoss: outcome.trainLoss,
    validationLoss: outcome.validationLoss,
    ...(outcome.holdoutLoss === null ? {} : { holdoutLoss: outcome.holdoutLoss }),
    ...prefixMetrics('validation', validation.measure(outputs)),
    ...gradientMetrics(outcome, mode, kernelError),
    ...(outcome.learningRate === undefined ? {} : { learningRate: outcome.learningRate }),
  }
  const best = { step: steps, metrics }
  const proceed = await host.report(steps, metrics, true)
  if (proceed === 'stop') return { finished: false, best, last: best }
  const weights = problem.variables.map(({ name, shape }, at): NamedTensor => ({
    name,
    shape,
    data: outcome.weights[at] as Float32Array,
  }))
  const parameterCount = weights.reduce((sum, { data }) => sum + data.length, 0)
  const modelBytes = weights.reduce((sum, { data }) => sum + data.byteLength, 0)
  const size = { parameterCount, modelBytes }
  return {
    finished: true,
    best,
    last: best,
    size,
    weights: { best: weights, last: weights },
    ...validationOutcome(validation, outputs),
  }
}

function gradientMetrics(
  { gradient, selfTestError }: Outcome,
  mode: GradientMode,
  kernelError: number | null,
): Record<string, number> {
  if (mode === 'none') return {}
  const entries = Object.entries(gradient ?? {})
  const tested = [selfTestError, kernelError].filter(error => error !== null)
  return {
    ...Object.fromEntries(entries.map(([name, value]) => [gradientMetric(name), value])),
    ...(gradient === null ? {} : { gradientNorm: Math.hypot(...Object.values(gradient)) }),
    gradientMode: gradientModes.indexOf(mode) + 1,
    ...(tested.length === 0 ? {} : { selfTestError: Math.max(...tested) }),
  }
}

async function testFirstRows(
  { engine, training, studySeed }: HypergradientTraining,
  problem: InnerProblem,
): Promise<number> {
  const count = Math.min(TESTED_ROWS, training.rows)
  const inputs = new Float32Array(count * training.inputSize)
  const targets = new Float32Array(count * training.targetSize)
  training.fill(null, 0, count, inputs, targets)
  const weights = problem.network.initialValues(studySeed)
  return requireRightKernels(
    await testKernels(engine, problem, { inputs, targets, count }, weights),
  )
}

async function runSteps(
  training: HypergradientTraining,
  request: InnerRequest,
  mapping: Mapping,
  mode: GradientMode,
): Promise<Outcome> {
  const { settings } = training
  const { steps, checkpointEvery, batchSize = request.training.rows } = settings
  const compiled = compileInnerRun({ ...request, steps, batchSize })
  try {
    if (mode === 'none') {
      return { ...(await compiled.value(mapping.values)), gradient: null, selfTestError: null }
    }
    const names = [...mapping.entries.keys()]
    const horizon = Math.min(settings.horizon ?? steps, steps)
    const withGradient = async (values: HyperValues) => {
      if (mode === 'reverse') {
        const { gradient, ...result } = await compiled.reverse(values, { horizon, checkpointEvery })
        return { ...result, gradient: gradientByName(mapping, gradient) }
      }
      const directions = names.map(name => directionOf(mapping, name))
      const { derivatives, ...result } = await compiled.forward(values, directions)
      const named = names.map((name, at) => [name, derivatives[at] as number] as const)
      return { ...result, gradient: Object.fromEntries(named) }
    }
    // A truncated gradient differs from finite differences, as it should: its kernels alone are tested.
    const tested = training.isFirst && (mode === 'forward' || horizon === steps)
    const selfTestError = tested
      ? await testSteps(startTest(training, mapping), compiled, async values => {
          const { gradient } = await withGradient(values)
          return gradient
        })
      : null
    return { ...(await withGradient(mapping.values)), selfTestError }
  } finally {
    compiled.dispose()
  }
}

function startTest({ continuous, studySeed }: HypergradientTraining, mapping: Mapping) {
  return { mapping, continuous, seed: studySeed }
}

async function runToMinimum(
  training: HypergradientTraining,
  request: InnerRequest,
  mapping: Mapping,
): Promise<Outcome> {
  const { values } = mapping
  const { damping } = training.settings
  const compiled = compileImplicitGradient(request)
  try {
    const fit = await compiled.fit(values, { tolerance: FIT_TOLERANCE })
    const evaluation = await compiled.evaluate(fit.weights)
    let offset = 0
    const weights = request.problem.variables.map(({ shape }) => {
      const size = sizeOf(shape)
      offset += size
      return fit.weights.slice(offset - size, offset)
    })
    const { gradient } = await compiled.gradient(values, fit.weights, { damping })
    const byName = gradientByName(mapping, gradient)
    const start = startTest(training, mapping)
    const selfTestError = training.isFirst
      ? await testMinimum(start, compiled, fit.weights, byName, damping)
      : null
    return { ...evaluation, weights, gradient: byName, selfTestError }
  } finally {
    compiled.dispose()
  }
}

/** A learning rate that follows its own gradient; null when the host said stop. */
async function runOnline(
  training: HypergradientTraining,
  inner: InnerRequest,
): Promise<Outcome | null> {
  const { settings, continuous, host } = training
  const { direction, levels, steps, batchSize = inner.training.rows } = settings
  const request: OnlineRequest = { ...inner, batchSize, direction, levels }
  const initialSettings = onlineSettings(continuous)
  const selfTestError = training.isFirst
    ? await testOnline(other => createOnlineTraining(request, other), initialSettings)
    : null
  const online = createOnlineTraining(request, initialSettings)
  const every = Math.ceil(steps / ONLINE_REPORTS)
  try {
    let learningRate = 0
    for (let step = 0; step < steps; step++) {
      if ((await host.yieldNow()) === 'stop') return null
      const stepResult = await online.step()
      learningRate = stepResult.learningRate
      const done = step + 1
      if (done % every !== 0 || done === steps) continue
      // The curve of what is learned on the way; the goal has a value at the end only.
      const reported = { learningRate, stepLoss: stepResult.loss }
      if ((await host.report(done, reported)) === 'stop') return null
    }
    const evaluation = await online.evaluate()
    const weights = await online.weights()
    return { ...evaluation, weights, gradient: null, selfTestError, learningRate }
  } finally {
    online.dispose()
  }
}

function requireFinite(outcome: Outcome, step: number): void {
  const values = {
    trainLoss: outcome.trainLoss,
    validationLoss: outcome.validationLoss,
    ...Object.fromEntries(
      Object.entries(outcome.gradient ?? {}).map(([name, value]) => [gradientMetric(name), value]),
    ),
  }
  for (const [metric, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) {
      throw new AppError('training.nonFinite', { metric, step, value: String(value) })
    }
  }
}
