import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { imageDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { ingest } from '../../../src-main/datasets/ingest.ts'
import { readPreparedDataset } from '../../../src-main/datasets/read-prepared.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { buildZip } from '../../helpers/made-up-wheel.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** An image of one color. */
function flat(height: number, width: number, ...color: number[]): Buffer {
  const data = new Uint8Array(height * width * color.length)
  for (let at = 0; at < data.length; at++) data[at] = color[at % color.length] ?? 0
  return Buffer.from(encode({ width, height, data, channels: color.length, depth: 8 }))
}

type Files = Readonly<Record<string, Buffer>>

const pets: Files = {
  'pets/cat/1.png': flat(2, 3, 10),
  'pets/cat/2.PNG': flat(2, 3, 20, 20, 20),
  'pets/dog/1.png': flat(2, 3, 30),
  'pets/dog/notes.txt': Buffer.from('no image'),
  'pets/.DS_Store': Buffer.from('x'),
}

function writeFolder(files: Files): string {
  const root = scratch()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true })
    writeFileSync(path.join(root, name), content)
  }
  return root
}

function writeZip(files: Files): string {
  const file = path.join(scratch(), 'pets.zip')
  writeFileSync(file, buildZip(Object.entries(files).map(([name, data]) => ({ name, data }))))
  return file
}

async function prepare(folders: string, settings: object = {}, cacheDirectory = scratch()) {
  const data = imageDataSchema.parse({ source: { folders, ...settings } })
  const stored = await ingest({ source: { kind: 'image', data }, cacheDirectory })
  return readPreparedDataset(stored.directory)
}

