import { Buffer } from 'node:buffer'
import { decode } from 'fast-png'
import { expect, it } from 'vitest'
import type { DatasetManifest, PreparedDataset } from '../../../../../src-main/core/data/dataset.ts'
import { readWav } from '../../../../../src-main/datasets/wav.ts'
import { rowContents } from '../../../../../src-main/features/error-analysis/node/row-contents.ts'

function prepared(
  kind: DatasetManifest['kind'],
  schema: object,
  arrays: PreparedDataset['arrays'],
): PreparedDataset {
  const manifest = { format: 1, kind, contentHash: '', properties: {}, schema, arrays: [] }
  return { manifest: manifest as unknown as DatasetManifest, arrays }
}
const classes = {
  classNames: ['a', 'b'],
  classCounts: [1, 1],
  testClassCounts: null,
  groupCounts: null,
}
const bytesOf = (url: string) => Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')

it('shows the cells of a table, with gaps', () => {
  const schema = {
    problem: 'regression',
    target: 'y',
    classNames: null,
    classCounts: null,
    rows: 2,
    numeric: [{ name: 'age', missing: 1 }],
    categorical: [{ name: 'city', missing: 1, categories: ['Bern', 'Wien'] }],
    ignored: [],
  }
  const numeric = Float64Array.of(30, Number.NaN)
  const categorical = Int32Array.of(-1, 1)
  const rows = rowContents(prepared('table', schema, { numeric, categorical }))
  expect([0, 1].map(row => rows.content(row))).toEqual([
    {
      kind: 'cells',
      cells: [
        { name: 'age', value: 30 },
        { name: 'city', value: null },
      ],
    },
    {
      kind: 'cells',
      cells: [
        { name: 'age', value: null },
        { name: 'city', value: 'Wien' },
      ],
    },
  ])
  expect(rows.columns(Int32Array.of(1))).toMatchObject([
    { name: 'age', values: Float64Array.of(Number.NaN) },
    { name: 'city', codes: Int32Array.of(1) },
  ])
})

it('shows a picture as it is, and a large one smaller', () => {
  const trainImages = Uint8Array.of(0, 51, 102, 153, 255, 255, 255, 255)
  const rows = rowContents(
    prepared('image', { imageShape: [2, 2, 1], ...classes }, { trainImages }),
  )
  const picture = rows.content(0)
  expect(picture).toMatchObject({ kind: 'picture', width: 2, height: 2 })
  const png = decode(bytesOf('url' in picture ? picture.url : ''))
  expect([...png.data]).toEqual([0, 51, 102, 153])
  expect(rows.columns(Int32Array.of(0, 1))).toMatchObject([
    { name: 'brightness', values: Float64Array.of(0.3, 1) },
  ])
  const large = new Uint8Array(300 * 200 * 3).fill(7)
  const content = rowContents(
    prepared('image', { imageShape: [300, 200, 3], ...classes }, { trainImages: large }),
  ).content(0)
  const small = decode(bytesOf('url' in content ? content.url : ''))
  expect([small.width, small.height, small.channels]).toEqual([67, 100, 3])
  expect(small.data.every(value => value === 7)).toBe(true)
})

it('names the file of a picture, and of none that was no file by itself', () => {
  const trainImages = Uint8Array.of(0, 255)
  const names = ['cat/1.png', 'dog/é.png'].map(name => new TextEncoder().encode(name))
  const fileNames = Uint8Array.from(names.flatMap(name => [...name]))
  const fileNameOffsets = Int32Array.of(0, 9, fileNames.length)
  const schema = { imageShape: [1, 1, 1], ...classes }
  const named = rowContents(prepared('image', schema, { trainImages, fileNames, fileNameOffsets }))
  expect([0, 1].map(row => named.fileName(row))).toEqual(['cat/1.png', 'dog/é.png'])
  expect(rowContents(prepared('image', schema, { trainImages })).fileName(0)).toBeNull()
})

it('lets a sound be heard', () => {
  const samples = Float32Array.from({ length: 24 }, (_, at) => Math.sin(at))
  const offsets = Int32Array.of(0, 8, 24)
  const schema = { sampleRate: 1_000, seconds: 2, ...classes }
  const rows = rowContents(prepared('audio', schema, { samples, offsets }))
  const sound = rows.content(1)
  expect(sound).toMatchObject({ kind: 'sound', seconds: 0.016 })
  const heard = readWav('sound.wav', bytesOf('url' in sound ? sound.url : ''))
  expect(heard.sampleRate).toBe(1_000)
  for (const [at, sample] of heard.samples.entries())
    expect(sample).toBeCloseTo(samples[8 + at]!, 3)
  expect(rows.columns(Int32Array.of(0, 1))).toMatchObject([
    { values: Float64Array.of(0.008, 0.016) },
  ])
})

it('shows the beginning of a text, and counts characters', () => {
  const written = ['汉字 and', 'é'.repeat(700)].map(text => new TextEncoder().encode(text))
  const offsets = Int32Array.of(0, written[0]!.length, written[0]!.length + written[1]!.length)
  const texts = Uint8Array.from([...written[0]!, ...written[1]!])
  const rows = rowContents(prepared('text', classes, { texts, offsets }))
  expect(rows.content(0)).toEqual({ kind: 'text', text: '汉字 and', isCut: false })
  expect(rows.content(1)).toEqual({ kind: 'text', text: 'é'.repeat(600), isCut: true })
  expect(rows.columns(Int32Array.of(0, 1))).toMatchObject([
    { name: 'characters', values: Float64Array.of(6, 700) },
  ])
})
