import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { encode } from 'fast-png'
import { afterAll, describe, expect, it } from 'vitest'
import {
  exportedModelSchema,
  type ExportedModel,
} from '../../../src-main/core/models/exported-model.ts'
import { readNewRows } from '../../../src-main/datasets/read-new-rows.ts'
import { writeModelFile } from '../../../src-main/trainer/models/model-file.ts'
import { writeWeightsFile } from '../../../src-main/trainer/models/weights-file.ts'
import { predictNewData } from '../../../src-main/features/models/node/predict-new-data.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import type { RowSource } from '../../../src-main/training/data/row-source.ts'
import { audioTask } from '../../../src-main/training/tasks/audio/audio-task.ts'
import { imageTask } from '../../../src-main/training/tasks/image/image-task.ts'
import type { NetworkTask } from '../../../src-main/training/tasks/network-task.ts'
import type { HyperparameterTable } from '../../../src-main/training/tasks/hyperparameter.ts'
import { readHyperparameters } from '../../../src-main/training/tasks/read-hyperparameters.ts'
import { tabularTask } from '../../../src-main/training/tasks/tabular/tabular-task.ts'
import { textTask } from '../../../src-main/training/tasks/text/text-task.ts'
import { toNewRows } from '../../../src-main/training/prediction/new-rows.ts'
import { prepareInputs } from '../../../src-main/training/prediction/prepare-inputs.ts'
import { exportPredictionsCsv } from '../../../src-main/reports/export/export-predictions-csv.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { recordingHost } from '../../helpers/recording-host.ts'
import { wavBytes } from '../../helpers/wav-bytes.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-prediction-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

function write(name: string, content: string | Uint8Array): string {
  const file = path.join(scratch, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

const numbers = (count: number, factor: number) =>
  Array.from({ length: count }, (_, n) => Math.round(200 * Math.abs(Math.sin(factor * n + factor))))
for (const [label, factor] of [
  ['a', 0.3],
  ['b', 1.7],
] as const) {
  for (let take = 0; take < 12; take++) {
    const values = numbers(300, factor + take / 50).map(value => value * 90)
    write(`sounds/${label}/${take}.wav`, wavBytes({ values, sampleRate: 4_000 }))
    const data = Uint8Array.from(numbers(90, factor + take / 50))
    const image = { width: 6, height: 5, data, channels: 3, depth: 8 } as const
    write(`images/${label}/${take}.png`, encode(image))
    write(
      `texts/${label}/${take}.txt`,
      `${label} text ${take}, ${label === 'a' ? 'good' : 'bad'} Zoë`,
    )
  }
}
const moods = Array.from(
  { length: 24 },
  (_, n) => `"a ${n % 2 ? 'good' : 'bad'} one, ${n}",${n % 2}`,
)
write('moods.csv', `text;mood\n${moods.join('\n').replaceAll('",', '";')}\n`)
const cars = Array.from({ length: 60 }, (_, n) =>
  [n % 7 === 3 ? '?' : n / 7, ['red', 'blue', ''][n % 3], n % 2 ? 5 : 6, 100 + 3 * n].join(','),
)
write('cars.csv', `weight,color,gears,price\n${cars.join('\n')}\n`)

// Numbers with a comma that could divide thousands, letters of another encoding, and a sign for no value.
const rowsWithSigns = Array.from({ length: 60 }, (_, n) =>
  [
    n % 7 === 3 ? '-' : `${n},${100 + n}`,
    ['grün', 'weiß', '-'][n % 3],
    n % 2 ? 5 : 6,
    n % 15,
    `row ${n}`,
  ].join('|'),
)
write('told.csv', Buffer.from(`${rowsWithSigns.join('\n')}\n`, 'latin1'))

const cancer = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))

type AnyTask = NetworkTask<unknown, HyperparameterTable>
interface Case {
  readonly name: string
  readonly task: AnyTask
  readonly data: object
  readonly input: string
  readonly parameters: Readonly<Record<string, string | number | boolean>>
}

