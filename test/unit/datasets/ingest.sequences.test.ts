import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { audioDataSchema, textDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { ingest } from '../../../src-main/datasets/ingest.ts'
import { readPreparedDataset } from '../../../src-main/datasets/read-prepared.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { buildZip } from '../../helpers/made-up-wheel.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { wavBytes } from '../../helpers/wav-bytes.ts'

const scratch = useScratchFolders()

type Files = Readonly<Record<string, Buffer | string>>

function writeFolder(files: Files): string {
  const root = scratch()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true })
    writeFileSync(path.join(root, name), content)
  }
  return root
}

async function prepare(kind: 'audio' | 'text', source: object, cacheDirectory = scratch()) {
  const stored = await ingest({
    source:
      kind === 'audio'
        ? { kind, data: audioDataSchema.parse({ source }) }
        : { kind, data: textDataSchema.parse({ source }) },
    cacheDirectory,
  })
  return readPreparedDataset(stored.directory)
}

const digits: Files = {
  'zero/tom_1.wav': wavBytes({ values: [16_384, -16_384, 8_192] }),
  'one/tom_1.wav': wavBytes({ values: [8_192] }),
  'one/ann_1.wav': wavBytes({ bits: 8, values: [192, 128] }),
}

describe('recordings in folders', () => {
  it('are read, cut and kept one after the other', async () => {
    const file = path.join(scratch(), 'digits.zip')
    const entries = Object.entries(digits).map(([name, data]) => ({
      name,
      data: Buffer.from(data),
    }))
    writeFileSync(file, buildZip(entries))
    const source = { folders: file, seconds: 2 / 8_000, groupUntil: '_' }
    const { manifest, arrays } = await prepare('audio', source)
    expect(manifest.schema).toEqual({
      sampleRate: 8_000,
      seconds: 2 / 8_000,
      classNames: ['one', 'zero'],
      classCounts: [2, 1],
      testClassCounts: null,
      groupCounts: [1, 2],
    })
    expect(manifest.properties).toMatchObject({ recordings: 3, recordingsCut: 1 })
    expect([...(arrays['samples'] ?? [])]).toEqual([0.5, 0, 0.25, 0.5, -0.5])
    expect([...(arrays['offsets'] ?? [])]).toEqual([0, 2, 3, 5])
    expect([...(arrays['labels'] ?? [])]).toEqual([0, 0, 1])
  })

  it('are refused with different sample rates', async () => {
    const folders = writeFolder({
      ...digits,
      'zero/b_2.wav': wavBytes({ sampleRate: 16_000, values: [1] }),
    })
    const error = await catchAppError(() => prepare('audio', { folders }))
    expect(error.detail).toMatchObject({ field: 'sampleRate', value: 16_000 })
    expect((error.detail as { path: string }).path).toContain('b_2.wav')
  })

  it('leave nothing behind when one is broken', async () => {
    const cache = scratch()
    const folders = writeFolder({ ...digits, 'zero/b_2.wav': 'RIFF' })
    const error = await catchAppError(() => prepare('audio', { folders }, cache))
    expect(error.detail).toMatchObject({ field: 'magic' })
    expect(readdirSync(cache)).toEqual([])
  })
})

const mails: Files = {
  'ham/1.txt': 'Hello, Zoë',
  'ham/2.txt': '',
  'spam/1.txt': '\uFEFFBuy now',
}

describe('texts in folders', () => {
  const textsOf = (arrays: Awaited<ReturnType<typeof prepare>>['arrays']) => {
    const [bytes, offsets] = [arrays['texts'] as Uint8Array, arrays['offsets'] as Int32Array]
    return Array.from({ length: offsets.length - 1 }, (_, row) =>
      new TextDecoder().decode(bytes.subarray(offsets[row], offsets[row + 1])),
    )
  }

  it('are read without a byte order mark', async () => {
    const { manifest, arrays } = await prepare('text', { folders: writeFolder(mails) })
    expect(manifest.schema).toMatchObject({ classNames: ['ham', 'spam'], classCounts: [2, 1] })
    expect(textsOf(arrays)).toEqual(['Hello, Zoë', '', 'Buy now'])
  })

  it('are read in the encoding that the settings name', async () => {
    const latin = { ...mails, 'ham/1.txt': Buffer.from('Zoë', 'latin1') }
    const chinese = Buffer.from([0xd6, 0xd0, 0xce, 0xc4])
    const folders = writeFolder(latin)
    const error = await catchAppError(() => prepare('text', { folders }))
    expect(error.detail).toMatchObject({ field: 'encoding', value: 'utf-8' })
    const read = await prepare('text', { folders, encoding: 'windows-1252' })
    expect(textsOf(read.arrays)[0]).toBe('Zoë')
    const gb = writeFolder({ ...mails, 'ham/1.txt': chinese })
    expect(textsOf((await prepare('text', { folders: gb, encoding: 'gb18030' })).arrays)[0]).toBe(
      '中文',
    )
  })

  it('come from columns of a table too', async () => {
    const folder = writeFolder({
      'mails.csv': gzipSync(
        'id,body,kind,author\n1,"Hello, you",ham,ann\n2,Buy,spam,tom\n3,"a ""b""",ham,tom\n',
      ),
    })
    const file = path.join(folder, 'mails.csv')
    const { manifest, arrays } = await prepare('text', {
      file,
      text: 'body',
      target: 'kind',
      group: 'author',
    })
    expect(manifest.schema).toEqual({
      classNames: ['ham', 'spam'],
      classCounts: [2, 1],
      testClassCounts: null,
      groupCounts: [1, 2],
    })
    expect(textsOf(arrays)).toEqual(['Hello, you', 'Buy', 'a "b"'])
    expect([...(arrays['labels'] ?? [])]).toEqual([0, 1, 0])
    expect([...(arrays['groups'] ?? [])]).toEqual([0, 1, 1])
  })

  const tables: [string, string, object, string][] = [
    ['an unknown column of texts', 'a,b\nx,1\ny,2\n', { text: 'c' }, 'objective.data.source.text'],
    [
      'an unknown column of classes',
      'a,b\nx,1\ny,2\n',
      { target: 'c' },
      'objective.data.source.target',
    ],
    ['a column that is there twice', 'a,a,b\nx,y,1\n', {}, 'objective.data.source.text'],
    ['a row without class', 'a,b\nx,1\ny,\n', {}, 'b'],
    ['one class', 'a,b\nx,1\ny,1\n', {}, 'b'],
    ['a header alone', 'a,b\n', {}, 'b'],
    ['a ragged row', 'a,b\nx,1\ny\n', {}, 'fields'],
    ['a quote that is never closed', 'a,b\n"x,1\n', {}, 'field'],
  ]
  it.each(tables)('are refused for %s', async (_name, content, change, field) => {
    const file = path.join(writeFolder({ 'table.csv': content }), 'table.csv')
    const error = await catchAppError(() =>
      prepare('text', { file, text: 'a', target: 'b', ...change }),
    )
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ path: file, field })
  })
})
