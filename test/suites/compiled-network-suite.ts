import process from 'node:process'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineName } from '../../src-main/core/machine/engines/registry.ts'
import { loadEngine } from '../../src-main/engines/load-engine.ts'
import type {
  NetworkDefinition,
  OptimizerName,
} from '../../src-main/training/models/network-definition.ts'
import { compileNetwork } from '../../src-main/training/compiled/compile-network.ts'
import type { StepScalars } from '../../src-main/training/compiled/compiled-network.ts'
import type { Engine } from '../../src-main/training/compiled/compiled-function.ts'
import { optimizerNames } from '../../src-main/training/tasks/training-hyperparameters.ts'
import {
  attention,
  categories,
  classes,
  createBatch,
  dense,
  dropout,
  images,
  largestDifference,
  request,
  scalars,
  separableImages,
  sequences,
  tabular,
  tokens,
  train,
} from '../helpers/small-trainings.ts'

const still = { learningRate: 0, momentum: 0, l2: 0 }
const moving = { learningRate: 0.1, momentum: 0.9, l2: 0, weightDecay: 0, clipNorm: 10 }

/** What trainings promise on every engine; the cpu engine is the oracle. */
export function describeCompiledNetworks(name: EngineName): void {
  describe(`compiled networks on ${name}`, () => {
    let engine: Engine
    let cpu: Engine
    beforeAll(async () => {
      engine = await loadEngine(name)
      cpu = await loadEngine('cpu')
    })

    it.each<[string, NetworkDefinition, OptimizerName]>([
      ...optimizerNames.map((name): [string, NetworkDefinition, OptimizerName] => [
        `a tabular network with ${name}`,
        tabular,
        name,
      ]),
      ['a convolutional network with adam', images, 'adam'],
      ['separable convolutions with adam', separableImages, 'adam'],
      ['LSTMs with adam', sequences('lstm'), 'adam'],
      ['GRUs with adam', sequences('gru'), 'adam'],
      ['an embedding with a GRU and adam', tokens, 'adam'],
      ['embeddings of categories with adam', categories, 'adam'],
      ['embeddings of categories with momentum', categories, 'momentum'],
      ['an attention encoder with adam', attention, 'adam'],
    ])('trains %s for 200 steps as cpu does, and learns', async (_, network, optimizer) => {
      const onEngine = await train(request(engine, network, optimizer), 200)
      const onCpu = await train(request(cpu, network, optimizer), 200)
      // float32 rounding, amplified over 200 steps; the weights are of the order of 1.
      expect(largestDifference(onEngine.state, onCpu.state)).toBeLessThan(1e-3)
      const mean = (values: number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length
      expect(mean(onEngine.losses.slice(-50))).toBeLessThan(
        0.8 * mean(onEngine.losses.slice(0, 20)),
      )
    })

    it.each<[string, NetworkDefinition]>([
      ['a tabular network', tabular],
      ['a convolutional network', images],
      ['separable convolutions', separableImages],
      ['LSTMs', sequences('lstm')],
      ['an embedding with a GRU', tokens],
      ['embeddings of categories', categories],
      ['an attention encoder', attention],
    ])('repeats the training of %s bit for bit', async (_, network) => {
      const first = await train(request(engine, network, 'adam'), 30)
      const second = await train(request(engine, network, 'adam'), 30)
      expect(second).toEqual(first)
    })

    it('resumes bit for bit from a state that was read', async () => {
      const programRequest = request(engine, images, 'adam')
      const whole = await train(programRequest, 20)
      const half = await train(programRequest, 10)
      const compiledNetwork = compileNetwork({ ...programRequest, seed: 5 })
      compiledNetwork.writeState([...half.state].reverse())
      const losses: number[] = []
      for (let step = 10; step < 20; step++) {
        const { inputs, targets } = createBatch(64, step)
        losses.push(await compiledNetwork.step(inputs, targets, scalars, step))
      }
      expect(losses).toEqual(whole.losses.slice(10))
      expect(await compiledNetwork.readState()).toEqual(whole.state)
      compiledNetwork.dispose()
    })

    it('holds its memory constant over steps and gives it back', async () => {
      const before = engine.memory()
      const compiledNetwork = compileNetwork(request(engine, images, 'adam'))
      const { inputs, targets } = createBatch(64, 0)
      const runAll = async (step: number) => {
        await compiledNetwork.step(inputs, targets, scalars, step)
        await compiledNetwork.predict(inputs.slice(0, 4 * 64))
        await compiledNetwork.evaluate(inputs.slice(0, 4 * 64), targets.slice(0, 4 * classes))
      }
      // A first run may leave what the next ones use.
      await runAll(0)
      const after = engine.memory()
      for (let step = 1; step < 10; step++) await runAll(step)
      expect(engine.memory()).toEqual(after)
      compiledNetwork.dispose()
      expect(engine.memory()).toEqual(before)
    })

    it.each<[string, StepScalars, StepScalars]>([
      ['the learning rate', still, { ...still, learningRate: 0.1 }],
      ['the momentum', moving, { ...moving, momentum: 0.1 }],
      ['L2', moving, { ...moving, l2: 0.5 }],
      ['weight decay', moving, { ...moving, weightDecay: 0.5 }],
      ['the longest gradient', moving, { ...moving, clipNorm: 1e-3 }],
    ])('takes %s from each step', async (what, first, second) => {
      const optimizer = what === 'weight decay' ? 'adamw' : 'nesterov'
      const programRequest = { ...request(engine, tabular, optimizer), clipsGradients: true }
      /** Weights after three steps; the same compiled function ran with `early` before. */
      const weights = async (early: StepScalars, scalarsOfStep: readonly StepScalars[]) => {
        const compiledNetwork = compileNetwork(programRequest)
        const start = await compiledNetwork.readState()
        const { inputs, targets } = createBatch(6, 0)
        await compiledNetwork.step(inputs, targets, early, 0)
        compiledNetwork.writeState(start)
        for (const [step, scalars] of scalarsOfStep.entries()) {
          await compiledNetwork.step(inputs, targets, scalars, step)
        }
        const state = await compiledNetwork.readState()
        compiledNetwork.dispose()
        return state
      }
      const changed = await weights(first, [first, first, second])
      expect(changed).toEqual(await weights(second, [first, first, second]))
      expect(changed).not.toEqual(await weights(first, [first, first, first]))
    })

    it('counts the steps of adam by what it is fed', async () => {
      const compiledNetwork = compileNetwork(request(engine, tabular, 'adam'))
      const start = await compiledNetwork.readState()
      const { inputs, targets } = createBatch(6, 0)
      const weightsAfter = async (step: number) => {
        compiledNetwork.writeState(start)
        await compiledNetwork.step(inputs, targets, scalars, step)
        return (await compiledNetwork.readState())[1]!.data
      }
      const [first, late] = [await weightsAfter(0), await weightsAfter(1000)]
      // The bias correction at first makes a step as long as the learning rate; later the moments of one
      // gradient alone, 0.1·g and 0.001·g², give 0.1/√0.001 of it (over 1 − 0.999¹⁰⁰¹ = 0.63).
      const steps = [first, late].map(data => Math.abs(data[0]! - start[1]!.data[0]!))
      expect(steps[0]! / scalars.learningRate).toBeCloseTo(1, 3)
      expect(steps[1]! / scalars.learningRate).toBeCloseTo(0.1 / Math.sqrt(0.001 / 0.6327), 2)
      compiledNetwork.dispose()
    })

    it('drops other values at every step and the same ones when a step repeats', async () => {
      const network: NetworkDefinition = { inputShape: [6], layers: [dropout(0.5), dense(classes)] }
      const compiledNetwork = compileNetwork(request(engine, network, 'sgd'))
      const { inputs, targets } = createBatch(6, 0)
      const losses: number[] = []
      for (const step of [0, 1, 2, 0, 1]) {
        losses.push(await compiledNetwork.step(inputs, targets, still, step))
      }
      expect(new Set(losses.slice(0, 3)).size).toBe(3)
      expect(losses.slice(3)).toEqual(losses.slice(0, 2))
      compiledNetwork.dispose()
    })
  })
}

/** That a long training leaves neither tensors nor memory behind; a network so small that it takes seconds. */
export function describeLongTraining(name: EngineName): void {
  it(`leaves nothing behind on ${name} over 20,000 steps`, { timeout: 240_000 }, async () => {
    const network: NetworkDefinition = { inputShape: [2], layers: [dense(2)] }
    const engine = await loadEngine(name)
    const compiledNetwork = compileNetwork({
      engine,
      network,
      loss: 'crossEntropy',
      optimizer: 'sgd',
      batchSize: 2,
      evaluationBatchSize: 2,
      seed: 1,
    })
    const [inputs, targets] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 0, 0, 1)]
    const run = async (from: number, to: number) => {
      for (let step = from; step < to; step++)
        await compiledNetwork.step(inputs, targets, still, step)
    }
    await run(0, 4_000)
    const held = engine.memory()
    const rssBefore = process.memoryUsage.rss()
    await run(4_000, 20_000)
    expect(engine.memory()).toEqual(held)
    // A few forgotten numbers a step would be more than this.
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(60e6)
    compiledNetwork.dispose()
  })
}
