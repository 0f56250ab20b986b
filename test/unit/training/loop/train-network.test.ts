import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { createValueSource } from '../../../../src-main/training/data/table-source.ts'
import type { RowSource } from '../../../../src-main/training/data/row-source.ts'
import {
  evaluateRows,
  evaluationBatchSize,
} from '../../../../src-main/training/loop/evaluate-rows.ts'
import { testNetwork } from '../../../../src-main/training/loop/test-network.ts'
import {
  trainNetwork,
  type TrainNetworkRequest,
} from '../../../../src-main/training/loop/train-network.ts'
import { compileNetwork } from '../../../../src-main/training/compiled/compile-network.ts'
import type { Engine } from '../../../../src-main/training/compiled/compiled-function.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { recordingHost } from '../../../helpers/recording-host.ts'

let engine: Engine
beforeAll(async () => {
  engine = await loadEngine('cpu')
})
afterAll(() => {
  engine.dispose()
})

const random = createRandomStream({ seed: 1, number: 0, purpose: 'test rows' })

/** y = x0 − 2·x1 + noise */
function rowsOf(count: number, noise = 0): RowSource {
  const features = Float32Array.from({ length: 2 * count }, () => random.normal())
  const values = Float64Array.from(
    { length: count },
    (_, row) =>
      (features[2 * row] ?? 0) - 2 * (features[2 * row + 1] ?? 0) + noise * random.normal(),
  )
  return createValueSource(features, 2, values)
}

const training = rowsOf(23, 0.1)
const validation = rowsOf(10)

const settings = {
  optimizer: 'sgd',
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 0,
  clipNorm: 0,
  l2: 0,
  schedule: 'constant',
  warmupEpochs: 0,
  batchSize: 5,
  epochs: 3,
  patience: 0,
} as const

const network = { inputShape: [2], layers: [{ kind: 'dense', units: 1 }] } as const

function requestOf(change: Partial<TrainNetworkRequest> = {}): TrainNetworkRequest {
  return {
    engine,
    network,
    loss: 'squaredError',
    training,
    validation: { source: validation, measure: () => ({}) },
    settings,
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    trialSeed: 11,
    host: recordingHost(),
    ...change,
  }
}

/** A source that writes down which rows were asked for. */
function watched(source: RowSource): RowSource & { readonly batches: number[][] } {
  const batches: number[][] = []
  return {
    ...source,
    batches,
    fill(order, start, count, inputs, targets) {
      batches.push(Array.from({ length: count }, (_, i) => order?.[start + i] ?? start + i))
      source.fill(order, start, count, inputs, targets)
    },
  }
}

