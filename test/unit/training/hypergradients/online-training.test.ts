import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { createInnerProblem } from '../../../../src-main/training/hypergradients/inner-problem.ts'
import {
  createOnlineTraining,
  type OnlineDirection,
  type OnlineSettings,
} from '../../../../src-main/training/hypergradients/online-training.ts'
import type { NetworkDefinition } from '../../../../src-main/training/models/network-definition.ts'
import type { Engine } from '../../../../src-main/training/compiled/compiled-function.ts'
import { loadDigits } from '../../../helpers/digits.ts'
import { networks, rowsFor } from '../../../helpers/hypergradient-problems.ts'

let engine: Engine
beforeAll(async () => {
  engine = await loadEngine('wasm')
})
afterAll(() => {
  engine.dispose()
})

function trainingOf(
  direction: OnlineDirection,
  levels: number,
  settings: Partial<OnlineSettings>,
  network: NetworkDefinition = networks.MLP,
) {
  const problem = createInnerProblem({
    network,
    loss: 'crossEntropy',
    decayPerInput: false,
    head: [],
  })
  const shared = { learningRate: 0.05, momentum: 0.8, l2: 0.01, hyperRate: 0, ...settings }
  return createOnlineTraining(
    {
      engine,
      problem,
      holdout: null,
      batchSize: 24,
      direction,
      levels,
      seed: 2,
      training: rowsFor(network, 24, 0),
      validation: rowsFor(network, 24, 1),
    },
    shared,
  )
}

describe('online hypergradients', () => {
  it.each(['sgd', 'momentum', 'adam'] as const)(
    '%s: the derivative by the last rate agrees with differences',
    async direction => {
      // The rate of the third step alone is moved: the loss before the fourth, with what decays the weights.
      const run = async (learningRate: number) => {
        const training = trainingOf(direction, 0, { learningRate, l2: 0 })
        const first = await training.step()
        const second = await training.step()
        training.dispose()
        return { before: first.loss, after: second.loss, derivative: second.derivative }
      }
      const rate = 0.05
      const width = 0.01
      const [atRate, above, below] = [
        await run(rate),
        await run(rate + width),
        await run(rate - width),
      ]
      const wanted = (above.after - below.after) / (2 * width)
      expect(Math.abs(atRate.derivative / wanted - 1)).toBeLessThan(0.01)
      expect(atRate.after).toBeLessThan(atRate.before)
    },
  )

  it('additive: α grows by κ times the inner product of successive directions', async () => {
    const training = trainingOf('sgd', 0, { hyperRate: 0.01 })
    let rate = 0.05
    for (let step = 0; step < 5; step++) {
      const { learningRate, derivative } = await training.step()
      rate -= 0.01 * derivative
      expect(learningRate).toBeCloseTo(rate, 6)
    }
    expect(rate).toBeGreaterThan(0.05)
    training.dispose()
  })

  it('a tower of logarithms: log α descends by its own derivative, log κ by that one’s', async () => {
    const hyperRate = 0.3
    const training = trainingOf('momentum', 2, { hyperRate })
    let [alpha, kappa, before] = [0.05, hyperRate, 0]
    for (let step = 0; step < 6; step++) {
      const { learningRate, derivative } = await training.step()
      const d = alpha * derivative
      kappa *= Math.exp(hyperRate * kappa * d * before)
      alpha *= Math.exp(-kappa * d)
      before = d
      expect(learningRate / alpha).toBeCloseTo(1, 4)
    }
    training.dispose()
  })

  it('from a rate a thousand times too small: far better than without, and more levels care less', async () => {
    const network = { inputShape: [64], layers: [{ kind: 'dense' as const, units: 10 }] }
    const { training, validation } = loadDigits()
    const problem = createInnerProblem({
      network,
      loss: 'crossEntropy',
      decayPerInput: false,
      head: [],
    })
    const lossOf = async (levels: number, hyperRate: number): Promise<number> => {
      const online = createOnlineTraining(
        {
          engine,
          problem,
          training,
          validation,
          holdout: null,
          batchSize: 128,
          direction: 'sgd',
          levels,
          seed: 1,
        },
        { learningRate: 0.001, momentum: 0, l2: 0, hyperRate },
      )
      for (let step = 0; step < 120; step++) await online.step()
      const { validationLoss } = await online.evaluate()
      online.dispose()
      return validationLoss
    }
    const plain = await lossOf(0, 0)
    expect(plain).toBeGreaterThan(2)
    expect(await lossOf(0, 0.02)).toBeLessThan(0.5 * plain)
    const [oneLevel, twoLevels] = [await lossOf(1, 20), await lossOf(2, 20)]
    expect(twoLevels).toBeLessThan(oneLevel)
    expect(await lossOf(1, 50)).toBeLessThan(0.5 * plain)
  })

  it('leaves no tensor behind', async () => {
    const before = engine.memory().tensors
    const training = trainingOf('adam', 1, { hyperRate: 0.1 })
    const both = async (): Promise<void> => {
      await training.step()
      await training.evaluate()
    }
    // Engines that record compiled functions keep the tensors of a record.
    await both()
    await both()
    const { tensors } = engine.memory()
    for (let step = 0; step < 20; step++) await both()
    expect(engine.memory().tensors).toBe(tensors)
    training.dispose()
    expect(engine.memory().tensors).toBe(before)
  })
})
