import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensembleOf } from '../../../src-main/analysis/summary/ensemble.ts'
import { exportedModelSchema } from '../../../src-main/core/models/exported-model.ts'
import type { StudySnapshot } from '../../../src-main/core/study/study.ts'
import type { Assignment } from '../../../src-main/core/trial/trial.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { readWeightsFile } from '../../../src-main/trainer/models/weights-file.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { NamedTensor } from '../../../src-main/training/objectives/objective-host.ts'
import { predictRows } from '../../../src-main/training/prediction/predict-rows.ts'
import type { Engine } from '../../../src-main/training/compiled/compiled-function.ts'
import { readHyperparameters } from '../../../src-main/training/tasks/read-hyperparameters.ts'
import { tabularTask } from '../../../src-main/training/tasks/tabular/tabular-task.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { jsonObjects, runTunewright } from '../../helpers/run-tunewright.ts'
import { recordingHost } from '../../helpers/recording-host.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-ensemble-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})
const inScratch = (name: string) => path.join(scratch, name)
const run = (...parameters: string[]) =>
  runTunewright(['--db', 'test.sqlite', ...parameters], scratch)

const file = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/data/${name}`, import.meta.url))
const cancer = { file: file('breast-cancer.csv'), target: 'diagnosis' }
const diabetes = { file: file('diabetes.csv'), target: 'progression' }

const study = {
  name: 'together',
  objective: { task: 'tabular', data: cancer },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    learningRate: { float: [0.001, 0.02], log: true },
    units: { int: [2, 8] },
    epochs: { fixed: 5 },
  },
  ensemble: 2,
  stop: { trials: 4 },
  engine: 'wasm',
  seed: 3,
}

type Rows = number[][]

/** Inputs and targets of a split, and what a trained network makes of it. */
async function predicted(
  data: object,
  part: 'validation' | 'test',
  member: { parameters: Assignment; weights: readonly NamedTensor[] },
  engine: Engine,
): Promise<{ outputs: Rows; targets: Rows }> {
  const dataset = await loadTaskData({ task: 'tabular', data }, inScratch('cache'))
  const settings = tabularTask.settingsSchema.parse({ data })
  const values = readHyperparameters(tabularTask.hyperparameters, member.parameters)
  const problem = tabularTask.load(settings, dataset, values, study.seed)
  const { source } = problem.evaluation(part)
  const inputs = new Float32Array(source.rows * source.inputSize)
  const targets = new Float32Array(source.rows * source.targetSize)
  source.fill(null, 0, source.rows, inputs, targets)
  const described = { format: 1, task: 'tabular', network: problem.network, ...problem.model }
  const model = exportedModelSchema.parse(JSON.parse(JSON.stringify(described)))
  const outputs = await predictRows(engine, model, member.weights, inputs)
  const rowsOf = (flat: Float32Array) =>
    Array.from({ length: source.rows }, (_, row) =>
      Array.from(flat.slice(row * source.targetSize, (row + 1) * source.targetSize)),
    )
  return { outputs: rowsOf(outputs), targets: rowsOf(targets) }
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const meanRows = (all: readonly Rows[]): Rows =>
  all[0]!.map((first, row) => first.map((_, at) => meanOf(all.map(rows => rows[row]![at]!))))
const softmax = (row: readonly number[]) => {
  const sum = row.reduce((all, logit) => all + Math.exp(logit), 0)
  return row.map(logit => Math.exp(logit) / sum)
}

const trialsOf = (events: StudySnapshot['events']) =>
  ensembleOf(events)!.members.map(({ trialNumber }) => trialNumber)

describe('the best trials of a study together', () => {
  let output = ''
  beforeAll(async () => {
    writeFileSync(inScratch('study.json'), JSON.stringify(study))
    const { stdout, stderr, exitCode } = await run('run', 'study.json', '--report', 'report.html')
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    output = stdout
  })

  function read(): StudySnapshot {
    const store = openStudyStore(inScratch('test.sqlite'))
    try {
      return store.snapshot(store.findStudy('together').id)
    } finally {
      store.close()
    }
  }

  it('are the best two; the models of the others are kept too', () => {
    const { trials, artifacts, events } = read()
    const ranked = trials
      .map(({ number, values }) => ({ number, value: values[0]! }))
      .sort((a, b) => a.value - b.value)
      .slice(0, 2)
      .map(({ number }) => number)
    expect(trialsOf(events)).toEqual(ranked)
    const weights = artifacts.filter(({ kind }) => kind === 'weights.best')
    expect(new Set(weights.map(({ trialNumber }) => trialNumber))).toEqual(new Set([0, 1, 2, 3]))
  })

  it('predict the mean of their probabilities', async () => {
    const { trials, artifacts, events } = read()
    const ensemble = ensembleOf(events)!
    const engine = await loadEngine('wasm')
    for (const part of ['validation', 'test'] as const) {
      const all = []
      let targets: Rows = []
      for (const { trialNumber: number } of ensemble.members) {
        const { parameters } = trials[number]!
        const file = artifacts.find(
          artifact => artifact.trialNumber === number && artifact.kind === 'weights.best',
        )!.path
        const weights = await readWeightsFile(file)
        const prediction = await predicted(cancer, part, { parameters, weights }, engine)
        all.push(prediction.outputs.map(softmax))
        targets = prediction.targets
      }
      const means = meanRows(all)
      const rightOnes = means.map((mean, row) => mean[targets[row]!.indexOf(1)]!)
      const loss = meanOf(rightOnes.map(probability => -Math.log(probability)))
      const accuracy = meanOf(rightOnes.map(probability => (probability > 0.5 ? 1 : 0)))
      expect(ensemble.metrics[`${part}Loss`]).toBeCloseTo(loss, 5)
      expect(ensemble.metrics[`${part}Accuracy`]).toBeCloseTo(accuracy, 9)
    }
    engine.dispose()
  })

  it('are told at the end, by best and in the report', async () => {
    const { metrics } = ensembleOf(read().events)!
    const trials = trialsOf(read().events)
    const line = `Averaged predictions of trials ${trials.join(', ')}`
    expect(output).toContain(`${line}:`)
    const [best] = jsonObjects((await run('--json', 'best', 'together')).stdout)
    expect(best).toMatchObject({ ensemble: { trials, metrics } })
    expect(readFileSync(inScratch('report.html'), 'utf8')).toContain(line)
  })

  it('leave the best one to be exported, and nothing to resume', async () => {
    expect((await run('model', 'together', 'model')).exitCode).toBe(0)
    const card = readFileSync(inScratch('model/README.md'), 'utf8')
    expect(card).toContain(`Trial ${trialsOf(read().events)[0]!},`)
    // Its own report was written elsewhere, so the one that each study has by itself is made up for, once.
    expect((await run('resume', 'together')).stdout).toContain('Report:')
    expect((await run('resume', 'together')).exitCode).toBe(2)
  })
})

describe('networks that predict numbers together', () => {
  it('predict their mean, in units of the target', async () => {
    const engine = await loadEngine('wasm')
    const dataset = await loadTaskData({ task: 'tabular', data: diabetes }, inScratch('cache'))
    const settings = tabularTask.settingsSchema.parse({ data: diabetes })
    const goals = [{ metric: 'validationRmse', direction: 'minimize' }] as const
    const shared = { settings, dataset, engine, studySeed: study.seed }
    const requests = []
    for (const [trialSeed, units] of [3, 5].entries()) {
      const parameters = { units, epochs: 2 }
      const request = { ...shared, parameters, trialSeed }
      const { weights } = await tabularTask.train({ ...request, goals, host: recordingHost() })
      requests.push({ ...request, weights: weights!.best })
    }
    const metrics = await tabularTask.testTogether(requests)
    const both = []
    for (const request of requests) both.push(await predicted(diabetes, 'test', request, engine))
    const means = meanRows(both.map(({ outputs }) => outputs))
    const errors = both[0]!.targets.map(([target], row) => (means[row]![0]! - target!) ** 2)
    expect(metrics['testLoss']).toBeCloseTo(meanOf(errors), 5)
    const alone = await Promise.all(requests.map(request => tabularTask.test(request)))
    const model = tabularTask.load(
      settings,
      dataset,
      readHyperparameters(tabularTask.hyperparameters, {}),
      study.seed,
    ).model
    const deviation = model.outputs.kind === 'value' ? model.outputs.deviation : Number.NaN
    expect(metrics['testRmse']).toBeCloseTo(Math.sqrt(meanOf(errors)) * deviation, 3)
    // Of two, never worse than the mean of both.
    expect(metrics['testLoss']).toBeLessThan(
      meanOf(alone.map(metricsOfMember => metricsOfMember['testLoss']!)) + 1e-6,
    )
    engine.dispose()
  })
})
