import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { answerCall, parseCall } from '../../src-main/hosts/calls/answer-call.ts'
import { type Api, requestSchemas } from '../../src-main/features/api/common/methods.ts'
import { tableFormatSchema } from '../../src-main/core/data/table-format.ts'
import { decodeImage } from '../../src-main/datasets/decode-image.ts'
import { parseIdx } from '../../src-main/datasets/idx.ts'
import { parseNpy } from '../../src-main/datasets/npy.ts'
import { previewFile } from '../../src-main/datasets/ingest-client.ts'
import { previewTable } from '../../src-main/datasets/preview-table.ts'
import { readManifest } from '../../src-main/datasets/read-prepared.ts'
import { readWav } from '../../src-main/datasets/wav.ts'
import { openZip } from '../../src-main/datasets/zip-entries.ts'
import { loadEngine } from '../../src-main/engines/load-engine.ts'
import { importBundle } from '../../src-main/features/bundles/node/import-bundle.ts'
import { unpackBundle } from '../../src-main/features/bundles/node/unpack-bundle.ts'
import { readTable } from '../../src-main/features/imports/node/read-runs.ts'
import { readRunFolder } from '../../src-main/features/imports/node/run-folder/read-run-folder.ts'
import { readForeign } from '../../src-main/features/imports/node/read-foreign.ts'
import { readOptunaFile } from '../../src-main/features/imports/node/read-optuna-file.ts'
import { fromCsv } from '../../src-main/interop/csv/from-csv.ts'
import { readHyperoptSpace } from '../../src-main/interop/hyperopt/read-hyperopt-space.ts'
import { readSweep } from '../../src-main/interop/wandb/read-sweep.ts'
import { writeForeignFile } from '../../src-main/interop/write-foreign-file.ts'
import {
  type CheckpointContent,
  readCheckpointFile,
} from '../../src-main/trainer/models/checkpoint-file.ts'
import { readModelFile } from '../../src-main/trainer/models/model-file.ts'
import { predict } from '../../src-main/features/models/node/predict.ts'
import { decodeWeights, encodeWeights } from '../../src-main/trainer/models/weights-file.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../src-main/platform/storage/study-store.ts'
import { Conversation } from '../../src-main/features/ask-and-tell/node/conversation.ts'
import { checkStudyText } from '../../src-main/features/studies/node/study-check.ts'
import { resumeFrom } from '../../src-main/training/loop/training-progress.ts'
import type { NetworkDefinition } from '../../src-main/training/models/network-definition.ts'
import { compileNetwork } from '../../src-main/training/compiled/compile-network.ts'
import type { Engine } from '../../src-main/training/compiled/compiled-function.ts'
import { tasks } from '../../src-main/training/tasks/registry.ts'
import { readResults } from '../../src-main/platform/user-code/json-lines-reader.ts'
import { TrustStore } from '../../src-main/platform/user-code/trust-store.ts'

/**
 * Reads bytes that somebody else wrote. It may throw an AppError; whatever else it throws is a fault.
 * @param folder of its own, which need not be there
 */
export type Reader = (content: Buffer, folder: string) => unknown

const goals = [{ metric: 'loss', direction: 'minimize' }] as const

/** Every method answers with its request: the schemas alone are tried. */
const echo = Object.fromEntries(
  Object.keys(requestSchemas).map(method => [method, async (request: unknown) => request]),
) as unknown as Api

/** A reader of files gets one. */
function ofFile(name: string, read: (file: string, folder: string) => unknown): Reader {
  return (content, folder) => {
    mkdirSync(folder, { recursive: true })
    const file = path.join(folder, name)
    writeFileSync(file, content)
    return read(file, folder)
  }
}

const opened = new Map<string, StudyStore>()

/** A database that many inputs are read into. */
function openedOnce(file: string): StudyStore {
  const store = opened.get(file) ?? openStudyStore(file)
  opened.set(file, store)
  return store
}

const models = path.resolve(import.meta.dirname, '../fixtures/models')
const newRows = readFileSync(
  path.resolve(import.meta.dirname, '../../resources/samples/penguins.csv'),
  'utf8',
)
  .split('\n')
  .slice(0, 6)
  .join('\n')
let engine: Promise<Engine> | null = null

/** Goes on from it in every way, with the network that it belongs to. */
async function resumeFromCheckpoint(checkpoint: CheckpointContent): Promise<void> {
  if (checkpoint.progress['kind'] === 'rounds') return
  const { network } = await readModelFile(path.join(models, 'network', 'model.json'))
  engine ??= loadEngine('cpu')
  const setup = { optimizer: 'adam', batchSize: 32 } as const
  const compiledNetwork = compileNetwork({
    ...setup,
    engine: await engine,
    network: network as NetworkDefinition,
    loss: 'crossEntropy',
    evaluationBatchSize: 4,
    seed: 5,
  })
  try {
    for (const mode of ['resume', 'fork', 'initialize'] as const) {
      await resumeFrom(compiledNetwork, { mode, checkpoint }, setup)
    }
    await compiledNetwork.step(
      new Float32Array(32 * 13),
      new Float32Array(32 * 3),
      { learningRate: 0.1, momentum: 0, l2: 0 },
      0,
    )
  } finally {
    compiledNetwork.dispose()
  }
}

