import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PreparedDataset } from '../../../src-main/core/data/dataset.ts'
import type { Assignment } from '../../../src-main/core/trial/trial.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import type { RowSource } from '../../../src-main/training/data/row-source.ts'
import type { Engine } from '../../../src-main/training/compiled/compiled-function.ts'
import { readHyperparameters } from '../../../src-main/training/tasks/read-hyperparameters.ts'
import { tabularTask } from '../../../src-main/training/tasks/tabular/tabular-task.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { recordingHost } from '../../helpers/recording-host.ts'

/**
 * Two columns of 60 towns; what is to be predicted is the product of a hidden number of each, so that features of 32
 * towns and one for the rest cannot tell it.
 */
function routes(rows: number): string {
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'towns' })
  const hidden = Array.from({ length: 60 }, () => random.normal())
  const lines = Array.from({ length: rows }, () => {
    const [from, to] = [random.integer(60), random.integer(60)]
    return `t${from},t${to},${((hidden[from] ?? 0) * (hidden[to] ?? 0)).toFixed(4)}`
  })
  return `from,to,value\n${lines.join('\n')}\n`
}

describe('a table with many categories', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-embeddings-'))
  const file = path.join(folder, 'routes.csv')
  const objective = { task: 'tabular', data: { file, target: 'value' } }
  const settings = tabularTask.settingsSchema.parse(objective)
  const goals = [{ metric: 'validationLoss', direction: 'minimize' }] as const
  let engine: Engine
  let dataset: PreparedDataset
  beforeAll(async () => {
    writeFileSync(file, routes(1_500))
    dataset = await loadTaskData(objective, path.join(folder, 'cache'))
    engine = await loadEngine('wasm')
  })
  afterAll(() => {
    engine.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const parameters = { layers: 2, units: 32, activation: 'tanh', learningRate: 0.01, epochs: 40 }
  async function trained(assignment: Assignment) {
    const common = { settings, dataset, engine, studySeed: 1, trialSeed: 2 }
    const request = { ...common, parameters: { ...parameters, ...assignment } }
    const result = await tabularTask.train({ ...request, goals, host: recordingHost() })
    return { ...request, weights: result.weights?.best ?? [] }
  }

  it('is learned by embeddings, and better together with what has none', async () => {
    const embedding = await trained({ categories: 'embedding' })
    const oneHot = await trained({ categories: 'oneHot' })
    const lossOf = async (training: typeof embedding) =>
      (await tabularTask.test(training))['testLoss'] ?? Number.NaN
    const embeddingLoss = await lossOf(embedding)
    const plain = await lossOf(oneHot)
    // The share of the pairs that one-hot features tell apart is (31/60)².
    expect(embeddingLoss).toBeLessThan(0.6 * plain)
    const together = await tabularTask.testTogether([embedding, oneHot])
    // Jensen: a mean of predictions has at most the mean loss.
    expect(together['testLoss']).toBeLessThan((embeddingLoss + plain) / 2)
  })

  it('has rows for the categories of the training rows of each fold', () => {
    const values = readHyperparameters(tabularTask.hyperparameters, { categories: 'embedding' })
    for (const index of [0, 1, 2]) {
      const problem = tabularTask.load(settings, dataset, values, 1, { index, count: 3 })
      const [first] = problem.network.layers
      if (first?.kind !== 'categoryEmbedding') throw new Error('no embeddings')
      const codesOf = ({ rows, fill }: RowSource, column: number) =>
        Array.from({ length: rows }, (_, row) => {
          const inputs = new Float32Array(2)
          fill(null, row, 1, inputs, new Float32Array(1))
          return inputs[column] ?? Number.NaN
        })
      for (const [column, { levels }] of first.tables.entries()) {
        const codes = new Set(codesOf(problem.training(), column))
        expect([...codes].sort((a, b) => a - b)).toEqual(
          Array.from({ length: levels - 1 }, (_, at) => at + 1),
        )
        const validated = codesOf(problem.evaluation('validation').source, column)
        expect(validated.every(code => code === 0 || codes.has(code))).toBe(true)
      }
    }
  })
})
