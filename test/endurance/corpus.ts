import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { writeBundle } from '../../src-main/features/bundles/node/write-bundle.ts'
import { writeOptunaFile } from '../../src-main/features/exports/node/write-optuna-file.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { toOptunaStudy } from '../../src-main/interop/optuna/to-optuna.ts'
import { writeCheckpointFile } from '../../src-main/trainer/models/checkpoint-file.ts'
import {
  decodeWeights,
  encodeWeights,
  type StoredTensor,
} from '../../src-main/trainer/models/weights-file.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../src-main/platform/storage/workspace.ts'
import { buildSampleSnapshot } from '../helpers/build-sample-snapshot.ts'
import { goodNpy, goodParquet } from '../helpers/hostile/hostile-binary-tables.ts'
import { jpegBytes, pngBytes } from '../helpers/hostile/hostile-folders.ts'
import { idxBytes } from '../helpers/idx-bytes.ts'
import { kindsOfStudies } from '../helpers/kinds-of-studies.ts'
import { buildZip } from '../helpers/made-up-wheel.ts'
import { seedStudies } from '../helpers/seed-studies.ts'
import { runTrial, sampleFinish, sampleStudy, sampleTrial } from '../helpers/store-samples.ts'
import { wavBytes } from '../helpers/wav-bytes.ts'
import { kinds } from './kinds.ts'

const root = path.resolve(import.meta.dirname, '../..')
/** Inputs that once were a fault, by reader. */
const corpusFolder = path.join(import.meta.dirname, 'corpus')

function file(name: string): Buffer {
  return readFileSync(path.join(root, name))
}

function json(...values: readonly unknown[]): Buffer[] {
  return values.map(value => Buffer.from(JSON.stringify(value)))
}

const tensors: StoredTensor[] = [
  { name: 'dense/kernel', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'epoch', shape: [], data: Int32Array.of(7) },
]

/** Small models of penguins, with a checkpoint each. */
const trained = ['network', 'trees'] as const

const samples = readdirSync(path.join(root, 'resources/samples'))
  .filter(name => name.endsWith('.yaml'))
  .map(name => file(`resources/samples/${name}`))

const pillow = JSON.parse(String(file('test/fixtures/images/pillow.generated.json'))) as {
  readonly cases: readonly { readonly file: string }[]
}
const images = [
  pngBytes(),
  jpegBytes,
  ...pillow.cases
    .map(testCase => Buffer.from(testCase.file, 'base64'))
    .filter(({ length }) => length < 4_000),
]

const call = (method: string, payload: object) => ({ method, payload })

