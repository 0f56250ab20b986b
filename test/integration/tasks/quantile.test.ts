import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PreparedDataset } from '../../../src-main/core/data/dataset.ts'
import { exportedModelSchema } from '../../../src-main/core/models/exported-model.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { predictRows } from '../../../src-main/training/prediction/predict-rows.ts'
import type { Engine } from '../../../src-main/training/compiled/compiled-function.ts'
import { readHyperparameters } from '../../../src-main/training/tasks/read-hyperparameters.ts'
import { tabularTask } from '../../../src-main/training/tasks/tabular/tabular-task.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { recordingHost } from '../../helpers/recording-host.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-quantile-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})
const file = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/data/${name}`, import.meta.url))
const data = { file: file('diabetes.csv'), target: 'progression' }
const parameters = { units: 16, epochs: 40, learningRate: 0.005 }

describe('the quantile of a number', () => {
  let engine: Engine
  let dataset: PreparedDataset
  beforeAll(async () => {
    engine = await loadEngine('wasm')
    dataset = await loadTaskData({ task: 'tabular', data }, scratch)
  })
  afterAll(() => {
    engine.dispose()
  })

  it.each([0.1, 0.5, 0.9])('has the share %d of the targets below it', async quantile => {
    const settings = tabularTask.settingsSchema.parse({ data, quantile })
    const goals = [{ metric: 'validationQuantileLoss', direction: 'minimize' }] as const
    const shared = { settings, dataset, engine, parameters, studySeed: 1, trialSeed: 2 }
    const result = await tabularTask.train({ ...shared, goals, host: recordingHost() })
    const weights = result.weights!.best
    const values = readHyperparameters(tabularTask.hyperparameters, parameters)
    const problem = tabularTask.load(settings, dataset, values, 1)
    const model = exportedModelSchema.parse(JSON.parse(JSON.stringify(result.model)))
    let below = 0
    let rows = 0
    for (const part of ['validation', 'test'] as const) {
      const { source } = problem.evaluation(part)
      const inputs = new Float32Array(source.rows * source.inputSize)
      const targets = new Float32Array(source.rows)
      source.fill(null, 0, source.rows, inputs, targets)
      const outputs = await predictRows(engine, model, weights, inputs)
      below += targets.filter((target, row) => target < outputs[row]!).length
      rows += source.rows
    }
    expect(Math.abs(below / rows - quantile)).toBeLessThan(0.12)
    const tested = await tabularTask.test({ ...shared, weights })
    const { deviation } = model.outputs as Extract<typeof model.outputs, { kind: 'value' }>
    expect(tested['testQuantileLoss']! / deviation).toBeCloseTo(tested['testLoss']!, 5)
  })

  it('is refused for classes and with hypergradients', async () => {
    const classes = { file: file('breast-cancer.csv'), target: 'diagnosis' }
    const settings = tabularTask.settingsSchema.parse({ data: classes, quantile: 0.5 })
    const other = await loadTaskData({ task: 'tabular', data: classes }, scratch)
    const values = readHyperparameters(tabularTask.hyperparameters, {})
    const error = await catchAppError(() => tabularTask.load(settings, other, values, 1))
    expect(error).toMatchObject({ code: 'data.invalid', detail: { field: 'objective.quantile' } })
    const both = { data, quantile: 0.5, hypergradients: { mode: 'reverse', steps: 5 } }
    expect(tabularTask.settingsSchema.safeParse(both).success).toBe(false)
    for (const quantile of [0, 1, -1]) {
      expect(tabularTask.settingsSchema.safeParse({ data, quantile }).success).toBe(false)
    }
  })
})