function rethrow(error: unknown): never {
  throw error
}

/** Everything that reads what others wrote, by name. */
export const readers: Readonly<Record<string, Reader>> = {
  study: content => checkStudyText(String(content), 'yaml', { tasks }),
  studyJson: content => checkStudyText(String(content), 'json', { tasks }),
  hyperopt: content =>
    writeForeignFile(
      readForeign('space.py', () => readHyperoptSpace(String(content))),
      'study',
      'en',
    ),
  sweep: content =>
    writeForeignFile(
      readForeign('sweep.yaml', () => readSweep(String(content))),
      'study',
      'zh-CN',
    ),
  runs: content => {
    const rows = readTable('runs.csv', String(content))
    readForeign('runs.csv', () => fromCsv({ rows, goals, space: null, atMs: 0 }))
  },
  results: content => readResults(String(content), 'results', String),
  call: async content => {
    const call = parseCall(String(content))
    if (call !== null) await answerCall(echo, call, (_, error) => rethrow(error))
  },
  suggest: content => {
    const store = openStudyStore(':memory:')
    const conversation = new Conversation({ store, now: () => 0, onBug: rethrow })
    try {
      for (const line of String(content).split('\n').slice(0, 12)) {
        for (const answer of conversation.answers(line)) JSON.stringify(answer)
      }
    } finally {
      store.close()
    }
  },
  table: ofFile('table.csv', file =>
    previewTable({ file, ...tableFormatSchema.parse({}), missing: ['', 'NA', '?'] }),
  ),
  idx: content => parseIdx('images', content, [1, 3, 4]),
  npy: content => parseNpy('array.npy', content, [1, 2, 3]),
  image: content => decodeImage('image', content),
  wav: content => readWav('recording.wav', content),
  zip: ofFile('archive.zip', async file => {
    const { entries, close } = await openZip(file, 'file')
    try {
      for (const entry of entries.slice(0, 20)) await entry.read()
    } finally {
      close()
    }
  }),
  weights: content => decodeWeights('weights.safetensors', content),
  checkpoint: ofFile('1-0.safetensors', async file =>
    resumeFromCheckpoint(await readCheckpointFile(file)),
  ),
  prediction: ofFile('model.safetensors', async (file, folder) => {
    const { tensors, metadata } = decodeWeights(file, readFileSync(file))
    // Weights without a word about their model are read as a folder without one.
    const { model = '' } = (metadata ?? {}) as Readonly<Record<string, string>>
    writeFileSync(path.join(folder, 'model.json'), model)
    writeFileSync(path.join(folder, 'weights.safetensors'), encodeWeights(tensors))
    writeFileSync(path.join(folder, 'new.csv'), newRows)
    const input = path.join(folder, 'new.csv')
    await predict({ modelDirectory: folder, input, engine: 'cpu', withColumns: false, contents: 0 })
  }),
  model: ofFile('model.json', readModelFile),
  prepared: ofFile('dataset.json', (_, folder) => {
    writeFileSync(path.join(folder, 'x.bin'), Buffer.alloc(8))
    return readManifest(folder)
  }),
  trust: ofFile('trusted.json', file => new TrustStore(file).list()),
  optuna: ofFile('optuna.db', readOptunaFile),
  runsOfWandb: ofFile('run-1.wandb', (_, folder) => readRunFolder(folder)),
  runsOfTensorboard: ofFile('events.out.tfevents.1', (_, folder) => readRunFolder(folder)),
  runsOfDatabase: ofFile('mlflow.db', (_, folder) => readRunFolder(folder)),
  runsWithConfiguration: ofFile('config.yaml', (_, folder) => {
    writeFileSync(path.join(folder, 'metrics.csv'), 'step,loss\n1,0.5\n')
    return readRunFolder(folder)
  }),
  bundle: ofFile('study.zip', async (file, folder) => {
    const store = openedOnce(path.join(folder, 'to.sqlite'))
    const { id } = await importBundle(
      { store, file, now: () => 0, only: null, name: null },
      { unpack: unpackBundle },
    )
    try {
      store.snapshot(id)
      store.history(id)
      store.remarks(id)
    } finally {
      store.deleteStudy(id, { atMs: 2 })
      store.emptyBin()
    }
  }),
  database: ofFile('studies.sqlite', file => {
    const store = openStudyStore(file)
    try {
      for (const { id } of store.listStudies()) {
        store.snapshot(id)
        store.history(id)
        store.checkpoints(id)
        store.remarks(id)
      }
    } finally {
      store.close()
    }
  }),
}

/**
 * Readers that the application runs in a child with seconds of the processor, because what reads the format for it knows no bound: what is made
 * to take long has to end with that child. For other inputs a child each would take too long.
 */
export const boundedReaders: Readonly<Record<string, Reader>> = {
  table: ofFile('table.csv', (file, folder) =>
    previewFile(file, tableFormatSchema.parse({}), folder),
  ),
}
