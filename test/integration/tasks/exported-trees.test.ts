import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import {
  exportedModelSchema,
  type ExportedModel,
} from '../../../src-main/core/models/exported-model.ts'
import { fromStored, readBoostingCases } from '../../../src-main/engines/boosting/check-booster.ts'
import { loadBooster } from '../../../src-main/engines/boosting/load-booster.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import type { BoosterLibrary } from '../../../src-main/training/boosting/booster.ts'
import { ownBooster } from '../../../src-main/training/boosting/own-booster.ts'
import { libraryFile } from '../../../src-main/training/boosting/read-trees.ts'
import {
  readTablePreprocessing,
  tablePreprocessingSchema,
} from '../../../src-main/training/data/stored-table-fit.ts'
import { applyTablePreprocessing } from '../../../src-main/training/data/table-preprocessing.ts'
import { exportOnnx } from '../../../src-main/training/onnx/export-onnx.ts'
import { predictRows } from '../../../src-main/training/prediction/predict-rows.ts'
import { predictTrees } from '../../../src-main/training/prediction/predict-trees.ts'
import { readOutputs } from '../../../src-main/training/prediction/read-outputs.ts'
import { openTable } from '../../../src-main/training/tasks/tabular/load-table.ts'
import { tabularTask } from '../../../src-main/training/tasks/tabular/tabular-task.ts'
import { treeColumns } from '../../../src-main/training/tasks/tabular/tree-table.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { boosterPacks } from '../../helpers/booster-packs.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { askPeer, findPeer } from '../../helpers/python-peer.ts'
import { recordingHost } from '../../helpers/recording-host.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const cases = await readBoostingCases()
const fixture = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const penguins = fixture('resources/samples/penguins.csv')

/** Gaps, a category of 150 values, and times whose differences float32 cannot hold. */
function sales(): string {
  const random = createRandomStream({ seed: 5, number: 0, purpose: 'sales' })
  const rows = Array.from({ length: 1_500 }, () => {
    const shop = Math.floor(random.uniform() * 150)
    const time = 1.7e9 + Math.floor(random.uniform() * 1_000) / 8
    const size = random.uniform() < 0.2 ? '' : random.uniform().toFixed(3)
    const price = 1e4 * ((shop * 7) % 11) + 40 * (time - 1.7e9) + 2e4 * Number(size)
    const kind = random.uniform() < 0.1 ? '' : `kind ${shop % 3}`
    return [`shop ${shop}`, kind, time, size, price, price > 6e4 ? 'dear' : 'cheap']
  })
  const file = path.join(scratch(), 'sales.csv')
  writeFileSync(
    file,
    `shop,kind,time,size,price,worth\n${rows.map(row => row.join(',')).join('\n')}\n`,
  )
  return file
}

interface Table {
  readonly name: string
  readonly data: () => object
  readonly settings?: object
}

const tables: readonly Table[] = [
  { name: 'three classes', data: () => ({ file: penguins, target: 'species' }) },
  { name: 'two classes', data: () => ({ file: sales(), target: 'worth', ignore: ['price'] }) },
  { name: 'a number', data: () => ({ file: sales(), target: 'price', ignore: ['worth'] }) },
  {
    name: 'a quantile',
    data: () => ({ file: sales(), target: 'price', ignore: ['worth'] }),
    settings: { quantile: 0.8 },
  },
]

const libraries: readonly BoosterLibrary[] = [
  ownBooster,
  ...boosterPacks.map(name => loadBooster(name)),
]
const subjects = tables.flatMap(table => [
  ...libraries.map(library => ({ ...table, family: 'boosting', by: library.name, library })),
  { ...table, family: 'forest', by: 'tunewright', library: ownBooster },
  { ...table, family: 'linear', by: 'regression', library: ownBooster },
])

