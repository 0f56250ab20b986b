import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  planReplay,
  type RecordedKernel,
} from '../../../../../src-main/engines/wasm/replay/plan.ts'
import { startWasmEngine } from '../../../../../src-main/engines/wasm/start-wasm-engine.ts'
import type {
  Engine,
  TrainingFunction,
  StateEntry,
  TensorSpecification,
} from '../../../../../src-main/training/compiled/compiled-function.ts'
import type { NetworkDefinition } from '../../../../../src-main/training/models/network-definition.ts'
import {
  attention,
  categories,
  images,
  request,
  separableImages,
  sequences,
  tabular,
  tokens,
  train,
} from '../../../../helpers/small-trainings.ts'

const vector: TensorSpecification = { shape: [3], dtype: 'float32' }
const sums: StateEntry = { name: 'sums', ...vector, data: Float32Array.of(1, 2, 3) }

describe('replayed functions on wasm', () => {
  let engine: Engine
  let oracle: Engine
  const cleanUp: (() => void)[] = []
  beforeAll(async () => {
    engine = await startWasmEngine()
    oracle = await startWasmEngine({ replays: false })
  })
  afterEach(() => {
    for (const action of cleanUp.splice(0)) action()
  })

  function compile(fn: TrainingFunction, feeds: readonly TensorSpecification[] = [vector]) {
    const state = engine.createState([sums])
    cleanUp.push(() => state.dispose())
    return { state, compiled: engine.compile('test', fn, feeds, state) }
  }

  // The same kernels on the same numbers: equal bit for bit, with dropout, Adam's powers and a rate that falls.
  it.each<[string, NetworkDefinition]>([
    ['a tabular network', tabular],
    ['a convolutional network', images],
    ['separable convolutions', separableImages],
    ['LSTMs', sequences('lstm')],
    ['GRUs', sequences('gru')],
    ['an embedding', tokens],
    ['embeddings of categories', categories],
    ['an attention encoder', attention],
  ])('train %s as single operations do', async (_, network) => {
    const networkRequest = { ...request(engine, network, 'adam'), clipsGradients: true }
    const replayed = await train(networkRequest, 25)
    expect(await train({ ...networkRequest, engine: oracle }, 25)).toEqual(replayed)
  })

  it('say how they run', async () => {
    const double: TrainingFunction = ([total], [x]) => ({
      state: [total!],
      outputs: [tf.mul(x!, 2)],
    })
    const { compiled } = compile(double)
    await compiled.run([Float32Array.of(1, 2, 3)])
    expect(await compiled.run([Float32Array.of(4, 5, 6)])).toEqual([Float32Array.of(8, 10, 12)])
    expect(compiled.statistics).toEqual({ executor: 'replayed', fallbackReason: null, runs: 2 })
    const state = oracle.createState([sums])
    cleanUp.push(() => state.dispose())
    const single = oracle.compile('test', double, [vector], state)
    await single.run([Float32Array.of(1, 2, 3)])
    expect(single.statistics.executor).toBe('eager')
  })

  const outside = () => {
    const tensor = tf.keep(tf.tensor1d([1, 1, 1]))
    cleanUp.push(() => tensor.dispose())
    return tensor
  }
  it.each<[string, () => TrainingFunction, RegExp]>([
    [
      'reads a value',
      () =>
        ([total], [x]) => {
          const factor = x!.dataSync()[0]!
          return { state: [total!], outputs: [tf.mul(x!, factor)] }
        },
      /^readsValue$/,
    ],
    [
      'uses a tensor from outside',
      () => {
        const other = outside()
        return ([total], [x]) => ({ state: [total!], outputs: [tf.add(x!, other)] })
      },
      /^foreignTensor$/,
    ],
    [
      'draws random numbers',
      () =>
        ([total], [x]) => ({ state: [total!], outputs: [tf.add(x!, tf.randomNormal([3]))] }),
      /^drawsNumbers$/,
    ],
  ])('call a function again that %s, and say why', async (_, create, reason) => {
    const { compiled } = compile(create())
    const first = await compiled.run([Float32Array.of(2, 0, 0)])
    const second = await compiled.run([Float32Array.of(3, 0, 0)])
    expect(compiled.statistics.executor).toBe('eager')
    expect(compiled.statistics.fallbackReason).toMatch(reason)
    expect(second).not.toEqual(first)
  })

  it('freeze nothing that is fed or kept, however often it is used', async () => {
    const { compiled, state } = compile(([total], [x]) => {
      const flat = tf.reshape(total!, [3, 1])
      const product = tf.matMul(flat, tf.reshape(x!, [1, 3]))
      const next = tf.slice(tf.reshape(product, [9]), [0], [3])
      return { state: [tf.add(next, tf.scalar(1))], outputs: [tf.clone(x!), total!] }
    })
    for (const run of [1, 2, 3]) {
      const before = (await state.read())[0] as Float32Array
      const x = Float32Array.of(run, 2 * run, -run)
      const outputs = await compiled.run([x])
      expect(outputs).toEqual([x, before])
      expect(await state.read()).toEqual([x.map(value => value * before[0]! + 1)])
    }
  })

  it('give every tensor of the state data of its own', async () => {
    const other: StateEntry = { ...sums, name: 'other', data: Float32Array.of(0, 0, 0) }
    const state = engine.createState([sums, other])
    cleanUp.push(() => state.dispose())
    const twice: TrainingFunction = ([a], [x]) => {
      const sum = tf.add(a!, x!)
      return { state: [sum, sum], outputs: [] }
    }
    const apart: TrainingFunction = ([a, b]) => ({ state: [a!, tf.mul(b!, 2)], outputs: [] })
    const [same, different] = [
      engine.compile('twice', twice, [vector], state),
      engine.compile('apart', apart, [], state),
    ]
    for (let run = 0; run < 2; run++) {
      await same.run([Float32Array.of(1, 1, 1)])
      await different.run([])
    }
    expect(await state.read()).toEqual([Float32Array.of(3, 4, 5), Float32Array.of(6, 8, 10)])
  })

  it('leave nothing behind and the state as it was when a kernel fails', async () => {
    const ids: TensorSpecification = { shape: [2], dtype: 'int32' }
    const { compiled, state } = compile(
      ([total], [x, indices]) => {
        const next = tf.add(total!, x!)
        return { state: [next], outputs: [tf.gather(tf.square(next), indices as never)] }
      },
      [vector, ids],
    )
    const ones = Float32Array.of(1, 1, 1)
    await compiled.run([ones, Int32Array.of(0, 2)])
    await compiled.run([ones, Int32Array.of(0, 1)])
    const [before, buffers] = [engine.memory(), tf.backend().numDataIds()]
    await expect(compiled.run([ones, Int32Array.of(0, 7)])).rejects.toThrow(/7 is not in/)
    expect(engine.memory()).toEqual(before)
    expect(await state.read()).toEqual([Float32Array.of(3, 4, 5)])
    expect(await compiled.run([ones, Int32Array.of(2, 2)])).toEqual([Float32Array.of(36, 36)])
    // The gather itself leaves two views when it fails; nothing of ours does.
    expect(tf.backend().numDataIds() - buffers).toBeLessThanOrEqual(2)
  })

  it('do not call again what depends on constants alone, what only changes a shape, and what nobody reads', async () => {
    const called: string[] = []
    for (const name of ['Fill', 'Identity', 'Reshape', 'Exp', 'Add', 'Sub']) {
      const kernel = tf.getKernel(name, 'wasm')
      const { kernelFunc } = kernel
      kernel.kernelFunc = call => {
        called.push(name)
        return kernelFunc(call)
      }
      cleanUp.push(() => (kernel.kernelFunc = kernelFunc))
    }
    const { compiled } = compile(([total], [x]) => {
      const constant = tf.exp(tf.fill([3], 2))
      tf.sub(x!, 5)
      const sum = tf.add(tf.clone(x!), constant)
      return { state: [total!], outputs: [tf.reshape(sum, [3, 1])] }
    })
    const [first] = await compiled.run([Float32Array.of(0, 0, 0)])
    expect(called).toContain('Fill')
    called.length = 0
    expect(await compiled.run([Float32Array.of(0, 0, 0)])).toEqual([first])
    expect(called).toEqual(['Add'])
  })
})

describe('planReplay', () => {
  const kernel = (inputs: number[], outputs: number[]): RecordedKernel => ({
    kernelFunc: () => [],
    inputs: inputs.map(slot => ({ key: 'x', slot, shape: [], dtype: 'float32' })),
    listed: false,
    attrs: {},
    outputs,
  })

  it('keeps what is needed and frees each result after its last use', () => {
    const kernels = [
      kernel([0, 1], [2]),
      kernel([2], [3, 4]),
      kernel([3], [5]),
      kernel([2, 3], [6]),
      kernel([6], [7]),
    ]
    // Slot 0 is state; 7 is an output; 5 is read by nobody.
    const plan = planReplay(kernels, [7, 2], slot => slot === 0)
    expect(plan.map(({ outputs }) => outputs)).toEqual([[2], [3, 4], [6], [7]])
    expect(plan.map(({ lastUses }) => lastUses)).toEqual([[1], [4], [3], [6]])
  })
})