/** Files of honest programs, from which hostile inputs are made. */
const honest: Readonly<Record<string, () => readonly Buffer[] | Promise<readonly Buffer[]>>> = {
  study: () => samples,
  studyJson: () => json(...kinds.map(({ name, specification }) => ({ name, ...specification }))),
  hyperopt: () => [
    file('test/fixtures/interop/hyperopt_space.py'),
    Buffer.from("from hyperopt import hp\nspace = {'a': hp.uniform('a', -1, 2 ** 3)}\n"),
  ],
  sweep: () => [file('test/fixtures/interop/sweep.yaml')],
  runs: () => [
    Buffer.from('x,kind,loss\n0.1,a,2.5\n0.2,b,1.5\n1e-3,a,\n'),
    Buffer.from('number;parameter.rate;config/units;loss\n0;0.1;8;3\n1;0.2;16;nan\n'),
  ],
  results: () => [
    Buffer.from('{"step": 1, "loss": 0.5}\n{"loss": 1e400, "acc": "NaN"}\n{"a": {"b": 1}}\n'),
  ],
  call: () =>
    json(
      call('study.get', { studyId: 1 }),
      call('study.list', {}),
      call('objective.describe', { objective: { function: 'branin' } }),
      call('engine.install', { engine: 'lightgbm', gpu: false, wheels: null }),
      call('code.trust', { source: { text: 'x', format: 'yaml' }, fingerprint: 'a'.repeat(64) }),
      ...['NaN', 'Infinity'].map(text => call('app.samples', { language: { $number: text } })),
    ),
  suggest: () => [
    Buffer.from(
      [
        {
          name: 'told',
          goals: [{ metric: 'loss', direction: 'minimize' }],
          seed: 5,
          space: { x0: { float: [-5, 10] }, k: { choice: ['a', 1, true] } },
          constraints: ['size'],
          sampler: { name: 'random' },
          pruner: { name: 'median', startupTrials: 1 },
        },
        { ask: 1 },
        { report: { trial: 0, step: 1, metrics: { loss: 0.5, size: -1 } } },
        { tell: { trial: 0, values: [0.5], constraints: [-1] } },
        { ask: 2 },
        { tell: { trial: 1, state: 'failed' } },
        { tell: { parameters: { x0: 1, k: 'a' }, values: [1], constraints: [0] } },
      ]
        .map(line => JSON.stringify(line))
        .join('\n'),
    ),
  ],
  table: () => [
    Buffer.from(String(file('resources/samples/penguins.csv')).split('\n').slice(0, 40).join('\n')),
    Buffer.from('"a;b";Preis\n"x ""y""";1.234,50 €\n;12 %\n2024-02-30;(3)\n'),
    gzipSync('x,y\n1,a\n2,b\n'),
    goodParquet,
    goodNpy,
  ],
  idx: () => [Buffer.from(idxBytes([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]))],
  npy: () => [goodNpy],
  image: () => images,
  wav: () => [
    wavBytes({ sampleRate: 4_000, values: Array.from({ length: 50 }, (_, n) => n * 100) }),
  ],
  zip: () => [
    buildZip([
      { name: 'a/1.png', data: pngBytes() },
      { name: 'b/调参.txt', data: Buffer.from('text '.repeat(50)) },
    ]),
  ],
  weights: () => [Buffer.from(encodeWeights(tensors, { about: 'x' }))],
  checkpoint: async () => [
    ...trained.map(kind => file(`test/fixtures/models/${kind}/checkpoint.safetensors`)),
    ...(await inFolder(async folder => {
      const file = path.join(folder, '1-0.safetensors')
      await writeCheckpointFile(file, { progress: { kind: 'rounds', best: [1, null] }, tensors })
      return [readFileSync(file)]
    })),
  ],
  // In one file: the reader takes it apart.
  prediction: () =>
    trained.map(kind => {
      const { tensors: tensors } = decodeWeights(
        kind,
        file(`test/fixtures/models/${kind}/weights.safetensors`),
      )
      const model = String(file(`test/fixtures/models/${kind}/model.json`))
      return Buffer.from(encodeWeights(tensors, { model }))
    }),
  model: () => trained.map(kind => file(`test/fixtures/models/${kind}/model.json`)),
  prepared: () =>
    json({
      format: 1,
      kind: 'table',
      contentHash: 'a'.repeat(64),
      properties: { rows: 2 },
      schema: {},
      arrays: [{ name: 'x', dtype: 'float32', shape: [2, 1], file: 'x.bin', bytes: 8 }],
    }),
  trust: () =>
    json({
      version: 2,
      trusted: [
        {
          fingerprint: 'a'.repeat(64),
          kind: 'command',
          command: ['python3', 'a.py'],
          directory: '/x',
          files: [{ path: '/x/a.py', sha256: 'b'.repeat(64) }],
          trustedAtMs: 1,
        },
      ],
    }),
  runsOfWandb: () => [
    file('test/fixtures/past-runs/wandb/offline-run-20261202_135607-x52bq3o1/run-x52bq3o1.wandb'),
  ],
  runsOfTensorboard: () => [
    file('test/fixtures/past-runs/tensorboard/run0/events.out.tfevents.1796219765.vm'),
    file('test/fixtures/past-runs/tensorboard-text/run0/events.out.tfevents.1796219766.vm'),
  ],
  runsOfDatabase: () =>
    ['mlflow', 'trackio'].map(name => gunzipSync(file(`test/fixtures/past-runs/${name}.db.gz`))),
  runsWithConfiguration: () => [
    Buffer.from('optimizer: { lr: 0.1, name: adam }\nlayers: [16, 16]\nnote: "a"\n'),
  ],
  optuna: async () =>
    inFolder(folder => {
      const file = path.join(folder, 'optuna.db')
      const snapshot = buildSampleSnapshot({ name: 'sample', trials: 6, epochs: 3 })
      writeOptunaFile(file, toOptunaStudy(snapshot, createTranslate('en')))
      return [readFileSync(file)]
    }),
  bundle: async () =>
    inFolder(async folder => {
      const database = path.join(folder, 'studies.sqlite')
      const store = openStudyStore(database)
      const { id } = store.createStudy(sampleStudy())
      for (let number = 0; number < 3; number++) runTrial(store, id, number, number / 3)
      const file = path.join(locateWorkspace(database).artifactDirectory(id, 3), 'words.txt')
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, 'words')
      store.startTrial(sampleTrial(id, 3))
      const sha256 = createHash('sha256').update('words').digest('hex')
      const artifact = {
        kind: 'file//words.txt',
        path: file,
        bytes: 5,
        sha256,
        media: { type: 'text' } as const,
      }
      store.finishTrial(sampleFinish(id, 3, { artifacts: [artifact] }))
      const bundled = path.join(folder, 'study.zip')
      await writeBundle({ reader: store, studyId: id, file: bundled, replace: false, atMs: 1 })
      store.close()
      return [readFileSync(bundled)]
    }),
  database: async () =>
    inFolder(folder => {
      const file = path.join(folder, 'studies.sqlite')
      const store = openStudyStore(file)
      const { id } = store.createStudy(sampleStudy())
      for (let number = 0; number < 4; number++) runTrial(store, id, number, number / 3)
      store.close()
      const kinds = path.join(folder, 'kinds.sqlite')
      seedStudies(kinds, Object.values(kindsOfStudies))
      return [readFileSync(file), readFileSync(kinds)]
    }),
}

async function inFolder(make: (folder: string) => Buffer[] | Promise<Buffer[]>): Promise<Buffer[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'corpus-'))
  try {
    return await make(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Seeds of a reader: honest files, then what once was a fault. */
export async function corpusOf(reader: string): Promise<readonly Buffer[]> {
  const make = honest[reader]
  if (make === undefined) throw new Error(`no corpus for ${reader}`)
  return [...(await make()), ...foundBefore(reader)]
}

/** Inputs that were a fault of a reader once. */
export function foundBefore(reader: string): readonly Buffer[] {
  const folder = path.join(corpusFolder, reader)
  const names = readdirSync(corpusFolder).includes(reader) ? readdirSync(folder).sort() : []
  return names.map(name => readFileSync(path.join(folder, name)))
}