const folders = (name: string) => path.join(scratch, name)
const cases: Case[] = [
  {
    name: 'images, scaled',
    task: imageTask as unknown as AnyTask,
    data: { source: { folders: folders('images'), size: 4 } },
    input: folders('images'),
    parameters: { units: 4 },
  },
  {
    name: 'recordings',
    task: audioTask as unknown as AnyTask,
    data: { source: { folders: folders('sounds'), seconds: 0.1 } },
    input: folders('sounds'),
    parameters: { bands: 8, features: 'mfcc', coefficients: 6, model: 'gru', recurrentUnits: 4 },
  },
  {
    name: 'images, separable convolutions',
    task: imageTask as unknown as AnyTask,
    data: { source: { folders: folders('images'), size: 4 } },
    input: folders('images'),
    parameters: {
      model: 'cnn',
      convolutionKind: 'separable',
      convolutionBlocks: 2,
      filters: 4,
      units: 4,
      batchNormalization: true,
    },
  },
  {
    name: 'texts in files',
    task: textTask as unknown as AnyTask,
    data: { source: { folders: folders('texts') } },
    input: folders('texts'),
    parameters: { length: 6, vocabularySize: 20, embeddingDimensions: 4 },
  },
  {
    name: 'texts in files, with attention',
    task: textTask as unknown as AnyTask,
    data: { source: { folders: folders('texts') } },
    input: folders('texts'),
    parameters: {
      length: 9,
      vocabularySize: 20,
      embeddingDimensions: 5,
      model: 'attention',
      attentionBlocks: 2,
      attentionDropout: 0.1,
      feedForwardUnits: 6,
    },
  },
  {
    name: 'texts in a table',
    task: textTask as unknown as AnyTask,
    data: { source: { file: folders('moods.csv'), text: 'text', target: 'mood', delimiter: ';' } },
    input: folders('moods.csv'),
    parameters: {
      length: 12,
      tokens: 'characters',
      model: 'cnn1d',
      filters: 2,
      vocabularySize: 20,
    },
  },
  {
    name: 'a table with gaps and categories, numbers',
    task: tabularTask as unknown as AnyTask,
    data: { file: folders('cars.csv'), target: 'price', categorical: ['gears'] },
    input: folders('cars.csv'),
    parameters: { units: 4 },
  },
  {
    name: 'a table with embeddings',
    task: tabularTask as unknown as AnyTask,
    data: { file: folders('cars.csv'), target: 'price', categorical: ['gears'] },
    input: folders('cars.csv'),
    parameters: { units: 4, categories: 'embedding', embeddingScale: 2 },
  },
  {
    name: 'a table read as it is said',
    task: tabularTask as unknown as AnyTask,
    data: {
      file: folders('told.csv'),
      target: 'column4',
      header: false,
      delimiter: '|',
      encoding: 'windows-1252',
      decimal: ',',
      missing: ['-'],
      problem: 'regression',
      categorical: ['column3'],
      ignore: ['column5'],
    },
    input: folders('told.csv'),
    parameters: { units: 4 },
  },
  {
    name: 'a table, classes',
    task: tabularTask as unknown as AnyTask,
    data: { file: cancer, target: 'diagnosis' },
    input: cancer,
    parameters: { units: 4, batchNormalization: true },
  },
]

/** Input rows as texts, so that sets of rows can be compared. */
function rowsOf(source: RowSource): { input: string; target: Float32Array }[] {
  return Array.from({ length: source.rows }, (_, row) => {
    const input = new Float32Array(source.inputSize)
    const target = new Float32Array(source.targetSize)
    source.fill(null, row, 1, input, target)
    return { input: input.join(' '), target }
  })
}

