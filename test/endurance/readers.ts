import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { answerCall, parseCall } from '../../src-main/bridge/answer-call.ts'
import { type Api, requestSchemas } from '../../src-main/contract/api/methods.ts'
import { tableFormatSchema } from '../../src-main/contract/table-format.ts'
import { decodeImage } from '../../src-main/datasets/decode-image.ts'
import { parseIdx } from '../../src-main/datasets/idx.ts'
import { parseNpy } from '../../src-main/datasets/npy.ts'
import { previewTable } from '../../src-main/datasets/preview-table.ts'
import { readManifest } from '../../src-main/datasets/read-prepared.ts'
import { readWav } from '../../src-main/datasets/wav.ts'
import { openZip } from '../../src-main/datasets/zip-entries.ts'
import { importBundle } from '../../src-main/exchange/bundle/import-bundle.ts'
import { readTable } from '../../src-main/exchange/import-runs.ts'
import { readForeign } from '../../src-main/exchange/read-foreign.ts'
import { readOptunaFile } from '../../src-main/exchange/read-optuna-file.ts'
import { fromCsv } from '../../src-main/interop/csv/from-csv.ts'
import { readHyperoptSpace } from '../../src-main/interop/hyperopt/read-hyperopt-space.ts'
import { readSweep } from '../../src-main/interop/wandb/read-sweep.ts'
import { writeForeignFile } from '../../src-main/interop/write-foreign-file.ts'
import { readCheckpointFile } from '../../src-main/networks/checkpoint-file.ts'
import { readModelFile } from '../../src-main/networks/model-file.ts'
import { decodeWeights } from '../../src-main/networks/weights-file.ts'
import { openStudyStore } from '../../src-main/storage/sqlite-study-store.ts'
import { Conversation } from '../../src-main/study/ask-tell/conversation.ts'
import { checkStudyText } from '../../src-main/study/study-check.ts'
import { tasks } from '../../src-main/training/tasks/registry.ts'
import { readResults } from '../../src-main/user-code/json-lines-reader.ts'
import { TrustStore } from '../../src-main/user-code/trust-store.ts'

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
  results: content => readResults(String(content)),
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
  checkpoint: ofFile('1-0.safetensors', file => readCheckpointFile(file)),
  model: ofFile('model.json', readModelFile),
  prepared: ofFile('dataset.json', (_, folder) => {
    writeFileSync(path.join(folder, 'x.bin'), Buffer.alloc(8))
    return readManifest(folder)
  }),
  trust: ofFile('trusted.json', file => new TrustStore(file).list()),
  optuna: ofFile('optuna.db', readOptunaFile),
  bundle: ofFile('study.zip', async file => {
    const store = openStudyStore(':memory:')
    try {
      await importBundle({ store, file, now: () => 0, only: null, name: null })
    } finally {
      store.close()
    }
  }),
  database: ofFile('studies.sqlite', file => {
    const store = openStudyStore(file)
    try {
      for (const { id } of store.listStudies()) {
        store.snapshot(id)
        store.history(id)
        store.checkpoints(id)
      }
    } finally {
      store.close()
    }
  }),
}