describe('images in folders', () => {
  it.each([
    ['a folder', writeFolder],
    ['a ZIP archive', writeZip],
  ])('are read from %s', async (_name, write) => {
    const { manifest, arrays } = await prepare(write(pets))
    expect(manifest.schema).toEqual({
      imageShape: [2, 3, 1],
      classNames: ['cat', 'dog'],
      classCounts: [2, 1],
      testClassCounts: null,
      groupCounts: null,
    })
    expect(manifest.properties).toMatchObject({
      images: 3,
      filesLeftOut: 1,
      filesLeftOutFirst: ['pets/dog/notes.txt'],
    })
    expect([...(arrays['trainImages'] ?? [])]).toEqual([
      ...new Array<number>(6).fill(10),
      ...new Array<number>(6).fill(20),
      ...new Array<number>(6).fill(30),
    ])
    expect([...(arrays['trainLabels'] ?? [])]).toEqual([0, 0, 1])
    const [, second = 0, third = 0] = arrays['fileNameOffsets'] ?? []
    const name = new TextDecoder().decode(
      Uint8Array.from(arrays['fileNames'] ?? []).slice(second, third),
    )
    expect(name).toBe('pets/cat/2.PNG')
  })

  it('are in color as soon as one is, and scaled to the size asked for', async () => {
    const files = { ...pets, 'pets/dog/2.png': flat(8, 8, 1, 2, 3) }
    const { manifest, arrays } = await prepare(writeFolder(files), { size: [1, 2] })
    expect(manifest.schema).toMatchObject({ imageShape: [1, 2, 3] })
    expect([...(arrays['trainImages'] ?? [])].slice(-6)).toEqual([1, 2, 3, 1, 2, 3])
    expect([...(arrays['trainImages'] ?? [])].slice(0, 6)).toEqual(new Array<number>(6).fill(10))
  })

  it('are gray or in color as the settings say', async () => {
    const files = { ...pets, 'pets/dog/2.png': flat(2, 3, 200, 0, 0) }
    const gray = await prepare(writeFolder(files), { channels: 1 })
    expect([...(gray.arrays['trainImages'] ?? [])].slice(-1)).toEqual([60])
    const color = await prepare(writeFolder(pets), { channels: 3 })
    expect(color.manifest.schema).toMatchObject({ imageShape: [2, 3, 3] })
  })

  it('have the classes that the settings name', async () => {
    const files = { ...pets, 'pets/cow/1.png': flat(2, 3, 1), 'pets/fly/1.png': flat(2, 3, 1) }
    const classes = { mammal: ['cat', 'cow'], dog: ['dog'] }
    const { manifest } = await prepare(writeFolder(files), { classes })
    expect(manifest.schema).toMatchObject({ classNames: ['dog', 'mammal'], classCounts: [1, 3] })
    expect(manifest.properties).toMatchObject({ filesLeftOut: 2 })
  })

  it('have groups by the start of their names', async () => {
    const files = {
      'a/tom_1.png': flat(1, 1, 1),
      'a/ann_1.png': flat(1, 1, 1),
      'b/tom_2.png': flat(1, 1, 1),
    }
    const { manifest, arrays } = await prepare(writeFolder(files), { groupUntil: '_' })
    expect(manifest.schema).toMatchObject({ groupCounts: [1, 2] })
    expect([...(arrays['groups'] ?? [])]).toEqual([0, 1, 1])
  })

  it('are parsed once, and again when a file or its name changes', async () => {
    const [folder, cache] = [writeFolder(pets), scratch()]
    await prepare(folder, {}, cache)
    await prepare(folder, {}, cache)
    expect(readdirSync(cache)).toHaveLength(1)
    writeFileSync(path.join(folder, 'pets/dog/1.png'), flat(2, 3, 31))
    await prepare(folder, {}, cache)
    expect(readdirSync(cache)).toHaveLength(2)
    writeFileSync(path.join(folder, 'pets/dog/3.png'), flat(2, 3, 31))
    await prepare(folder, {}, cache)
    expect(readdirSync(cache)).toHaveLength(3)
  })

  const refused: [string, Files, object, string][] = [
    ['no images', { 'a/1.txt': Buffer.from('x') }, {}, 'files'],
    ['one class', { 'a/1.png': flat(1, 1, 1) }, {}, 'classes'],
    ['images beside the class folders', { ...pets, '1.png': flat(1, 1, 1) }, {}, 'folder'],
    [
      'a split within',
      { 'train/a/1.png': flat(1, 1, 1), 'test/a/1.png': flat(1, 1, 1) },
      {},
      'folder',
    ],
    ['another size', { ...pets, 'pets/dog/2.png': flat(3, 2, 1) }, {}, 'dimensions'],
    ['a broken image', { ...pets, 'pets/dog/2.png': Buffer.from('x') }, { size: 2 }, 'magic'],
    [
      'an unknown folder',
      pets,
      { classes: { a: ['cat'], b: ['cow'] } },
      'objective.data.source.classes.b',
    ],
    [
      'a folder in two classes',
      pets,
      { classes: { a: ['cat'], b: ['cat'] } },
      'objective.data.source.classes.b',
    ],
    ['a name without group', pets, { groupUntil: '_' }, 'name'],
  ]
  it.each(refused)(
    'are refused for %s, and nothing stays',
    async (_name, files, settings, field) => {
      for (const write of [writeFolder, writeZip]) {
        const cache = scratch()
        const error = await catchAppError(() => prepare(write(files), settings, cache))
        expect(error.code).toBe('data.invalid')
        expect(error.detail).toMatchObject({ field })
        expect(readdirSync(cache)).toEqual([])
      }
    },
  )

  it('are not looked for behind links', async () => {
    const folder = writeFolder(pets)
    symlinkSync('/etc', path.join(folder, 'pets/etc'))
    const error = await catchAppError(() => prepare(folder))
    expect(error.detail).toMatchObject({ field: 'file', value: 'symbolic link' })
  })

  it('are missed by the setting that names them', async () => {
    const error = await catchAppError(() => prepare('/nowhere'))
    expect(error.code).toBe('file.notFound')
    expect(error.detail).toMatchObject({ field: 'objective.data.source.folders' })
  })
})