describe.each(cases)('$name', ({ name, task, data, input, parameters }) => {
  const directory = path.join(scratch, `model of ${name}`)

  it('are prepared for prediction, after export, exactly as for training', async () => {
    const dataset = await loadTaskData({ task: task.name, data }, path.join(scratch, 'cache'))
    const settings = task.settingsSchema.parse({ data })
    const values = readHyperparameters(task.hyperparameters, parameters)
    const problem = task.load(settings, dataset, values, 1)
    const sources = [
      problem.training(),
      problem.evaluation('validation').source,
      problem.evaluation('test').source,
    ]
    const trained = sources.flatMap(rowsOf)
    const described = { format: 1, task: task.name, network: problem.network, ...problem.model }
    const model = exportedModelSchema.parse(JSON.parse(JSON.stringify(described)))
    const rows = await readNewRows(model, input)
    const inputs = prepareInputs(model, toNewRows(model, rows), rows.names.length)
    const size = inputs.length / rows.names.length
    const prepared = rows.names.map((_, row) =>
      inputs.subarray(row * size, (row + 1) * size).join(' '),
    )
    expect(prepared.sort()).toEqual(trained.map(row => row.input).sort())
  })

  it('give the loss on the test split that the task measured', async () => {
    const engine = await loadEngine('wasm')
    const dataset = await loadTaskData({ task: task.name, data }, path.join(scratch, 'cache'))
    const settings = task.settingsSchema.parse({ data })
    const shared = { settings, dataset, engine, parameters: { ...parameters, epochs: 2 } }
    const seeds = { studySeed: 1, trialSeed: 2 }
    const goals = [{ metric: 'validationLoss', direction: 'minimize' }] as const
    const result = await task.train({ ...shared, ...seeds, goals, host: recordingHost() })
    const weights = result.weights?.best ?? []
    const measured = await task.test({ ...shared, ...seeds, weights })
    engine.dispose()
    await writeModelFile(path.join(directory, 'model.json'), result.model ?? {})
    await writeWeightsFile(path.join(directory, 'weights.safetensors'), weights)
    const { predictions, classNames } = await predictNewData(directory, input, 'wasm')

    // Which rows are the test rows, and what their targets are, the task alone knows.
    const values = readHyperparameters(task.hyperparameters, parameters)
    const problem = task.load(settings, dataset, values, 1)
    const model = JSON.parse(
      readFileSync(path.join(directory, 'model.json'), 'utf8'),
    ) as ExportedModel
    const rows = await readNewRows(model, input)
    const inputs = prepareInputs(model, toNewRows(model, rows), rows.names.length)
    const size = inputs.length / rows.names.length
    const rowOfInput = new Map(
      rows.names.map((_, row) => [inputs.subarray(row * size, (row + 1) * size).join(' '), row]),
    )
    const losses = rowsOf(problem.evaluation('test').source).map(({ input: text, target }) => {
      const predicted = predictions[rowOfInput.get(text) ?? -1]
      if (model.outputs.kind === 'classes') {
        return -Math.log(predicted?.probabilities?.[target.indexOf(1)] ?? Number.NaN)
      }
      const output = (Number(predicted?.prediction) - model.outputs.mean) / model.outputs.deviation
      return (output - (target[0] ?? 0)) ** 2
    })
    const mean = losses.reduce((a, b) => a + b, 0) / losses.length
    expect(Math.abs(mean - (measured['testLoss'] ?? Number.NaN))).toBeLessThan(1e-4)
    expect(classNames).toEqual(model.outputs.kind === 'classes' ? model.outputs.names : null)
    expect(predictions.map(prediction => prediction.name)).toEqual(rows.names)
  })
})

