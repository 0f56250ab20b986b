import { beforeAll, describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import type { AppError } from '../../../../src-main/core/errors/errors.ts'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import type { NetworkDefinition } from '../../../../src-main/training/models/network-definition.ts'
import type { NamedTensor } from '../../../../src-main/training/objectives/objective-host.ts'
import { compileNetwork } from '../../../../src-main/training/compiled/compile-network.ts'
import type { Engine } from '../../../../src-main/training/compiled/compiled-function.ts'
import type { CompileNetworkRequest } from '../../../../src-main/training/compiled/compiled-network.ts'
import {
  classes,
  createBatch,
  dense,
  images,
  relu,
  request,
  scalars,
  tabular,
} from '../../../helpers/small-trainings.ts'
import {
  describeLongTraining,
  describeCompiledNetworks,
} from '../../../suites/compiled-network-suite.ts'

describeCompiledNetworks('wasm')
describeLongTraining('wasm')
describeLongTraining('cpu')

describe('createTrainingPrograms', () => {
  let wasm: Engine
  beforeAll(async () => {
    wasm = await loadEngine('wasm')
  })

  it('shrinks weights and not biases by L2', async () => {
    const network: NetworkDefinition = { inputShape: [2], layers: [dense(classes)] }
    const compiledNetwork = compileNetwork({
      ...request(wasm, network, 'sgd'),
      loss: 'squaredError',
      batchSize: 1,
    })
    const before = await compiledNetwork.readWeights()
    // Inputs 0 and targets 0: the data has no gradient, so L2 acts alone.
    const feeds = [new Float32Array(2), new Float32Array(classes)] as const
    await compiledNetwork.step(...feeds, { learningRate: 0.5, momentum: 0, l2: 0.2 }, 0)
    const [weight, bias] = await compiledNetwork.readWeights()
    Array.from(weight!.data).forEach((value, index) => {
      expect(value).toBeCloseTo(0.9 * before[0]!.data[index]!, 6)
    })
    expect(bias!.data).toEqual(new Float32Array(classes))
    compiledNetwork.dispose()
  })

  it.each(['adam', 'lion'] as const)(
    'leaves L2 out of %s without changing a bit, and refuses one then',
    async optimizer => {
      const weights = await Promise.all(
        [true, false].map(async addsL2 => {
          const compiledNetwork = compileNetwork({ ...request(wasm, tabular, optimizer), addsL2 })
          const { inputs, targets } = createBatch(6, 0)
          for (let step = 0; step < 3; step++) {
            await compiledNetwork.step(inputs, targets, { ...scalars, l2: 0 }, step)
          }
          if (!addsL2) {
            await expect(
              compiledNetwork.step(inputs, targets, { ...scalars, l2: 0.1 }, 3),
            ).rejects.toMatchObject({
              code: 'training.invalid',
              detail: { field: 'l2', value: 0.1, rule: msg('rule.equal', { value: 0 }) },
            })
          }
          const read = await compiledNetwork.readWeights()
          compiledNetwork.dispose()
          return read
        }),
      )
      expect(weights[1]).toEqual(weights[0])
    },
  )

  it('evaluates with moving statistics, row by row, as predict does', async () => {
    const compiledNetwork = compileNetwork(request(wasm, tabular, 'adam'))
    for (let step = 0; step < 5; step++) {
      const { inputs, targets } = createBatch(6, step)
      await compiledNetwork.step(inputs, targets, scalars, step)
    }
    const { inputs, targets } = createBatch(6, 100, 4)
    const { outputs, losses } = await compiledNetwork.evaluate(inputs, targets)
    expect(await compiledNetwork.predict(inputs)).toEqual(outputs)
    const expected = [0, 1, 2, 3].map(row => {
      const logits = outputs.slice(row * classes, (row + 1) * classes)
      const label = targets.slice(row * classes, (row + 1) * classes).indexOf(1)
      const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0)
      return Math.log(sum) - logits[label]!
    })
    losses.forEach((loss, row) => expect(loss).toBeCloseTo(expected[row]!, 5))
    // A row's output does not depend on its neighbors.
    const swapped = Float32Array.from([
      ...inputs.slice(18),
      ...inputs.slice(6, 18),
      ...inputs.slice(0, 6),
    ])
    expect((await compiledNetwork.predict(swapped)).slice(0, classes)).toEqual(outputs.slice(9))
    compiledNetwork.dispose()
  })

  it('starts the optimizer afresh when weights are written', async () => {
    const compiledNetwork = compileNetwork(request(wasm, tabular, 'adam'))
    const first = await compiledNetwork.readState()
    const { inputs, targets } = createBatch(6, 0)
    await compiledNetwork.step(inputs, targets, scalars, 0)
    expect(await compiledNetwork.readState()).not.toEqual(first)
    compiledNetwork.writeWeights(first.slice(0, (await compiledNetwork.readWeights()).length))
    expect(await compiledNetwork.readState()).toEqual(first)
    compiledNetwork.dispose()
  })

  it('refuses weights that do not fit', async () => {
    const compiledNetwork = compileNetwork(request(wasm, tabular, 'sgd'))
    const weights = await compiledNetwork.readWeights()
    const detailOf = (tensors: readonly NamedTensor[]) => {
      try {
        compiledNetwork.writeWeights(tensors)
      } catch (error) {
        return (error as AppError).detail
      }
      throw new Error('nothing was thrown')
    }
    expect(detailOf(weights.slice(1))).toMatchObject({ field: 'tensors' })
    expect(detailOf([{ ...weights[0]!, name: 'other' }, ...weights.slice(1)])).toMatchObject({
      field: 'layers.0.dense.weight',
    })
    expect(detailOf([{ ...weights[0]!, shape: [16, 6] }, ...weights.slice(1)])).toMatchObject({
      field: 'layers.0.dense.weight.shape',
      value: [16, 6],
    })
    compiledNetwork.dispose()
  })

  it('refuses a network without flat outputs and a batch size of 0', () => {
    const convolutional: NetworkDefinition = { ...images, layers: images.layers.slice(0, 2) }
    const field = (networkRequest: CompileNetworkRequest) => {
      try {
        compileNetwork(networkRequest)
      } catch (error) {
        return (error as AppError<'training.invalid'>).detail.field
      }
      return null
    }
    expect(field(request(wasm, convolutional, 'sgd'))).toBe('layers')
    expect(field({ ...request(wasm, tabular, 'sgd'), batchSize: 0 })).toBe('batchSize')
    const tooBig = { ...images, layers: [relu, ...images.layers], inputShape: [1, 1, 1] }
    expect(field(request(wasm, tooBig, 'sgd'))).toBe('layers[3].size')
  })
})