describe('trainNetwork', () => {
  it('learns and reports every epoch', async () => {
    const host = recordingHost()
    const result = await trainNetwork(requestOf({ host, settings: { ...settings, epochs: 20 } }))
    expect(host.reports.map(report => report.step)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    )
    expect(result.last?.metrics['validationLoss']).toBeLessThan(0.02)
    const [weight] = result.weights?.last ?? []
    expect(weight?.data[0]).toBeCloseTo(1, 0)
    expect(weight?.data[1]).toBeCloseTo(-2, 0)
  })

  it('visits rows in a new order every epoch, each at most once, whole batches only', async () => {
    const source = watched(training)
    await trainNetwork(requestOf({ training: source }))
    expect(source.batches).toHaveLength(3 * 4)
    expect(source.batches.every(batch => batch.length === 5)).toBe(true)
    const epochs = [0, 4, 8].map(start => source.batches.slice(start, start + 4).flat())
    for (const rows of epochs) expect(new Set(rows).size).toBe(20)
    expect(epochs[0]).not.toEqual(epochs[1])
    expect(epochs[1]).not.toEqual(epochs[2])
  })

  it('takes all rows at once when there are fewer than a batch', async () => {
    const source = watched(training)
    await trainNetwork(requestOf({ training: source, settings: { ...settings, batchSize: 64 } }))
    expect(source.batches.map(batch => batch.length)).toEqual([23, 23, 23])
  })

  it('repeats bit for bit with the same seed, and differs with another', async () => {
    const run = async (trialSeed: number) => {
      const host = recordingHost()
      const { weights } = await trainNetwork(requestOf({ trialSeed, host }))
      return { reports: host.reports, weights }
    }
    const first = await run(5)
    expect(await run(5)).toEqual(first)
    expect((await run(6)).reports).not.toEqual(first.reports)
  })

  it('keeps the best epoch by the first goal beside the last', async () => {
    // The rate explodes after the first epoch, so later epochs are worse.
    const diverging = { ...settings, schedule: 'constant', learningRate: 0.9, epochs: 4 } as const
    const host = recordingHost()
    const result = await trainNetwork(requestOf({ host, settings: diverging }))
    const losses = host.reports.map(report => report.metrics['validationLoss'] ?? Number.NaN)
    const best = losses.indexOf(Math.min(...losses)) + 1
    expect(result.best?.step).toBe(best)
    expect(result.last?.step).toBe(4)
    expect(best).toBeLessThan(4)
    expect(result.weights?.best).not.toEqual(result.weights?.last)
    for (const [storedWeights, expected] of [
      [result.weights?.best, losses[best - 1]],
      [result.weights?.last, losses[3]],
    ] as const) {
      const tested = await testNetwork({
        engine,
        network,
        loss: 'squaredError',
        optimizer: 'sgd',
        evaluation: () => ({ source: validation, measure: () => ({ Extra: 1 }) }),
        weights: storedWeights ?? [],
      })
      expect(tested).toEqual({ testLoss: expected, testExtra: 1 })
    }
  })

  it('goes by the direction of the goal; the earliest of equals is best', async () => {
    let calls = 0
    const scores = [3, 1, 3, 2]
    const measure = () => ({ Score: scores[calls++ % 4] ?? 0 })
    const run = async (direction: 'maximize' | 'minimize') =>
      trainNetwork(
        requestOf({
          validation: { source: validation, measure },
          settings: { ...settings, epochs: 4 },
          goals: [{ metric: 'validationScore', direction }],
        }),
      )
    expect((await run('maximize')).best?.step).toBe(1)
    expect((await run('minimize')).best?.step).toBe(2)
  })

  it('stops at a report', async () => {
    const host = recordingHost({ step: 2 })
    const result = await trainNetwork(requestOf({ host }))
    expect(result).toMatchObject({ finished: false, last: { step: 2 } })
    expect(result.weights).toBeUndefined()
    expect(host.reports).toHaveLength(2)
  })

  it('stops between two batches', async () => {
    const source = watched(training)
    const host = recordingHost({ checkpoint: 3 })
    const result = await trainNetwork(requestOf({ host, training: source }))
    expect(result).toEqual({ finished: false, best: null, last: null })
    expect(source.batches).toHaveLength(2)
  })

  it('ends at once when the loss is not finite', async () => {
    const host = recordingHost()
    const error = await catchAppError(() =>
      trainNetwork(requestOf({ host, settings: { ...settings, learningRate: 1e30, epochs: 9 } })),
    )
    expect(error.code).toBe('training.nonFinite')
    expect(error.detail).toMatchObject({ metric: 'trainLoss', step: 1 })
    expect(host.checkpointCalls()).toBeLessThanOrEqual(4)
  })

  it('refuses a goal that nobody reports', async () => {
    const goals = [{ metric: 'validationAccurracy', direction: 'maximize' }] as const
    const error = await catchAppError(() => trainNetwork(requestOf({ goals })))
    expect(error.code).toBe('training.invalid')
    expect(error.detail).toMatchObject({ field: 'goals.metric', value: 'validationAccurracy' })
  })

  it('refuses more steps than a counter of 32 bits holds', async () => {
    const many = { ...training, rows: 300_000 }
    const long = { ...settings, batchSize: 1, epochs: 10_000 }
    const error = await catchAppError(() =>
      trainNetwork(requestOf({ training: many, settings: long })),
    )
    expect(error.detail).toMatchObject({ field: 'epochs', value: 10_000 })
  })

  it('gives all tensors back, however it ends', async () => {
    const before = engine.memory()
    await trainNetwork(requestOf())
    await trainNetwork(requestOf({ host: recordingHost({ checkpoint: 2 }) }))
    await catchAppError(() =>
      trainNetwork(requestOf({ settings: { ...settings, learningRate: 1e30, epochs: 9 } })),
    )
    expect(engine.memory()).toEqual(before)
  })

  it('feeds the rate of the schedule', async () => {
    const run = async (warmupEpochs: number) => {
      const changed = { ...settings, warmupEpochs, epochs: 1 }
      const { last } = await trainNetwork(requestOf({ settings: changed }))
      return last?.metrics['validationLoss'] ?? Number.NaN
    }
    const compiledNetwork = compileFor(10, 11)
    const untrained =
      (await evaluateRows(compiledNetwork, validation, 10, null))?.loss ?? Number.NaN
    compiledNetwork.dispose()
    // Rates of 0.1 · k / 400,000 for k = 1 … 4 leave the weights where they were.
    expect((await run(100_000)) / untrained).toBeCloseTo(1, 4)
    expect((await run(0)) / untrained).toBeLessThan(0.5)
  })
})

