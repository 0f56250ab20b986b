import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import { loadEngine } from '../../../../../src-main/engines/load-engine.ts'
import { compileInnerRun } from '../../../../../src-main/training/hypergradients/compile-inner-run.ts'
import { compileImplicitGradient } from '../../../../../src-main/training/hypergradients/implicit-gradient.ts'
import { createInnerProblem } from '../../../../../src-main/training/hypergradients/inner-problem.ts'
import {
  createOnlineTraining,
  type OnlineDirection,
} from '../../../../../src-main/training/hypergradients/online-training.ts'
import type { Engine } from '../../../../../src-main/training/compiled/compiled-function.ts'
import {
  gradientByName,
  mapHyperparameters,
} from '../../../../../src-main/training/tasks/hypergradient/hyperparameters.ts'
import {
  testMinimum,
  testOnline,
  testSteps,
} from '../../../../../src-main/training/tasks/hypergradient/test-start.ts'
import { networks, rowsFor } from '../../../../helpers/hypergradient-problems.ts'

type Gradient = Readonly<Record<string, number>>

let engine: Engine
beforeAll(async () => {
  engine = await loadEngine('wasm')
})
afterAll(() => {
  engine.dispose()
})

function problemOf(model: keyof typeof networks) {
  const network = networks[model]
  const problem = createInnerProblem({
    network,
    loss: 'crossEntropy',
    decayPerInput: false,
    head: [],
  })
  const rows = { training: rowsFor(network, 60, 0), validation: rowsFor(network, 60, 1) }
  return { problem, rows: { ...rows, holdout: null, seed: 3 } }
}

/** Off by a tenth in everything. */
const wrong = (gradient: Gradient): Gradient =>
  Object.fromEntries(Object.entries(gradient).map(([name, value]) => [name, value * 1.1]))

describe('the test at the start of a study', () => {
  function steps(learningRate: number) {
    const { problem, rows } = problemOf('MLP')
    const continuous = { learningRate, momentum: 0.5, l2: 0.02 }
    const mapping = mapHyperparameters(problem, 5, continuous)
    const compiled = compileInnerRun({ ...rows, engine, problem, steps: 5, batchSize: 60 })
    const triedRates: number[] = []
    const gradientAt = async (values: typeof mapping.values): Promise<Gradient> => {
      triedRates.push(values.rates[0] as number)
      return gradientByName(mapping, (await compiled.reverse(values)).gradient)
    }
    return { start: { mapping, continuous, seed: 1 }, compiled, gradientAt, triedRates }
  }

  it('passes a right gradient through steps and refuses a wrong one', async () => {
    const { start, compiled, gradientAt } = steps(0.2)
    expect(await testSteps(start, compiled, gradientAt)).toBeLessThan(0.01)
    const refused = testSteps(start, compiled, async values => wrong(await gradientAt(values)))
    await expect(refused).rejects.toMatchObject({
      code: 'training.gradientWrong',
      detail: { operation: msg('failure.wholeRun'), layer: msg('failure.allLayers') },
    })
    compiled.dispose()
  })

  it('goes to smaller rates where the first ones diverge', async () => {
    const { start, compiled, gradientAt, triedRates } = steps(0.4)
    const error = await testSteps(start, compiled, async values => {
      const gradient = await gradientAt(values)
      return triedRates.length === 1 ? { ...gradient, learningRate: Number.NaN } : gradient
    })
    expect(triedRates[1]).toBeCloseTo(0.05, 6)
    expect(error).toBeLessThan(0.01)
    const none = await testSteps(start, compiled, () =>
      Promise.resolve({ learningRate: Number.NaN }),
    )
    expect(none).toBeNull()
    compiled.dispose()
  })

  it.each([
    ['logistic regression', 0],
    ['logistic regression', 0.01],
    ['MLP', 0.01],
  ] as const)('implicit, %s with damping %f', async (model, damping) => {
    const { problem, rows } = problemOf(model)
    const continuous = { l2: 0.05 }
    const mapping = mapHyperparameters(problem, 1, continuous)
    const compiled = compileImplicitGradient({ ...rows, engine, problem })
    const { weights } = await compiled.fit(mapping.values)
    const { gradient } = await compiled.gradient(mapping.values, weights, { damping })
    const byName = gradientByName(mapping, gradient)
    const start = { mapping, continuous, seed: 1 }
    expect(await testMinimum(start, compiled, weights, byName, damping)).toBeLessThan(0.01)
    const refused = testMinimum(start, compiled, weights, wrong(byName), damping)
    await expect(refused).rejects.toMatchObject({ code: 'training.gradientWrong' })
    compiled.dispose()
  })

  it.each([
    ['sgd', 0],
    ['momentum', 2],
    ['adam', 1],
  ] as const)('online, %s, %i levels', async (direction: OnlineDirection, levels) => {
    const { problem, rows } = problemOf('MLP')
    const request = { ...rows, engine, problem, batchSize: 24, direction, levels }
    const settings = { learningRate: 0.02, momentum: 0.6, l2: 0.01, hyperRate: 0.1 }
    const error = await testOnline(
      runSettings => createOnlineTraining(request, runSettings),
      settings,
    )
    expect(error).toBeLessThan(0.01)
    const refused = testOnline(runSettings => {
      const training = createOnlineTraining(request, runSettings)
      const step = async () => {
        const stepResult = await training.step()
        return { ...stepResult, derivative: stepResult.derivative * 1.1 }
      }
      return { ...training, step }
    }, settings)
    await expect(refused).rejects.toMatchObject({ code: 'training.gradientWrong' })
  })
})
