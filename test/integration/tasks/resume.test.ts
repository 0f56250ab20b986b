import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineName } from '../../../src-main/core/machine/engines/registry.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import type { RowSource } from '../../../src-main/training/data/row-source.ts'
import {
  trainNetwork,
  type TrainingSettings,
} from '../../../src-main/training/loop/train-network.ts'
import type { NetworkDefinition } from '../../../src-main/training/models/network-definition.ts'
import type { Engine } from '../../../src-main/training/compiled/compiled-function.ts'
import { optimizerNames } from '../../../src-main/training/tasks/training-hyperparameters.ts'
import type { ObjectiveHost } from '../../../src-main/training/objectives/objective-host.ts'
import { savingHost, trainInterrupted } from '../../helpers/interrupted-training.ts'
import {
  classes,
  createBatch,
  createTokenBatch,
  images,
  inputSize,
  sequences,
  tabular,
  tokens,
} from '../../helpers/small-trainings.ts'
import { hasTensorflow } from '../../helpers/tensorflow-pack.ts'

/** A training that is interrupted anywhere and goes on from its checkpoint is the same bit for bit. */
const networks = {
  tabular,
  images,
  lstm: sequences('lstm'),
  gru: sequences('gru'),
  tokens,
} as const
const engineNames: readonly EngineName[] = [
  'cpu',
  'wasm',
  ...(hasTensorflow ? (['tensorflow'] as const) : []),
]
const batchSize = 4

function rowsOf(network: NetworkDefinition, count: number, number: number): RowSource {
  const size = inputSize(network)
  const blocks = Array.from({ length: Math.ceil(count / 8) }, (_, block) =>
    network === tokens ? createTokenBatch(number + block) : createBatch(size, number + block),
  )
  return {
    rows: count,
    inputSize: size,
    targetSize: classes,
    fill(order, start, rows, inputs, targets) {
      for (let row = 0; row < rows; row++) {
        const from = order === null ? start + row : (order[start + row] ?? 0)
        const block = blocks[Math.floor(from / 8)]
        if (block === undefined) throw new RangeError(`no row ${from}`)
        const at = from % 8
        inputs.set(block.inputs.subarray(at * size, (at + 1) * size), row * size)
        targets.set(block.targets.subarray(at * classes, (at + 1) * classes), row * classes)
      }
    },
  }
}

const settings: TrainingSettings = {
  optimizer: 'adam',
  learningRate: 0.02,
  momentum: 0.9,
  weightDecay: 0.01,
  clipNorm: 1,
  l2: 0.001,
  schedule: 'cosine',
  warmupEpochs: 1,
  batchSize,
  epochs: 4,
  patience: 3,
}

describe.each(engineNames)('%s', engineName => {
  let engine: Engine
  beforeAll(async () => {
    engine = await loadEngine(engineName)
  })
  afterAll(() => {
    engine.dispose()
  })

  function training(network: NetworkDefinition, change: Partial<TrainingSettings> = {}) {
    const noise = { seed: 3, purpose: 'augmentation of the test' }
    return async (host: ObjectiveHost) =>
      trainNetwork({
        engine,
        network,
        loss: 'crossEntropy',
        training: rowsOf(network, 21, 0),
        augment: (inputs, _targets, _rows, random) => {
          if (network !== tokens) inputs[0] = (inputs[0] ?? 0) + random.uniform()
        },
        validation: {
          source: rowsOf(network, 8, 7),
          measure: outputs => ({ Odd: noise.seed / (outputs[0] ?? 1) }),
        },
        settings: { ...settings, ...change },
        goals: [{ metric: 'validationLoss', direction: 'minimize' }],
        trialSeed: 9,
        host,
      })
  }

  async function expectSame(
    network: NetworkDefinition,
    change: Partial<TrainingSettings>,
    position: { readonly step: number; readonly batch: number },
  ): Promise<void> {
    const train = training(network, change)
    const whole = savingHost(null)
    const result = await train(whole.host)
    const interrupted = await trainInterrupted(train, position)
    expect(interrupted.reports).toEqual(whole.reports)
    expect(interrupted.result).toEqual(result)
    expect(result.finished).toBe(true)
  }

  it.each(optimizerNames)('%s, between two batches', async optimizer => {
    await expectSame(tabular, { optimizer }, { step: 1, batch: 3 })
  })

  it.each(Object.keys(networks) as (keyof typeof networks)[])('%s, at any place', async name => {
    // One place per network and engine, another one in each: all would take minutes.
    const number = Object.keys(networks).indexOf(name)
    const random = createRandomStream({ seed: number, number: 0, purpose: engineName })
    const step = random.integer(3)
    const batch = step === 0 ? 1 + random.integer(3) : random.integer(4)
    await expectSame(networks[name], {}, { step, batch })
  })

  it('does not run on where its patience ended it', async () => {
    await expectSame(tabular, { patience: 1, learningRate: 3, epochs: 9 }, { step: 0, batch: 2 })
  })
})