function compileFor(evaluationBatch: number, seed = 3) {
  return compileNetwork({
    engine,
    network,
    loss: 'squaredError',
    optimizer: 'sgd',
    batchSize: 1,
    evaluationBatchSize: evaluationBatch,
    seed,
  })
}

describe('evaluateRows', () => {
  it('gives the same for every batch size, padded or not', async () => {
    const results = []
    for (const size of [10, 5, 4, 3, 1]) {
      const compiledNetwork = compileFor(size)
      results.push(await evaluateRows(compiledNetwork, validation, size, null))
      compiledNetwork.dispose()
    }
    const [whole, ...others] = results
    expect(whole?.outputs).toHaveLength(10)
    for (const other of others) {
      expect(other?.outputs).toEqual(whole?.outputs)
      expect(other?.loss).toBe(whole?.loss)
    }
  })

  it('can be stopped', async () => {
    const compiledNetwork = compileFor(5)
    expect(
      await evaluateRows(compiledNetwork, validation, 5, recordingHost({ checkpoint: 2 })),
    ).toBeNull()
    compiledNetwork.dispose()
  })
})

describe('evaluationBatchSize', () => {
  it('shares rows evenly over as few calls as memory allows', () => {
    expect(evaluationBatchSize(network, 10)).toBe(10)
    expect(evaluationBatchSize(network, 2_000)).toBe(1_000)
    expect(evaluationBatchSize(network, 1_001)).toBe(501)
  })

  it('is small for wide layers', () => {
    const wide = { inputShape: [2], layers: [{ kind: 'dense', units: 4_000_000 }] } as const
    expect(evaluationBatchSize(wide, 100)).toBe(2)
  })
})

describe('patience', () => {
  it('ends a training whose best epoch is long ago, as finished, with the best weights', async () => {
    const goals = [{ metric: 'validationLoss', direction: 'maximize' }] as const
    const host = recordingHost()
    const request = requestOf({ goals, host, settings: { ...settings, epochs: 20, patience: 4 } })
    const result = await trainNetwork(request)
    expect(result).toMatchObject({ finished: true, best: { step: 1 }, last: { step: 5 } })
    expect(host.reports).toHaveLength(5)
    const all = await trainNetwork(requestOf({ goals, settings: { ...settings, epochs: 5 } }))
    expect(result.weights?.best).toEqual(all.weights?.best)
  })
})

describe('augmentation', () => {
  it('changes what the network sees, the same in every repetition, step by step', async () => {
    const seen: string[] = []
    const augment: TrainNetworkRequest['augment'] = (inputs, _targets, rows, stream) => {
      const shift = stream.uniform()
      seen.push(`${rows} ${shift}`)
      for (let at = 0; at < inputs.length; at++) inputs[at] = (inputs[at] ?? 0) + shift
    }
    const plain = await trainNetwork(requestOf())
    const first = await trainNetwork(requestOf({ augment }))
    const repeated = await trainNetwork(requestOf({ augment }))
    expect(first.weights).not.toEqual(plain.weights)
    expect(repeated.weights).toEqual(first.weights)
    // 3 epochs of 4 batches of 5 rows, each with numbers of its own.
    expect(new Set(seen).size).toBe(12)
    expect(seen).toHaveLength(24)
  })
})
