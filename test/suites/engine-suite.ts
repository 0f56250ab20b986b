import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineName } from '../../src-main/core/machine/engines/registry.ts'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import { loadEngine } from '../../src-main/engines/load-engine.ts'
import type {
  Engine,
  TrainingFunction,
  StateEntry,
  TensorSpecification,
} from '../../src-main/training/compiled/compiled-function.ts'

const vector: TensorSpecification = { shape: [3], dtype: 'float32' }
const counter: StateEntry = {
  name: 'counter',
  shape: [],
  dtype: 'int32',
  data: Int32Array.of(0),
}
const sums: StateEntry = { name: 'sums', ...vector, data: Float32Array.of(1, 2, 3) }

/** Adds a fed vector to the state and counts; gives the new sums. */
const accumulate: TrainingFunction = ([count, total], [increment]) => {
  const next = tf.add(total!, increment!)
  return { state: [tf.add(count!, tf.scalar(1, 'int32')), next], outputs: [next] }
}

/** What every engine promises; a new engine is one call of this function. */
export function describeEngine(name: EngineName): void {
  describe(`engine ${name}`, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await loadEngine(name)
    })
    afterAll(() => engine.dispose())

    async function rejection(action: () => unknown): Promise<unknown> {
      try {
        await action()
      } catch (error) {
        return error
      }
      throw new Error('nothing was thrown')
    }

    it('says what it is', () => {
      expect(engine.info.name).toBe(name)
      expect(engine.info.device).not.toBe('')
      expect(engine.info.versions['@tensorflow/tfjs-core']).toMatch(/^\d+\.\d+\.\d+/)
      expect(engine.info.passedOver).toBeUndefined()
    })

    it('carries state from run to run and gives outputs as plain arrays', async () => {
      const state = engine.createState([counter, sums])
      const compiled = engine.compile('accumulate', accumulate, [vector], state)
      await compiled.run([Float32Array.of(1, 1, 1)])
      const [output] = await compiled.run([Float32Array.of(0, 10, 100)])
      expect(output).toEqual(Float32Array.of(2, 13, 104))
      const [count, total] = await state.read()
      expect(count).toEqual(Int32Array.of(2))
      expect(total).toEqual(Float32Array.of(2, 13, 104))
      expect(compiled.statistics.runs).toBe(2)
      state.dispose()
    })

    it('shares one state between compiled functions', async () => {
      const state = engine.createState([counter, sums])
      const writer = engine.compile('accumulate', accumulate, [vector], state)
      const reader = engine.compile('read', s => ({ state: s, outputs: [s[1]!] }), [], state)
      await writer.run([Float32Array.of(5, 5, 5)])
      expect(await reader.run([])).toEqual([Float32Array.of(6, 7, 8)])
      state.dispose()
    })

    it('keeps what was read apart from later runs and what was written apart from its source', async () => {
      const state = engine.createState([counter, sums])
      const compiled = engine.compile('accumulate', accumulate, [vector], state)
      const snapshot = await state.read()
      await compiled.run([Float32Array.of(1, 1, 1)])
      expect(snapshot[1]).toEqual(Float32Array.of(1, 2, 3))
      const source = Float32Array.of(7, 8, 9)
      state.write([Int32Array.of(5), source])
      source.fill(0)
      expect(await state.read()).toEqual([Int32Array.of(5), Float32Array.of(7, 8, 9)])
      state.dispose()
    })

    it('gives a fed tensor that becomes state data of its own', async () => {
      const state = engine.createState([sums])
      const compiled = engine.compile(
        'store',
        (_, [x]) => ({ state: [x!], outputs: [] }),
        [vector],
        state,
      )
      const fed = Float32Array.of(4, 5, 6)
      await compiled.run([fed])
      fed.fill(0)
      expect(await state.read()).toEqual([Float32Array.of(4, 5, 6)])
      state.dispose()
    })

    it('swaps two state tensors', async () => {
      const other: StateEntry = { ...sums, name: 'other', data: Float32Array.of(4, 5, 6) }
      const state = engine.createState([sums, other])
      const swap = engine.compile('swap', ([a, b]) => ({ state: [b!, a!], outputs: [] }), [], state)
      await swap.run([])
      await swap.run([])
      await swap.run([])
      expect(await state.read()).toEqual([Float32Array.of(4, 5, 6), Float32Array.of(1, 2, 3)])
      state.dispose()
    })

    it('holds the same number of tensors and bytes after every run, and none after dispose', async () => {
      const before = engine.memory()
      const state = engine.createState([counter, sums])
      const compiled = engine.compile('accumulate', accumulate, [vector], state)
      await compiled.run([Float32Array.of(1, 1, 1)])
      const after = engine.memory()
      for (let run = 0; run < 20; run++) await compiled.run([Float32Array.of(1, 1, 1)])
      await state.read()
      state.write(await state.read())
      expect(engine.memory()).toEqual(after)
      state.dispose()
      expect(engine.memory()).toEqual(before)
    })

    it.each([
      ['too few feeds', [], 'feeds', 0],
      ['a wrong type', [Int32Array.of(1, 2, 3)], 'feeds[0]', 'Int32Array'],
      ['a wrong length', [Float32Array.of(1, 2)], 'feeds[0]', 2],
    ])('refuses %s', async (_, feeds, field, value) => {
      const state = engine.createState([counter, sums])
      const compiled = engine.compile('accumulate', accumulate, [vector], state)
      const error = await rejection(() => compiled.run(feeds))
      expect(isAppError(error, 'compiledFunction.invalid')).toBe(true)
      expect(error).toMatchObject({ detail: { function: 'accumulate', field, value } })
      expect(await state.read()).toEqual([Int32Array.of(0), Float32Array.of(1, 2, 3)])
      state.dispose()
    })

    it('refuses a function that changes the shape of its state, and frees what it made', async () => {
      const state = engine.createState([sums])
      const before = engine.memory()
      const grow: TrainingFunction = ([x]) => ({ state: [tf.concat([x!, x!])], outputs: [] })
      const error = await rejection(() => engine.compile('grow', grow, [], state).run([]))
      expect(error).toMatchObject({ detail: { field: 'state[0]', value: 'float32[6]' } })
      expect(engine.memory()).toEqual(before)
      expect(await state.read()).toEqual([Float32Array.of(1, 2, 3)])
      state.dispose()
    })

    it('refuses state of the wrong length, disposed states and disposed compiled functions', async () => {
      const short = { ...sums, data: Float32Array.of(1) }
      expect(() => engine.createState([short])).toThrow(/compiledFunction\.invalid.*"sums"/)
      const state = engine.createState([counter, sums])
      expect(() => state.write([Int32Array.of(1)])).toThrow(/compiledFunction\.invalid/)
      const compiled = engine.compile('accumulate', accumulate, [vector], state)
      compiled.dispose()
      await expect(compiled.run([Float32Array.of(1, 1, 1)])).rejects.toThrow(/disposed/)
      state.dispose()
      await expect(state.read()).rejects.toThrow(/disposed/)
      expect(() => engine.compile('late', accumulate, [vector], state)).toThrow(
        /compiledFunction\.invalid/,
      )
    })
  })
}
