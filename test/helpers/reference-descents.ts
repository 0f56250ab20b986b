import {
  descend,
  type DescentConstants,
  startDescent,
} from '../../src-main/math/gradient-descent/descent-rule.ts'
import { compileInnerRun } from '../../src-main/training/hypergradients/compile-inner-run.ts'
import type { HyperValues } from '../../src-main/training/hypergradients/hyper-values.ts'
import { compileImplicitGradient } from '../../src-main/training/hypergradients/implicit-gradient.ts'
import { createInnerProblem } from '../../src-main/training/hypergradients/inner-problem.ts'
import type { Engine } from '../../src-main/training/compiled/compiled-function.ts'
import { loadDigits } from './digits.ts'

/**
 * The problems of a reference run in NumPy and SciPy, double precision: softmax regression on the digits of 8 × 8 pixels,
 * 899 rows train, 449 validate, 449 test. Natural logarithms of L2 weights and step sizes are searched, by Adam.
 */
const network = { inputShape: [64], layers: [{ kind: 'dense' as const, units: 10 }] }
const adam: DescentConstants = {
  rule: 'adam',
  momentum: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-12,
}
/** The best of 60 constant step sizes there. */
export const constantStep = 1.98809

export interface Losses {
  readonly validation: number
  readonly test: number
}

/** Trainings to the minimum, with one L2 weight or one per pixel. */
export function implicitProblem(engine: Engine, decayPerInput: boolean) {
  const { training, validation, test: holdout } = loadDigits()
  const problem = createInnerProblem({ network, loss: 'crossEntropy', decayPerInput, head: [] })
  const compiled = compileImplicitGradient({
    engine,
    problem,
    training,
    validation,
    holdout,
    seed: 0,
  })
  const valuesAt = (logs: readonly number[]): HyperValues => ({
    rates: new Float32Array(0),
    momentum: new Float32Array(0),
    decay: Float32Array.from(logs, Math.exp),
    head: new Float32Array(problem.headSize).fill(1),
  })
  return { compiled, valuesAt }
}

/** Adam on logarithms of L2 weights with gradients by implicit differentiation; the losses on the way. */
export async function descendImplicitly(
  engine: Engine,
  start: readonly number[],
  steps: number,
  rate: number,
): Promise<Losses[]> {
  const { compiled, valuesAt } = implicitProblem(engine, start.length > 1)
  let logs = start
  let memory = startDescent(start.length)
  let weights = new Float32Array(650)
  const losses: Losses[] = []
  for (let step = 0; step < steps; step++) {
    const values = valuesAt(logs)
    const fit = await compiled.fit(values, { start: weights, tolerance: 1e-6 })
    weights = fit.weights as Float32Array<ArrayBuffer>
    const { validationLoss, holdoutLoss } = await compiled.evaluate(weights)
    losses.push({ validation: validationLoss, test: holdoutLoss as number })
    const { gradient } = await compiled.gradient(values, weights, { tolerance: 1e-3 })
    const byLogs = Array.from(gradient.decay, (g, at) => g * (values.decay[at] as number))
    const next = descend(memory, byLogs, adam)
    memory = next.state
    logs = logs.map((log, at) =>
      Math.min(Math.max(log - rate * (next.direction[at] as number), -16), 6),
    )
  }
  compiled.dispose()
  return losses
}

/** 50 full-batch steps with momentum 0.9 from zero weights; one step size each. */
export function scheduleProblem(engine: Engine) {
  const { training, validation, test: holdout } = loadDigits()
  const problem = createInnerProblem({
    network,
    loss: 'crossEntropy',
    decayPerInput: false,
    head: [],
  })
  const compiled = compileInnerRun({
    engine,
    problem,
    training,
    validation,
    holdout,
    steps: 50,
    batchSize: 899,
    seed: 0,
    initialWeights: [new Float32Array(640), new Float32Array(10)],
  })
  const valuesAt = (logs: readonly number[]): HyperValues => ({
    rates: Float32Array.from(logs, Math.exp),
    momentum: Float32Array.of(0.9),
    decay: new Float32Array(1),
    head: new Float32Array(problem.headSize).fill(1),
  })
  return { compiled, valuesAt }
}

/** Adam on logarithms of the 50 step sizes by reverse mode, from three tenths of the best constant. */
export async function descendSchedule(
  engine: Engine,
  steps: number,
): Promise<{ losses: Losses[]; firstGradient: Float32Array; last: Losses }> {
  const { compiled, valuesAt } = scheduleProblem(engine)
  let logs: readonly number[] = new Array<number>(50).fill(Math.log(0.3 * constantStep))
  let memory = startDescent(50)
  const losses: Losses[] = []
  let firstGradient = new Float32Array(0)
  for (let step = 0; step < steps; step++) {
    const { gradient, validationLoss, holdoutLoss } = await compiled.reverse(valuesAt(logs))
    if (step === 0) firstGradient = gradient.rates as Float32Array<ArrayBuffer>
    losses.push({ validation: validationLoss, test: holdoutLoss as number })
    const byLogs = Array.from(gradient.rates, (g, at) => g * Math.exp(logs[at] as number))
    const next = descend(memory, byLogs, adam)
    memory = next.state
    logs = logs.map((log, at) => log - 0.05 * (next.direction[at] as number))
  }
  const { validationLoss, holdoutLoss } = await compiled.value(valuesAt(logs))
  compiled.dispose()
  return {
    losses,
    firstGradient,
    last: { validation: validationLoss, test: holdoutLoss as number },
  }
}
