import { msg, verbatim } from '../../../src-main/core/errors/message.ts'
import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { classifyFailure } from '../../../src-main/core/errors/classify-failure.ts'
import { isAppError } from '../../../src-main/core/errors/errors.ts'
import { runConformance } from '../../../src-main/engines/conformance/run-conformance.ts'
import { createEagerEngine } from '../../../src-main/engines/eager-engine.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { withDeviceWatch } from '../../../src-main/engines/webgpu/device-watch.ts'
import type {
  WebgpuBackend,
  WebgpuDevice,
} from '../../../src-main/engines/webgpu/webgpu-backend.ts'
import {
  fillStatelessUniform,
  statelessUniform,
} from '../../../src-main/training/ops/stateless-uniform.ts'
import type {
  NetworkDefinition,
  OptimizerName,
} from '../../../src-main/training/models/network-definition.ts'
import type { Engine } from '../../../src-main/training/compiled/compiled-function.ts'
import { mayUseSoftwareWebgpu } from '../../helpers/software-webgpu.ts'
import {
  attention,
  categories,
  images,
  largestDifference,
  request,
  separableImages,
  sequences,
  tabular,
  tokens,
  train,
} from '../../helpers/small-trainings.ts'
import { optimizerNames } from '../../../src-main/training/tasks/training-hyperparameters.ts'
import { describeEngine } from '../../suites/engine-suite.ts'

/** A step takes half a second of software; `npm run check:gpu` makes 200 on a GPU. */
const softwareSteps = 3
const steps = Number(process.env['TUNEWRIGHT_WEBGPU_STEPS'] ?? softwareSteps)

describe('webgpu', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('is refused, with the reason, where there is no GPU or only software', async () => {
    vi.stubEnv('TUNEWRIGHT_SOFTWARE_WEBGPU', '')
    const outcome = await loadEngine('webgpu').then(
      engine => engine.info.name,
      (error: unknown) => error,
    )
    if (outcome === 'webgpu') return
    expect(isAppError(outcome, 'engine.noDevice')).toBe(true)
    expect(outcome).toMatchObject({
      detail: { reason: { code: expect.stringMatching(/^failure\.(noWebgpu|softwareWebgpu)$/) } },
    })
  })

  it('is never taken by auto', async () => {
    vi.stubEnv('TUNEWRIGHT_ENGINES', '/nowhere')
    expect((await loadEngine('auto')).info.name).toBe('wasm')
  })
})

describe('errors of a WebGPU device', () => {
  let engine: Engine
  let report: (message: string) => void
  let lose: (message: string) => void
  beforeAll(() => tf.setBackend('cpu'))

  function create(): Engine {
    const device: WebgpuDevice = {
      lost: new Promise(resolve => {
        lose = message => resolve({ reason: 'unknown', message })
      }),
      addEventListener: (_, listener) => {
        report = message => listener({ error: { message } })
      },
      destroy: () => undefined,
    }
    const info = { name: 'cpu' as const, device: 'a double', versions: {} }
    return withDeviceWatch(
      createEagerEngine(info, () => false),
      device,
    )
  }

  function compileOne() {
    const state = engine.createState([])
    return engine.compile('one', () => ({ state: [], outputs: [tf.scalar(1)] }), [], state)
  }

  it('fail the run that they fall into, and no other', async () => {
    engine = create()
    const compiled = compileOne()
    expect(await compiled.run([])).toEqual([Float32Array.of(1)])
    report('binding size is larger than the limit')
    await expect(compiled.run([])).rejects.toMatchObject({
      code: 'engine.failed',
      detail: { engine: 'webgpu', reason: verbatim('binding size is larger than the limit') },
    })
    expect(await compiled.run([])).toEqual([Float32Array.of(1)])
    expect(compiled.statistics.executor).toBe('eager')
    compiled.dispose()
    await expect(compiled.run([])).rejects.toThrow(/disposed/)
  })

  it('tell exhausted memory apart', async () => {
    engine = create()
    const compiled = compileOne()
    report('Out of memory: buffer of 9 GB')
    await expect(compiled.run([])).rejects.toMatchObject({ code: 'training.memory' })
  })

  it('fail every run after the device is lost', async () => {
    engine = create()
    const compiled = compileOne()
    lose('the driver was reset')
    await Promise.resolve()
    for (let run = 0; run < 2; run++) {
      const lost = { cause: 'unknown', message: 'the driver was reset' }
      await expect(compiled.run([])).rejects.toMatchObject({
        detail: { reason: msg('failure.deviceLost', lost) },
      })
    }
  })
})

