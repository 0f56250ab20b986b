import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import {
  audioDataSchema,
  imageDataSchema,
  tableDataSchema,
  textDataSchema,
} from '../../src-main/core/data/data-settings.ts'
import type { IngestSource } from '../../src-main/core/processes/ingest-protocol.ts'
import type { StoredDataset } from '../../src-main/datasets/prepared-store.ts'
import { goodNpy, goodParquet } from './hostile/hostile-binary-tables.ts'
import { idxBytes } from './idx-bytes.ts'
import { buildZip } from './made-up-wheel.ts'
import { wavBytes } from './wav-bytes.ts'

/** Sources of every kind, made in a folder from nothing but these lines, by the name under which their preparation is recorded. */
export const preparedFixtures: Readonly<Record<string, (folder: string) => IngestSource>> = {
  mnist: () => ({ kind: 'image', data: imageDataSchema.parse({ source: 'mnist' }) }),
  breastCancer: () => table(fixture('breast-cancer.csv'), { target: 'diagnosis' }),
  diabetes: () => {
    const file = fixture('diabetes.csv')
    const header = readFileSync(file, 'utf8').split(/[\r\n]/, 1)[0] ?? ''
    return table(file, { target: header.split(',').at(-1) ?? '' })
  },
  mixedTable: folder =>
    table(put(folder, 'mixed.csv', mixedTable()), { target: 'y', group: 'who' }),
  timedTable: folder => {
    const rows = Array.from(
      { length: 50 },
      (_, row) => `2024-01-${10 + (row % 20)},${row % 7},${row * row}`,
    )
    const file = put(
      folder,
      'timed.csv.gz',
      gzipSync(`when;x;y\n${rows.join('\n').replaceAll(',', ';')}\n`),
    )
    return table(file, { target: 'y', time: 'when', problem: 'regression' })
  },
  npyTable: folder => table(put(folder, 'table.npy', goodNpy), { target: 'column3' }),
  parquet: folder => table(put(folder, 'table.parquet', goodParquet), { target: 'y' }),
  idx: folder =>
    images({
      images: put(folder, 'images.gz', gzipSync(idxBytes([6, 3, 4], pixels(6 * 12, 7)))),
      labels: put(folder, 'labels', idxBytes([6], [3, 9, 3, 1, 9, 1])),
      testImages: put(folder, 'test', idxBytes([2, 3, 4], pixels(24, 7))),
      testLabels: put(folder, 'test-labels', idxBytes([2], [1, 9])),
    }),
  grayThenColor: folder => {
    put(folder, 'grey/a/1.png', png(3, 4, 1, 5))
    put(folder, 'grey/a/2.png', png(3, 4, 1, 5))
    put(folder, 'grey/b/1.png', png(3, 4, 3, 11))
    put(folder, 'grey/b/2.png', png(3, 4, 1, 9))
    return images({ folders: path.join(folder, 'grey') })
  },
  scaledImages: folder => {
    put(folder, 'scaled/a_1/1.png', png(9, 7, 3, 13))
    put(folder, 'scaled/b_2/1.png', png(4, 8, 1, 3))
    return images({ folders: path.join(folder, 'scaled'), size: 5, channels: 3 })
  },
  recordings: folder => {
    const entries = ['a/s1_1', 'a/s2_1', 'b/s1_2', 'b/s2_2'].map((name, index) => ({
      name: `${name}.wav`,
      data: wavBytes({ values: pixels(40 + 30 * (index % 3), 5).map(value => value * 100) }),
    }))
    const file = put(folder, 'speech.zip', buildZip(entries))
    const source = { folders: file, groupUntil: '_', seconds: 0.01 }
    return { kind: 'audio', data: audioDataSchema.parse({ source }) }
  },
  texts: folder => {
    put(folder, 'texts/ham/1.txt', 'good day\n')
    put(folder, 'texts/ham/2.txt', 'good day\n')
    put(folder, 'texts/spam/1.txt', '恭喜 you won\n')
    const source = { folders: path.join(folder, 'texts') }
    return { kind: 'text', data: textDataSchema.parse({ source }) }
  },
  textTable: folder => {
    const rows = Array.from(
      { length: 30 },
      (_, row) => `"text ${row % 9}, é",${row % 3 ? 'no' : 'yes'},g${row % 4}`,
    )
    const file = put(folder, 'texts.csv', `words,kind,who\n${rows.join('\n')}\n`)
    const source = { file, text: 'words', target: 'kind', group: 'who' }
    return { kind: 'text', data: textDataSchema.parse({ source }) }
  },
}

/** Sources whose bytes no library packs: their keys are the same everywhere. */
const plainSources = ['mnist', 'breastCancer', 'mixedTable', 'texts', 'textTable']

/** SHA-256 of the manifest and of every array, and the key where it says something. */
export function fingerprintOf(
  name: string,
  { directory, manifest }: StoredDataset,
): Record<string, string> {
  const arrays = manifest.arrays.map(
    array => [array.name, sha256(readFileSync(path.join(directory, array.file)))] as const,
  )
  const text = readFileSync(path.join(directory, 'dataset.json'), 'utf8')
  return {
    ...Object.fromEntries(arrays),
    manifest: sha256(text.replace(manifest.contentHash, '')),
    ...(plainSources.includes(name) ? { key: path.basename(directory) } : {}),
  }
}

function mixedTable(): string {
  const rows = Array.from({ length: 120 }, (_, row) => {
    const color = ['red', '10', '9', 'blue', ''][row % 5] ?? ''
    return [
      row * 0.5 - 3,
      color,
      row % 11 === 0 ? 'NA' : (row * 7) % 13,
      `n${row}`,
      `p${row % 8}`,
      row % 3,
    ].join(',')
  })
  return `a,colour,b,name,who,y\n${rows.join('\n')}\n${rows.slice(0, 4).join('\n')}\n`
}

function table(file: string, settings: object): IngestSource {
  return { kind: 'table', data: tableDataSchema.parse({ file, ...settings }) }
}

function images(source: object): IngestSource {
  return { kind: 'image', data: imageDataSchema.parse({ source }) }
}

function png(height: number, width: number, channels: number, step: number): Buffer {
  const data = Uint8Array.from(pixels(height * width * channels, step))
  return Buffer.from(encode({ width, height, data, channels, depth: 8 }))
}

function pixels(count: number, step: number): number[] {
  return Array.from({ length: count }, (_, index) => (index * step) % 251)
}

function put(folder: string, name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/data/${name}`, import.meta.url))
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
