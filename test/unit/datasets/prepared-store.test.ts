import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { ingest } from '../../../src-main/datasets/ingest.ts'
import type { NewDataset } from '../../../src-main/datasets/dataset-draft.ts'
import { storePrepared } from '../../../src-main/datasets/prepared-store.ts'
import { readPreparedDataset } from '../../../src-main/datasets/read-prepared.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const hash = 'a'.repeat(64)

const arrays = [
  { name: 'bytes', data: Uint8Array.of(1, 255), shape: [2] },
  { name: 'codes', data: Int32Array.of(-1, 2_000_000_000), shape: [1, 2] },
  { name: 'values', data: Float64Array.of(Number.NaN, 1e300), shape: [2] },
  { name: 'small', data: Float32Array.of(0.1, -2), shape: [2, 1] },
  { name: 'none', data: new Float64Array(0), shape: [0, 2] },
] as const
const dataset: NewDataset = {
  kind: 'table',
  properties: { rows: 2 },
  schema: { anything: ['goes', 1] },
  arrays,
}

function store(cacheDirectory: string) {
  return storePrepared(cacheDirectory, 'key', hash, () => Promise.resolve(dataset))
}

function writeTable(folder: string, content = 'x,y\n1,a\n2,b\n5,b\n') {
  const file = path.join(folder, 'table.csv')
  writeFileSync(file, content)
  return { kind: 'table' as const, data: tableDataSchema.parse({ file, target: 'y' }) }
}

describe('a stored data set', () => {
  it('comes back as it was', async () => {
    const cacheDirectory = path.join(scratch(), 'deep', 'cache')
    const { directory, manifest } = await store(cacheDirectory)
    const read = await readPreparedDataset(directory)
    expect(read.manifest).toEqual(manifest)
    expect(read.manifest).toMatchObject({ contentHash: hash, properties: { rows: 2 } })
    for (const array of arrays) expect(read.arrays[array.name]).toEqual(array.data)
    expect(readdirSync(cacheDirectory)).toEqual(['key'])
  })

  const damages: [string, (directory: string) => void, string][] = [
    ['an array cut short', d => writeFileSync(path.join(d, 'codes.bin'), 'abc'), 'data.invalid'],
    ['a missing array', d => rmSync(path.join(d, 'codes.bin')), 'file.notFound'],
    ['no manifest', d => rmSync(path.join(d, 'dataset.json')), 'file.notFound'],
    ['half a manifest', d => writeFileSync(path.join(d, 'dataset.json'), '{"for'), 'data.invalid'],
    ['a foreign manifest', d => writeFileSync(path.join(d, 'dataset.json'), '{}'), 'data.invalid'],
    [
      'a path that leads elsewhere',
      d => {
        const file = path.join(d, 'dataset.json')
        writeFileSync(file, readFileSync(file, 'utf8').replace('bytes.bin', '../bytes.bin'))
      },
      'data.invalid',
    ],
    [
      'a shape that does not fit',
      d => {
        const file = path.join(d, 'dataset.json')
        const manifest = JSON.parse(readFileSync(file, 'utf8')) as { arrays: { shape: number[] }[] }
        manifest.arrays[0]?.shape.push(2)
        writeFileSync(file, JSON.stringify(manifest))
      },
      'data.invalid',
    ],
  ]
  it.each(damages)('is refused with %s', async (_name, damage, code) => {
    const { directory } = await store(scratch())
    damage(directory)
    expect((await catchAppError(() => readPreparedDataset(directory))).code).toBe(code)
  })

  it('replaces a damaged folder of the same key', async () => {
    const cache = scratch()
    const { directory } = await store(cache)
    writeFileSync(path.join(directory, 'codes.bin'), 'abc')
    await store(cache)
    expect((await readPreparedDataset(directory)).arrays['bytes']).toEqual(Uint8Array.of(1, 255))
    expect(readdirSync(cache)).toEqual(['key'])
  })

  it('tells why the folder cannot be written', async () => {
    const file = path.join(scratch(), 'file')
    writeFileSync(file, '')
    const error = await catchAppError(() => store(file))
    expect(error.code).toBe('file.unwritable')
  })

  it('takes folders of killed processes away, but not of running ones', async () => {
    const cache = scratch()
    mkdirSync(path.join(cache, 'old.1.temporary'))
    mkdirSync(path.join(cache, 'new.2.temporary'))
    const { utimes } = await import('node:fs/promises')
    await utimes(path.join(cache, 'old.1.temporary'), 0, 0)
    await store(cache)
    expect(readdirSync(cache).sort()).toEqual(['key', 'new.2.temporary'])
  })
})

describe('ingest', () => {
  it('parses the same content once', async () => {
    const folder = scratch()
    const request = { source: writeTable(folder), cacheDirectory: path.join(folder, 'cache') }
    const first = await ingest(request)
    const before = statSync(path.join(first.directory, 'dataset.json')).ino
    const second = await ingest(request)
    expect(second).toEqual(first)
    expect(statSync(path.join(second.directory, 'dataset.json')).ino).toBe(before)
  })

  it('parses anew when a byte or a setting changes', async () => {
    const folder = scratch()
    const cacheDirectory = path.join(folder, 'cache')
    const source = writeTable(folder)
    const first = await ingest({ source, cacheDirectory })
    const set = { ...source, data: { ...source.data, categorical: ['x'] } }
    const second = await ingest({ source: set, cacheDirectory })
    const changed = await ingest({
      source: writeTable(folder, 'x,y\n1,a\n2,b\n6,b\n'),
      cacheDirectory,
    })
    expect(new Set([first.directory, second.directory, changed.directory]).size).toBe(3)
    expect(second.manifest.contentHash).toBe(first.manifest.contentHash)
    expect(changed.manifest.contentHash).not.toBe(first.manifest.contentHash)
  })

  it('does not parse anew when only the size of a split changes', async () => {
    const folder = scratch()
    const source = writeTable(folder)
    const cacheDirectory = path.join(folder, 'cache')
    const first = await ingest({ source, cacheDirectory })
    const other = { ...source, data: { ...source.data, validation: 0.4 } }
    expect((await ingest({ source: other, cacheDirectory })).directory).toBe(first.directory)
  })

  it('parses anew what is damaged', async () => {
    const folder = scratch()
    const request = { source: writeTable(folder), cacheDirectory: path.join(folder, 'cache') }
    const { directory } = await ingest(request)
    writeFileSync(path.join(directory, 'numeric.bin'), 'short')
    await ingest(request)
    expect((await readPreparedDataset(directory)).arrays['numeric']).toEqual(
      Float64Array.of(1, 2, 5),
    )
  })
})