describe.each(subjects)('$name, $family of $by', ({ data, settings, family, library }) => {
  it('predicts in ONNX Runtime what it predicts here, gaps and categories included', async () => {
    const objective = { task: 'tabular', data: data() }
    const dataset = await loadTaskData(objective, scratch())
    const taskSettings = tabularTask.settingsSchema.parse({ data: objective.data, ...settings })
    const engine = await loadEngine('cpu')
    const result = await tabularTask.train({
      settings: taskSettings,
      dataset,
      engine,
      boosters: [library],
      studySeed: 1,
      trialSeed: 2,
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      parameters: { family, rounds: 25, trees: 25, leaves: 12, minRowsPerLeaf: 5 },
      host: recordingHost(),
    })
    const model = exportedModelSchema.parse(JSON.parse(JSON.stringify(result.model)))
    const weights = result.weights?.best ?? []
    const { table } = openTable(taskSettings, dataset, 1, null)
    const { rows: count } = table.schema
    const rows = Int32Array.from({ length: count }, (_, row) => row)
    const fitted = readTablePreprocessing(tablePreprocessingSchema.parse(model.preprocessing))
    const { trees } = model
    const features = applyTablePreprocessing(table, fitted, rows)
    const outputs =
      trees === undefined
        ? await predictRows(engine, model, weights, features)
        : predictTrees([library], { ...model, trees }, weights, table)
    engine.dispose()
    const { columns } = treeColumns(table, fitted, rows)
    const cells = Float64Array.from({ length: count * columns.length }, (_, at) => {
      return columns[at % columns.length]?.values[Math.floor(at / columns.length)] ?? Number.NaN
    })
    expect(cells.some(Number.isNaN)).toBe(true)
    const input =
      trees === undefined
        ? new Tensor('float32', features, [count, fitted.width])
        : new Tensor('float64', cells, [count, columns.length])
    expect(await distance(model, exportOnnx(model, weights), input, outputs)).toBeLessThan(1e-5)
  })
})

describe.each(boosterPacks)('the file of %s', name => {
  const library = loadBooster(name)
  const training = fromStored(cases.training)
  const validation = fromStored(cases.validation)

  it.each(cases.cases)('gives our scores in its own Python package: $name', testCase => {
    const data = { ...training, target: Float64Array.from(testCase.target), weights: null }
    const { objective, parameters } = testCase
    const booster = library.train({ data, validation, objective, parameters, start: null })
    for (let round = 0; round < 5; round++) booster.boostRound()
    const file = libraryFile({ library: name }, booster.save(5))
    const scores = booster.scores('validation').slice()
    booster.dispose()
    if (file === null) throw new Error('no file')
    const python = findPeer('TUNEWRIGHT_BOOSTING_PYTHON')
    if (python === null) return
    const folder = scratch()
    const model = path.join(folder, file.name)
    writeFileSync(model, file.bytes)
    const rows = Array.from({ length: validation.rows }, (_, row) =>
      validation.columns.map(({ values }) => values[row]),
    )
    const request = path.join(folder, 'request.json')
    writeFileSync(request, JSON.stringify({ library: name, file: model, rows }))
    const theirs = askPeer(python, '../boosting/predict_exported.py', [request]) as number[] | null
    if (theirs === null) return console.warn(`Skipped: ${python} has no ${name}`)
    expect(theirs).toHaveLength(scores.length)
    expect(Math.max(...theirs.map((value, at) => Math.abs(value - scores[at]!)))).toBeLessThan(1e-6)
  })
})

/** Of ONNX Runtime's results from ours: the largest, of probabilities, or relative to the largest number. */
async function distance(
  model: ExportedModel,
  file: Uint8Array,
  input: Tensor,
  outputs: Float32Array,
): Promise<number> {
  const session = await InferenceSession.create(file)
  const results = await session.run({ input })
  await session.release()
  const got = (results['probabilities'] ?? results['prediction'])?.data as Float32Array
  const names = Array.from({ length: input.dims[0] ?? 0 }, (_, row) => String(row))
  const ours = readOutputs(model, names, outputs).flatMap(
    output => output.probabilities ?? [Number(output.prediction)],
  )
  expect(got).toHaveLength(ours.length)
  const scale = Math.max(1, ...ours.map(Math.abs))
  return Math.max(...ours.map((value, at) => Math.abs(value - (got[at] ?? Number.NaN)))) / scale
}
