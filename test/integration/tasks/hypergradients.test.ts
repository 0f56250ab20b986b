import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PreparedDataset } from '../../../src-main/core/data/dataset.ts'
import type { Assignment } from '../../../src-main/core/trial/trial.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import type { Engine } from '../../../src-main/training/compiled/compiled-function.ts'
import { checkStudy } from '../../../src-main/features/studies/node/study-check.ts'
import { findTask, tasks } from '../../../src-main/training/tasks/registry.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { recordingHost } from '../../helpers/recording-host.ts'

const fileOf = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))

const digits = {
  task: 'tabular',
  data: { file: fileOf('resources/samples/digits.csv'), target: 'digit', train: 300, test: 300 },
}
const diabetes = {
  task: 'tabular',
  data: { file: fileOf('test/fixtures/data/diabetes.csv'), target: 'progression' },
}
const penguins = {
  task: 'tabular',
  data: { file: fileOf('resources/samples/penguins.csv'), target: 'species' },
}
const mnist = { task: 'image', data: { source: 'mnist', train: 60, validation: 40, test: 40 } }

describe('tasks that report hypergradients', () => {
  const cacheDirectory = mkdtempSync(path.join(tmpdir(), 'tunewright-hypergradients-'))
  const datasets = new Map<object, PreparedDataset>()
  let engine: Engine
  beforeAll(async () => {
    engine = await loadEngine('wasm')
    for (const objective of [digits, diabetes, penguins, mnist]) {
      datasets.set(objective, await loadTaskData(objective, cacheDirectory))
    }
  })
  afterAll(() => {
    engine.dispose()
    rmSync(cacheDirectory, { recursive: true, force: true })
  })

  async function train(
    objective: { readonly task: string; readonly data: object },
    hypergradients: object,
    parameters: Assignment,
    trialNumber = 0,
  ) {
    const task = findTask(objective.task)
    const shared = {
      settings: task.settingsSchema.parse({ ...objective, hypergradients }),
      dataset: datasets.get(objective) as PreparedDataset,
      engine,
      parameters,
      studySeed: 1,
      trialSeed: 2,
    }
    const goals = [{ metric: 'validationLoss', direction: 'minimize' as const }]
    const host = recordingHost()
    const result = await task.train({ ...shared, goals, trialNumber, host })
    const metrics = result.best?.metrics ?? {}
    return {
      metrics,
      reports: host.reports,
      test: () => task.test({ ...shared, weights: result.weights?.best ?? [] }),
    }
  }

  /** Derivative of the validation loss by one parameter, by central differences of whole trials. */
  async function difference(
    objective: typeof digits | typeof mnist,
    settings: object,
    parameters: Assignment,
    name: string,
  ): Promise<number> {
    const value = parameters[name] as number
    const loss = async (factor: number): Promise<number> =>
      (
        await train(
          objective,
          { ...settings, mode: 'none' },
          { ...parameters, [name]: value * factor },
        )
      ).metrics['validationLoss'] as number
    return ((await loss(1.02)) - (await loss(0.98))) / (0.04 * value)
  }

  const network = { layers: 1, units: 6, learningRate: 0.2, momentum: 0.7, l2: 0.01 }

  it.each([['forward'], ['reverse']])('%s: a dense network on digits', async mode => {
    const settings = { mode, steps: 8, batchSize: 100 }
    const { metrics, test } = await train(digits, settings, network)
    for (const name of ['learningRate', 'momentum', 'l2']) {
      const wanted = await difference(digits, settings, network, name)
      expect(Math.abs((metrics[`gradient.${name}`] as number) / wanted - 1)).toBeLessThan(0.02)
    }
    expect(metrics['gradientMode']).toBe(mode === 'forward' ? 1 : 2)
    expect(metrics['selfTestError']).toBeLessThan(0.02)
    expect(metrics['holdoutLoss']).not.toBe(metrics['validationLoss'])
    expect((await test())['testAccuracy']).toBeGreaterThan(0.3)
  })

  it('schedules, decays per layer and input, smoothing, noise and class weights', async () => {
    const parameters = {
      layers: 1,
      units: 5,
      learningRateStep1: 0.1,
      learningRateStep2: 0.3,
      learningRate: 0.2,
      l2Input10: 0.05,
      l2Layer1: 0.02,
      l2: 0.01,
      labelSmoothing: 0.1,
      inputNoise: 0.2,
      classWeight3: 2,
    }
    const settings = { mode: 'reverse', steps: 4 }
    const { metrics } = await train(digits, settings, parameters)
    for (const name of [
      'learningRateStep2',
      'learningRate',
      'l2Layer1',
      'labelSmoothing',
      'inputNoise',
      'classWeight3',
    ]) {
      const wanted = await difference(digits, settings, parameters, name)
      const gradient = metrics[`gradient.${name}`] as number
      // Rounding of float32 losses in differences this small.
      expect(Math.abs(gradient - wanted)).toBeLessThan(
        0.02 * Math.abs(wanted) + 2e-5 / parameters[name as 'l2'],
      )
    }
  })

  it('a small convolutional network on MNIST', async () => {
    const parameters = {
      model: 'cnn',
      convolutionBlocks: 2,
      filters: 2,
      layers: 0,
      learningRate: 0.3,
    }
    const settings = { mode: 'auto', steps: 3 }
    const { metrics } = await train(mnist, settings, parameters)
    expect(metrics['gradientMode']).toBe(1)
    const wanted = await difference(mnist, settings, parameters, 'learningRate')
    expect(Math.abs((metrics['gradient.learningRate'] as number) / wanted - 1)).toBeLessThan(0.02)
  })

  it('implicit: weight decay of a regression at its minimum', async () => {
    const parameters = { layers: 0, l2: 0.05 }
    const settings = { mode: 'implicit', damping: 0 }
    const { metrics } = await train(diabetes, settings, parameters)
    expect(metrics['gradientMode']).toBe(3)
    expect(metrics['selfTestError']).toBeLessThan(0.02)
    const damped = await train(digits, { mode: 'implicit' }, parameters)
    expect(damped.metrics['selfTestError']).toBeLessThan(0.02)
    const loss = async (l2: number): Promise<number> =>
      (await train(diabetes, settings, { layers: 0, l2 })).metrics['validationLoss'] as number
    const wanted = ((await loss(0.055)) - (await loss(0.045))) / 0.01
    expect(Math.abs((metrics['gradient.l2'] as number) / wanted - 1)).toBeLessThan(0.02)
  })

  it('online: a rate that grows from far too small a start', async () => {
    const settings = { mode: 'online', steps: 60, levels: 0 }
    const parameters = { layers: 0, learningRate: 0.001, momentum: 0.5 }
    const still = await train(digits, settings, { ...parameters, hyperRate: 0 })
    const online = await train(digits, settings, { ...parameters, hyperRate: 0.01 })
    expect(still.metrics['learningRate']).toBeCloseTo(0.001, 8)
    expect(online.metrics['learningRate']).toBeGreaterThan(0.01)
    expect(online.metrics['validationLoss']).toBeLessThan(
      0.8 * (still.metrics['validationLoss'] as number),
    )
    const rates = online.reports.map(({ metrics }) => metrics['learningRate'] as number)
    expect(rates).toHaveLength(30)
    expect(rates.at(-1)).toBeGreaterThan(2 * (rates[0] as number))
    expect(online.metrics).not.toHaveProperty('gradientNorm')
    expect(online.metrics['gradientMode']).toBe(4)
    expect(online.metrics['selfTestError']).toBeLessThan(0.02)
  })

  it.each([
    ['relu', { layers: 1, activation: 'relu', learningRate: 0.1 }, 'layers[1]', 'relu'],
    ['an input that is not there', { layers: 0, l2Input65: 0.1 }, 'l2Input65', 0.1],
  ])('refuses %s by name', async (_, parameters, field, value) => {
    const error = await catchAppError(() => train(digits, {}, parameters))
    expect(error).toMatchObject({ code: 'training.invalid', detail: { field, value } })
  })

  it('goes through one-hot categories and refuses embeddings by name', async () => {
    const parameters = { layers: 1, units: 3, learningRate: 0.1 }
    const { metrics } = await train(penguins, { steps: 3 }, { ...parameters, categories: 'oneHot' })
    expect(metrics['selfTestError']).toBeLessThan(0.02)
    const embedding = { ...parameters, categories: 'embedding' }
    const error = await catchAppError(() => train(penguins, {}, embedding))
    expect(error).toMatchObject({
      code: 'training.invalid',
      detail: { field: 'layers[0]', value: 'categoryEmbedding' },
    })
  })

  it('refuses max pooling by name', async () => {
    const parameters = { model: 'cnn', pooling: 'max', learningRate: 0.1 }
    const error = await catchAppError(() => train(mnist, {}, parameters))
    expect(error).toMatchObject({ detail: { field: 'layers[2]', value: 'max' } })
  })

  it('takes no loss for a goal that the gradient itself goes down', () => {
    const base = { name: 'x', sampler: { name: 'gradient' }, stop: { trials: 5 } }
    const problems = (hypergradients: object, metric: string) => {
      const objective = { ...digits, hypergradients }
      const goals = [{ metric, direction: 'minimize' }]
      const space = { learningRate: { float: [0.01, 1] } }
      const checked = checkStudy({ ...base, objective, goals, space }, { tasks })
      return checked.ok
        ? []
        : checked.problems.map(({ path: problemPath, rule }) => [problemPath.join('.'), rule.code])
    }
    expect(problems({}, 'validationLoss')).toEqual([['goals.0.metric', 'rule.goalDescended']])
    for (const settings of [{ holdout: 0 }, { mode: 'none' }, { mode: 'online' }]) {
      expect(problems(settings, 'validationLoss')).toEqual([])
    }
    expect(problems({}, 'holdoutLoss')).toEqual([])
  })

  it('checks spaces against what can be differentiated', () => {
    const task = findTask('tabular')
    const problems = (hypergradients: object, space: object) =>
      task
        .checkSpace(space as never, task.settingsSchema.parse({ ...digits, hypergradients }))
        .map(({ path: problemPath }) => problemPath.join('.'))
    const space = {
      units: { int: [4, 8] },
      learningRate: { float: [0.1, 1] },
      l2Input9: { float: [0, 1] },
    }
    expect(problems({}, space)).toEqual([])
    expect(problems({ mode: 'implicit' }, space)).toEqual(['space.learningRate'])
    expect(
      problems({ steps: 5 }, { learningRateStep5: { fixed: 1 }, learningRateStep6: { fixed: 1 } }),
    ).toEqual(['space.learningRateStep6'])
    expect(problems({}, { dropout: { float: [0, 1] }, epochs: { fixed: 3 } })).toEqual([
      'space.epochs',
      'space.dropout',
    ])
    expect(problems({}, { activation: { choice: ['tanh', 'relu'] } })).toEqual([
      'space.activation.choice.1',
    ])
    expect(problems({}, { activation: { fixed: 'relu' } })).toEqual(['space.activation.fixed'])
    expect(problems({}, { activation: { choice: ['tanh', 'gelu'] } })).toEqual([])
    expect(problems({}, { categories: { choice: ['oneHot', 'embedding'] } })).toEqual([
      'space.categories.choice.1',
    ])
    expect(problems({}, { embeddingScale: { float: [0.5, 2] } })).toEqual(['space.embeddingScale'])
    expect(problems({}, { categories: { fixed: 'oneHot' } })).toEqual([])
  })
})
