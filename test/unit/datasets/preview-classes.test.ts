import { Buffer } from 'node:buffer'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { decode, encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { ingest } from '../../../src-main/datasets/ingest.ts'
import { previewClasses } from '../../../src-main/datasets/preview-classes.ts'
import { readDatasetSamples } from '../../../src-main/features/datasets/node/dataset-samples.ts'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { wavBytes } from '../../helpers/wav-bytes.ts'

const scratch = useScratchFolders()

/** A folder of class folders. */
function folders(classes: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>) {
  const root = scratch()
  for (const [name, files] of Object.entries(classes)) {
    mkdirSync(path.join(root, name), { recursive: true })
    for (const [file, content] of Object.entries(files))
      writeFileSync(path.join(root, name, file), content)
  }
  return root
}
const png = (shade: number, width = 200, height = 100) =>
  encode({ width, height, channels: 1, depth: 8, data: new Uint8Array(width * height).fill(shade) })
const pngs = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${100 + index}.png`, png(index)]),
  )

describe('the classes of a folder', () => {
  it('are counted, with some pictures spread over each', async () => {
    const root = folders({ dogs: pngs(9), cats: { ...pngs(2), 'notes.txt': 'x' } })
    const gallery = await previewClasses({ kind: 'image', source: { folders: root } })
    expect(gallery).toMatchObject({ classCount: 2, count: 11, filesLeftOut: 1 })
    expect(
      gallery.classes.map(({ name, count, samples }) => [name, count, samples.length]),
    ).toEqual([
      ['cats', 2, 2],
      ['dogs', 9, 4],
    ])
    const shades = gallery.classes[1]?.samples.map(content => {
      if (content.kind !== 'picture') throw new Error(content.kind)
      const image = decode(Buffer.from(content.url.split(',')[1] ?? '', 'base64'))
      // As large as it is said to be, and shown smaller.
      expect([content.width, content.height, image.width, image.height]).toEqual([200, 100, 96, 48])
      return image.data[0]
    })
    expect(shades).toEqual([0, 2, 4, 6])
  })

  it('of texts and of recordings show what is in them', async () => {
    const texts = folders({ ham: { 'a.txt': 'Hello' }, spam: { 'b.txt': 'x'.repeat(500) } })
    const gallery = await previewClasses({ kind: 'text', source: { folders: texts } })
    expect(gallery.classes.map(({ samples }) => samples[0])).toEqual([
      { kind: 'text', text: 'Hello', isCut: false },
      { kind: 'text', text: 'x'.repeat(160), isCut: true },
    ])
    const wav = wavBytes({ values: Array.from({ length: 800 }, () => 0) })
    const sounds = folders({ one: { 'a.wav': wav }, two: { 'b.wav': wav } })
    const heard = await previewClasses({ kind: 'audio', source: { folders: sounds } })
    expect(heard.classes[0]?.samples).toMatchObject([{ kind: 'sound', seconds: 0.1 }])
  })

  it('are two at least', async () => {
    const root = folders({ dogs: pngs(2) })
    await expect(
      previewClasses({ kind: 'image', source: { folders: root } }),
    ).rejects.toMatchObject({ code: 'data.invalid', detail: { field: 'classes' } })
  })
})

describe('samples of prepared data', () => {
  it('are rows of a table as they were read, with the target last', async () => {
    const file = path.join(scratch(), 'a.csv')
    const rows = Array.from(
      { length: 30 },
      (_, row) => `${row * 0.5},0${1 + (row % 9)}.02.2024,${row % 3 ? 'x' : ''},${row}`,
    )
    writeFileSync(file, `area,day,kind,price\n${rows.join('\n')}\n`)
    const data = tableDataSchema.parse({ file, target: 'price', problem: 'regression' })
    const { directory } = await ingest({
      source: { kind: 'table', data },
      cacheDirectory: scratch(),
    })
    const samples = await readDatasetSamples(directory)
    if (samples.kind !== 'table') throw new Error(samples.kind)
    expect(samples.columns.map(({ name, type }) => [name, type])).toEqual([
      ['area', 'number'],
      ['day', 'time'],
      ['kind', 'category'],
      ['price', 'number'],
    ])
    expect(samples.rows).toHaveLength(10)
    expect(samples.rows[0]).toEqual([0, '2024-02-01', null, 0])
    expect(samples.rows[1]).toEqual([0.5, '2024-02-02', 'x', 1])
    expect(samples.columns[0]?.values.counts.reduce((sum, count) => sum + count)).toBe(30)
    expect(samples.columns[1]?.values.labels).toEqual(['2024-02-01', '2024-02-09'])
  })

  it('are some of every class', async () => {
    const root = folders({ dogs: pngs(9), cats: pngs(3) })
    const data = { source: { folders: root } }
    const { directory } = await ingest({
      source: { kind: 'image', data },
      cacheDirectory: scratch(),
    })
    const samples = await readDatasetSamples(directory)
    expect(samples).toMatchObject({ kind: 'classes', gallery: { classCount: 2, count: 12 } })
    if (samples.kind === 'classes')
      expect(samples.gallery.classes.map(({ samples: some }) => some.length)).toEqual([3, 4])
  })
})