describe.runIf(mayUseSoftwareWebgpu || steps > softwareSteps)('webgpu that computes', () => {
  describeEngine('webgpu')

  it('passes every conformance case and leaves no tensors', async () => {
    const engine = await loadEngine('webgpu')
    const before = engine.memory()
    const { passed, failed } = await runConformance(engine)
    expect(failed).toEqual([])
    expect(passed).toBeGreaterThan(170)
    expect(engine.memory()).toEqual(before)
  }, 300_000)

  it('draws the same bits as JavaScript, beyond one row of workgroups', async () => {
    const engine = await loadEngine('webgpu')
    const state = engine.createState([])
    const count = 65_535 * 64 + 1000
    const seed = { shape: [2], dtype: 'int32' } as const
    const draw = engine.compile(
      'draw',
      (_, [fed]) => ({ state: [], outputs: [statelessUniform([count], fed!)] }),
      [seed],
      state,
    )
    const [values] = await draw.run([Int32Array.of(-7, 123_456_789)])
    const expected = new Float32Array(count)
    fillStatelessUniform(-7, 123_456_789, expected)
    const differing = values!.findIndex((value, index) => value !== expected[index])
    expect(differing).toBe(-1)
    state.dispose()
  }, 60_000)

  it.each<[string, NetworkDefinition, OptimizerName]>([
    ...optimizerNames.map((name): [string, NetworkDefinition, OptimizerName] => [
      `a tabular network with ${name}`,
      tabular,
      name,
    ]),
    ['a convolutional network with adam', images, 'adam'],
    ['separable convolutions with adam', separableImages, 'adam'],
    ['LSTMs with adam', sequences('lstm'), 'adam'],
    ['an embedding with a GRU and adam', tokens, 'adam'],
    ['embeddings of categories with adam', categories, 'adam'],
    ['an attention encoder with adam', attention, 'adam'],
  ])(
    `trains %s for ${steps} steps as cpu does, without growth of tensors`,
    async (_, network, optimizer) => {
      const cpu = await train(request(await loadEngine('cpu'), network, optimizer), steps)
      const engine = await loadEngine('webgpu')
      const before = engine.memory()
      const onDevice = await train(request(engine, network, optimizer), steps)
      expect(largestDifference(onDevice.state, cpu.state)).toBeLessThan(1e-3)
      expect(engine.memory()).toEqual(before)
    },
    300_000,
  )

  // Last, because nothing runs on a device that is lost.
  it('fails every run after its device was lost', async () => {
    const engine = await loadEngine('webgpu')
    const state = engine.createState([])
    const compiled = engine.compile(
      'one',
      () => ({ state: [], outputs: [tf.scalar(1)] }),
      [],
      state,
    )
    await compiled.run([])
    ;(tf.backend() as unknown as WebgpuBackend).device.destroy()
    const failure = await vi.waitUntil(async () =>
      compiled.run([]).then(
        () => null,
        (error: unknown) => error,
      ),
    )
    expect(isAppError(failure, 'engine.failed')).toBe(true)
    expect(failure).toMatchObject({ detail: { reason: { code: 'failure.deviceLost' } } })
    expect(classifyFailure(failure)).toMatchObject({ class: 'device' })
  }, 60_000)
})
