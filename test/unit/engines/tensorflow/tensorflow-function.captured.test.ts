import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { compileNetwork } from '../../../../src-main/training/compiled/compile-network.ts'
import type {
  Engine,
  TrainingFunction,
  StateEntry,
  TensorSpecification,
} from '../../../../src-main/training/compiled/compiled-function.ts'
import { statelessUniform } from '../../../../src-main/training/ops/stateless-uniform.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { createBatch, request, scalars, tabular } from '../../../helpers/small-trainings.ts'
import { hasTensorflow } from '../../../helpers/tensorflow-pack.ts'

const vector: TensorSpecification = { shape: [3], dtype: 'float32' }
const sums: StateEntry = { name: 'sums', ...vector, data: Float32Array.of(1, 2, 3) }

describe.runIf(hasTensorflow)('captured functions', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await loadEngine('tensorflow')
  })
  afterAll(() => engine.dispose())

  /** Runs a function over a state of `sums` with one fed vector. */
  function compile(key: string, fn: TrainingFunction, feeds = [vector]) {
    const state = engine.createState([sums])
    return { state, compiled: engine.compile(key, fn, feeds, state) }
  }

  it('calls the function once, however often the compiled function runs', async () => {
    let calls = 0
    const { compiled, state } = compile('counted', ([x], [y]) => {
      calls++
      const next = tf.add(x!, y!)
      return { state: [next], outputs: [next] }
    })
    for (let run = 0; run < 5; run++) await compiled.run([Float32Array.of(1, 1, 1)])
    expect(await state.read()).toEqual([Float32Array.of(6, 7, 8)])
    expect(calls).toBe(1)
    expect(compiled.statistics).toEqual({ executor: 'captured', fallbackReason: null, runs: 5 })
    state.dispose()
  })

  it('runs a short compiled function on the thread that calls it', async ({ skip }) => {
    skip(engine.info.device.startsWith('GPU'), 'on a GPU TensorFlow places operations itself')
    const { compiled } = compile('short', ([x], [y]) => ({
      state: [tf.add(x!, y!)],
      outputs: [tf.sum(y!), tf.mul(y!, 2)],
    }))
    const fed = Float32Array.of(1, 1, 1)
    for (let run = 0; run < 50; run++) await compiled.run([fed])
    const before = process.resourceUsage().voluntaryContextSwitches
    const runs = 2_000
    for (let run = 0; run < runs; run++) await compiled.run([fed])
    // Every run that is handed to another thread waits for it once.
    const waits = process.resourceUsage().voluntaryContextSwitches - before
    expect(waits / runs).toBeLessThan(0.5)
  })

  it('does not freeze random numbers that a function draws itself', async () => {
    const { compiled, state } = compile('noisy', ([x], [y]) => ({
      state: [x!],
      outputs: [tf.add(y!, tf.randomNormal([3]))],
    }))
    const first = await compiled.run([Float32Array.of(0, 0, 0)])
    expect(await compiled.run([Float32Array.of(0, 0, 0)])).not.toEqual(first)
    expect(compiled.statistics.executor).toBe('eager')
    expect(compiled.statistics.fallbackReason).toMatch(/^drawsNumbers$/)
    state.dispose()
  })

  it('shares a function between compiled functions of one key, and not between other shapes', async () => {
    let calls = 0
    const double: TrainingFunction = (_, [y]) => {
      calls++
      return { state: [], outputs: [tf.mul(y!, 2)] }
    }
    const state = engine.createState([])
    const run = async (length: number) => {
      const compiled = engine.compile('double', double, [{ ...vector, shape: [length] }], state)
      const [output] = await compiled.run([new Float32Array(length).fill(1)])
      compiled.dispose()
      return output
    }
    expect(await run(3)).toEqual(Float32Array.of(2, 2, 2))
    expect(await run(3)).toEqual(Float32Array.of(2, 2, 2))
    expect(calls).toBe(1)
    expect(await run(2)).toEqual(Float32Array.of(2, 2))
    expect(calls).toBe(2)
    state.dispose()
  })

  it('keeps constants apart that are equal as numbers and not as bits, and shares the others', async () => {
    const constants: TrainingFunction = (_, [y]) => {
      const [zero, minusZero] = [tf.scalar(0), tf.scalar(-0)]
      const ones = () => tf.tensor1d([1, 1, 1])
      const sums = tf.add(tf.add(y!, ones()), tf.add(ones(), tf.zeros([3])))
      return { state: [], outputs: [sums, tf.div(1, zero), tf.div(1, minusZero)] }
    }
    const state = engine.createState([])
    const compiled = engine.compile('constants', constants, [vector], state)
    const outputs = await compiled.run([Float32Array.of(1, 2, 3)])
    expect(outputs).toEqual([
      Float32Array.of(3, 4, 5),
      Float32Array.of(Infinity),
      Float32Array.of(-Infinity),
    ])
    state.dispose()
  })

  it('computes the same with large zeros, which are not written into the graph', async () => {
    const state = engine.createState([])
    const fill: TrainingFunction = (_, [y]) => {
      const padded = tf.concat([tf.zeros([2_000]), y!, tf.zeros([1_500])])
      return { state: [], outputs: [tf.slice(padded, [1_999], [5])] }
    }
    const compiled = engine.compile('zeros', fill, [vector], state)
    expect(await compiled.run([Float32Array.of(1, 2, 3)])).toEqual([Float32Array.of(0, 1, 2, 3, 0)])
    expect(compiled.statistics.executor).toBe('captured')
    state.dispose()
  })

  it('goes on past the number of functions that are called directly', async () => {
    for (let factor = 0; factor < 140; factor++) {
      const state = engine.createState([sums])
      const add: TrainingFunction = ([x], [y]) => {
        const next = tf.add(x!, tf.mul(y!, factor))
        return { state: [next], outputs: [next] }
      }
      const compiled = engine.compile(`factor ${factor}`, add, [vector], state)
      const [output] = await compiled.run([Float32Array.of(1, 1, 1)])
      expect(output).toEqual(Float32Array.of(1 + factor, 2 + factor, 3 + factor))
      expect(compiled.statistics.executor).toBe('captured')
      compiled.dispose()
      state.dispose()
    }
  })

  it('gives an output that is a feed, a state or another output its own result', async () => {
    const { compiled, state } = compile('same', ([x], [y]) => {
      const next = tf.add(x!, y!)
      return { state: [next], outputs: [next, next, x!, y!] }
    })
    const three = await compiled.run([Float32Array.of(1, 1, 1)])
    expect(three.map(output => [...output])).toEqual([
      [2, 3, 4],
      [2, 3, 4],
      [1, 2, 3],
      [1, 1, 1],
    ])
    state.dispose()
  })

  it('checks feeds that the function does not use', async () => {
    const { compiled, state } = compile('unused', ([x]) => ({ state: [x!], outputs: [] }))
    expect(await compiled.run([Float32Array.of(1, 1, 1)])).toEqual([])
    await expect(compiled.run([Float32Array.of(1)])).rejects.toThrow(/feeds\[0\]/)
    state.dispose()
  })

  describe('what changes from step to step is not frozen', () => {
    it.each(['learningRate', 'momentum', 'l2'] as const)('%s', async scalar => {
      const compiledNetwork = compileNetwork(request(engine, tabular, 'momentum'))
      const first = await compiledNetwork.readState()
      const { inputs, targets } = createBatch(6, 0)
      const changes = new Set<string>()
      for (const value of [0.01, 0.02, 0.04]) {
        compiledNetwork.writeState(first)
        // Momentum acts from the second step on.
        for (const step of [0, 1]) {
          await compiledNetwork.step(inputs, targets, { ...scalars, [scalar]: value }, step)
        }
        changes.add(String((await compiledNetwork.readState())[0]!.data[0]))
      }
      expect(changes.size).toBe(3)
      compiledNetwork.dispose()
    })

    it("Adam's powers of the decay rates", async () => {
      const compiledNetwork = compileNetwork(request(engine, tabular, 'adam'))
      const first = await compiledNetwork.readState()
      const { inputs, targets } = createBatch(6, 0)
      const weights = new Set<number>()
      for (const step of [0, 1, 1000]) {
        compiledNetwork.writeState(first)
        await compiledNetwork.step(inputs, targets, scalars, step)
        weights.add((await compiledNetwork.readState())[0]!.data[0]!)
      }
      expect(weights.size).toBe(3)
      compiledNetwork.dispose()
    })

    it('random numbers: the same bits as on the cpu engine for every seed', async () => {
      const seed: TensorSpecification = { shape: [2], dtype: 'int32' }
      const draw: TrainingFunction = (_, [s]) => ({
        state: [],
        outputs: [statelessUniform([1000], s!)],
      })
      const drawOn = async (on: Engine) => {
        const state = on.createState([])
        const compiled = on.compile('draw', draw, [seed], state)
        const draws = [
          await compiled.run([Int32Array.of(-5, 0)]),
          await compiled.run([Int32Array.of(-5, 1)]),
        ]
        compiled.dispose()
        state.dispose()
        return draws
      }
      const draws = await drawOn(engine)
      expect(draws[0]).not.toEqual(draws[1])
      expect(draws).toEqual(await drawOn(await loadEngine('cpu')))
    })
  })

  describe('a compiled function that cannot be captured runs operation by operation and says why', () => {
    const outside = () => tf.keep(tf.tensor1d([10, 20, 30]))
    const addOutside = (constant: tf.Tensor): TrainingFunction => {
      return ([x], [y]) => {
        const next = tf.add(tf.add(x!, constant), tf.mul(y!, 0))
        return { state: [next], outputs: [next] }
      }
    }

    it.each<[string, () => TrainingFunction, number[], RegExp]>([
      [
        'reads a value',
        () =>
          ([x], [y]) => {
            const next = tf.add(x!, Math.max(...y!.dataSync()))
            return { state: [next], outputs: [next] }
          },
        [5, 5, 5],
        /^readsValue$/,
      ],
      [
        'has a shape that depends on data',
        () =>
          ([x], [y]) => {
            const { values } = tf.unique(y! as tf.Tensor1D)
            const next = tf.add(x!, tf.sum(tf.add(values, 0)))
            return { state: [next], outputs: [next] }
          },
        [5, 5, 5],
        /^unknownShape Unique\w*$/,
      ],
      ['uses a tensor from outside', () => addOutside(outside()), [10, 20, 30], /^foreignTensor$/],
      [
        'uses a tensor from outside that TensorFlow holds already',
        () => addOutside(tf.keep(tf.sub(outside(), 0))),
        [10, 20, 30],
        /^foreignTensor$/,
      ],
    ])('%s', async (name, makeFunction, expected, reason) => {
      const { compiled, state } = compile(name, makeFunction())
      const [first] = await compiled.run([Float32Array.of(5, 5, 5)])
      expect(compiled.statistics.executor).toBe('eager')
      expect(compiled.statistics.fallbackReason).toMatch(reason)
      expect([...first!].map((value, index) => value - sums.data[index]!)).toEqual(expected)
      // State goes on, and nothing of the first run is left.
      const held = engine.memory()
      const [second] = await compiled.run([Float32Array.of(5, 5, 5)])
      expect(await state.read()).toEqual([second])
      expect(engine.memory()).toEqual(held)
      state.dispose()
    })
  })

  it('keeps the event loop free while a long step runs', async () => {
    const large: TensorSpecification = { shape: [512, 512], dtype: 'float32' }
    const { compiled, state } = compile(
      'long',
      ([x], [y]) => {
        let product = y!
        for (let time = 0; time < 20; time++) product = tf.matMul(product, y!)
        return { state: [x!], outputs: [product] }
      },
      [large],
    )
    const feed = new Float32Array(512 * 512).fill(1e-3)
    for (let run = 0; run < 2; run++) {
      let turns = 0
      const count = setInterval(() => turns++, 1)
      await compiled.run([feed])
      clearInterval(count)
      expect(turns).toBeGreaterThan(0)
    }
    state.dispose()
  })

  it('runs one after another what is asked for at once', async () => {
    const { compiled, state } = compile('queued', ([x], [y]) => {
      const next = tf.add(tf.mul(x!, 2), y!)
      return { state: [next], outputs: [next] }
    })
    const runs = [1, 2, 3].map(value => compiled.run([Float32Array.of(value, value, value)]))
    expect(() => state.write([Float32Array.of(0, 0, 0)])).toThrow(/rule\.notRunning/)
    const outputs = await Promise.all(runs)
    expect(outputs.map(([output]) => output![0])).toEqual([3, 8, 19])
    state.write([Float32Array.of(0, 0, 0)])
    state.dispose()
  })

  it('reports an index out of range and goes on with the state as it was', async () => {
    const { compiled, state } = compile(
      'gather',
      ([x], [index]) => ({
        state: [tf.add(x!, 1)],
        outputs: [tf.gather(x!, index as tf.Tensor1D)],
      }),
      [{ shape: [1], dtype: 'int32' }],
    )
    const error = await catchAppError(() => compiled.run([Int32Array.of(7)]))
    expect(error.code).toBe('compiledFunction.invalid')
    expect(JSON.stringify(error.detail)).toMatch(/7 is not in \[0, 3\)/)
    expect(await state.read()).toEqual([Float32Array.of(1, 2, 3)])
    expect(await compiled.run([Int32Array.of(2)])).toEqual([Float32Array.of(3)])
    state.dispose()
  })

  it('tells exhausted memory from other failures', async () => {
    const { compiled, state } = compile('huge', ([x], [y]) => {
      // 2^44 numbers; the sum keeps them from being optimized away.
      const row = tf.tile(tf.reshape(tf.sum(y!), [1, 1]), [2 ** 22, 2 ** 22])
      return { state: [x!], outputs: [tf.sum(tf.exp(row))] }
    })
    const error = await catchAppError(() => compiled.run([Float32Array.of(1, 1, 1)]))
    expect(error.code).toBe('training.memory')
    expect(await state.read()).toEqual([Float32Array.of(1, 2, 3)])
    state.dispose()
  })

  it('leaves nothing behind over 20,000 steps', { timeout: 240_000 }, async () => {
    const compiledNetwork = compileNetwork(request(engine, tabular, 'adam'))
    const { inputs, targets } = createBatch(6, 0)
    const buffersBefore = tf.backend().numDataIds()
    const run = async (from: number, to: number) => {
      for (let step = from; step < to; step++)
        await compiledNetwork.step(inputs, targets, scalars, step)
    }
    await run(0, 2_000)
    const held = engine.memory()
    const rssBefore = process.memoryUsage.rss()
    await run(2_000, 20_000)
    expect(engine.memory()).toEqual(held)
    expect(tf.backend().numDataIds()).toBe(buffersBefore)
    // One forgotten result per variable and step would be some 100 MB.
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(40e6)
    compiledNetwork.dispose()
  })
})