describe('a model with embeddings', () => {
  const directory = path.join(scratch, 'model of a table with embeddings')
  const predict = async (...rows: string[]) => {
    const file = write('new-cars.csv', ['weight,color,gears', ...rows].join('\n'))
    const { predictions } = await predictNewData(directory, file, 'wasm')
    return predictions.map(row => row.prediction)
  }

  it('takes a category that training has not seen for a missing one', async () => {
    const [red, missing, unknown] = await predict('3,red,5', '3,,5', '3,green,5')
    expect(unknown).toBe(missing)
    expect(unknown).not.toBe(red)
    const [fifth, seventh, none] = await predict('3,red,5', '3,red,7', '3,red,?')
    expect(seventh).toBe(none)
    expect(seventh).not.toBe(fifth)
  })

  it('names the columns of such categories, in the file too', async () => {
    const rows = ['weight,color,gears', '3,red,5', '3,,5', '3,green,5', '3,green,99']
    const file = write('unseen-cars.csv', rows.join('\n'))
    const { predictions, classNames } = await predictNewData(directory, file, 'wasm')
    const unseen = predictions.map(row => row.unseen)
    expect(unseen).toEqual([undefined, undefined, ['color'], ['color', 'gears']])
    const lines = exportPredictionsCsv(classNames, predictions).trim().split(/\r?\n/)
    expect(lines.map(line => line.split(',').at(-1))).toEqual([
      'unseen',
      '',
      '',
      'color',
      'color gears',
    ])
    const known = exportPredictionsCsv(classNames, predictions.slice(0, 2))
    expect(known).not.toContain('unseen')
  })

  it('refuses a table that has fewer rows than its preprocessing has categories', async () => {
    const model = JSON.parse(readFileSync(path.join(directory, 'model.json'), 'utf8')) as {
      preprocessing: { categorical: { name: string; featureOf: number[]; features: number }[] }
    }
    const color = model.preprocessing.categorical.find(({ name }) => name === 'color')!
    color.features = 50
    color.featureOf = color.featureOf.map(() => 49)
    const changed = path.dirname(write('fewer/model.json', JSON.stringify(model)))
    const weights = readFileSync(path.join(directory, 'weights.safetensors'))
    writeFileSync(path.join(changed, 'weights.safetensors'), weights)
    const error = await catchAppError(() => predictNewData(changed, folders('cars.csv'), 'wasm'))
    expect(error).toMatchObject({ code: 'training.invalid', detail: { value: '50' } })
  })

  it('refuses tables that are none', async () => {
    const text = readFileSync(path.join(directory, 'model.json'), 'utf8')
    const changed = path.dirname(write('none/model.json', text.replace('"tables"', '"lists"')))
    const weights = readFileSync(path.join(directory, 'weights.safetensors'))
    writeFileSync(path.join(changed, 'weights.safetensors'), weights)
    const error = await catchAppError(() => predictNewData(changed, folders('cars.csv'), 'wasm'))
    expect(error.detail).toMatchObject({ field: 'network.layers[0].tables' })
  })
})

describe('predictNewData refuses', () => {
  const model = (name: string) => path.join(scratch, `model of ${name}`)
  const table = model('a table with gaps and categories, numbers')
  const refused: [string, string, () => string, object][] = [
    [
      'a table without a column',
      table,
      () => write('x1.csv', 'weight,color\n1,red\n'),
      { field: 'columns', value: 'gears' },
    ],
    [
      'text where numbers were',
      table,
      () => write('x2.csv', 'weight,color,gears\nheavy,red,5\n'),
      { field: 'weight', value: 'heavy', line: 2 },
    ],
    [
      'a table without rows',
      table,
      () => write('x3.csv', 'weight,color,gears\n'),
      { field: 'rows' },
    ],
    [
      'a recording of another rate',
      model('recordings'),
      () => write('x4.wav', wavBytes({ values: [1] })),
      { field: 'sampleRate', value: 8_000 },
    ],
    [
      'a file of another kind',
      model('images, scaled'),
      () => write('x5.wav', wavBytes({ values: [1] })),
      { field: 'files' },
    ],
    [
      'a broken image',
      model('images, scaled'),
      () => write('x6.png', 'no image'),
      { field: 'magic' },
    ],
    [
      'an image that is not there',
      model('images, scaled'),
      () => '/nowhere/1.png',
      { field: 'input' },
    ],
    ['a folder without a model', scratch, () => cancer, { field: 'model' }],
  ]
  it.each(refused)('%s', async (_name, directory, make, detail) => {
    const error = await catchAppError(() => predictNewData(directory, make(), 'wasm'))
    expect(error.detail).toMatchObject(detail)
  })

  it('a model file that was changed', async () => {
    const text = readFileSync(path.join(table, 'model.json'), 'utf8')
    const changes: [string, string, string][] = [
      ['"format": 1', '"format": 2', 'format'],
      ['"median"', '"middle"', 'preprocessing.numeric[0].median'],
      ['"dense"', '"magic"', 'network.layers[0].kind'],
      ['{', '[', 'json'],
    ]
    for (const [from, to, field] of changes) {
      const directory = path.dirname(write('changed/model.json', text.replace(from, to)))
      writeFileSync(
        path.join(directory, 'weights.safetensors'),
        readFileSync(path.join(table, 'weights.safetensors')),
      )
      const error = await catchAppError(() =>
        predictNewData(directory, folders('cars.csv'), 'wasm'),
      )
      expect(error.detail).toMatchObject({ field })
    }
  })
})
