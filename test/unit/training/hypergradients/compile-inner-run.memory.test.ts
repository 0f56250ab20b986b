import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import {
  descend,
  type DescentConstants,
  startDescent,
} from '../../../../src-main/math/gradient-descent/descent-rule.ts'
import { compileInnerRun } from '../../../../src-main/training/hypergradients/compile-inner-run.ts'
import { createInnerProblem } from '../../../../src-main/training/hypergradients/inner-problem.ts'
import type { Engine } from '../../../../src-main/training/compiled/compiled-function.ts'
import { networks, rowsFor, usualValues } from '../../../helpers/hypergradient-problems.ts'

let engine: Engine
beforeAll(async () => {
  engine = await loadEngine('wasm')
})
afterAll(() => {
  engine.dispose()
})

/** A run whose largest number of live tensors is watched, step by step. */
function watchedRun(steps: number) {
  const network = networks.MLP
  const problem = createInnerProblem({
    network,
    loss: 'crossEntropy',
    decayPerInput: false,
    head: [],
  })
  let most = 0
  const watched = {
    ...problem,
    lossGradientTangent: (...parameters: Parameters<typeof problem.lossGradientTangent>) => {
      most = Math.max(most, tf.memory().numTensors)
      return problem.lossGradientTangent(...parameters)
    },
  }
  const compiled = compileInnerRun({
    engine,
    problem: watched,
    holdout: null,
    steps,
    batchSize: 24,
    seed: 1,
    training: rowsFor(network, 24, 0),
    validation: rowsFor(network, 24, 1),
  })
  const values = usualValues(problem, steps)
  const peakOf = async (run: () => Promise<unknown>): Promise<number> => {
    most = 0
    await run()
    return most
  }
  return { compiled, values, peakOf }
}

it('memory of forward mode does not depend on the number of steps, that of reverse mode does', async () => {
  const forward: number[] = []
  const reverse: number[] = []
  const thinned: number[] = []
  for (const steps of [5, 20, 45]) {
    const { compiled, values, peakOf } = watchedRun(steps)
    forward.push(await peakOf(() => compiled.forward(values, [values])))
    reverse.push(await peakOf(() => compiled.reverse(values)))
    thinned.push(await peakOf(() => compiled.reverse(values, { checkpointEvery: 9 })))
    compiled.dispose()
  }
  expect(forward[1]).toBe(forward[2])
  expect((reverse[2] as number) - (reverse[1] as number)).toBeGreaterThan(100)
  // Every ninth state, and those of one segment: far fewer than all 45.
  expect((thinned[2] as number) - (thinned[0] as number)).toBeLessThan(
    ((reverse[2] as number) - (reverse[0] as number)) / 2,
  )
})

it('1,000 outer steps leave no tensor behind and lower the loss', async () => {
  const steps = 2
  const network = networks['logistic regression']
  const problem = createInnerProblem({
    network,
    loss: 'crossEntropy',
    decayPerInput: false,
    head: [],
  })
  const compiled = compileInnerRun({
    engine,
    problem,
    holdout: null,
    steps,
    batchSize: 24,
    seed: 1,
    training: rowsFor(network, 24, 0),
    validation: rowsFor(network, 24, 1),
  })
  const adam: DescentConstants = {
    rule: 'adam',
    momentum: 0,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  }
  let values = usualValues(problem, steps)
  let memory = startDescent(steps)
  const first = (await compiled.reverse(values)).validationLoss
  await compiled.reverse(values)
  const { tensors } = engine.memory()
  let last = first
  for (let turn = 0; turn < 1000; turn++) {
    const { gradient, validationLoss } = await compiled.reverse(values)
    last = validationLoss
    const { state, direction } = descend(memory, [...gradient.rates], adam)
    memory = state
    values = {
      ...values,
      rates: values.rates.map((rate, at) => rate - 0.01 * (direction[at] as number)),
    }
  }
  expect(engine.memory().tensors).toBe(tensors)
  expect(last).toBeLessThan(first)
  compiled.dispose()
})
