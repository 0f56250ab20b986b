import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { tableFormatSchema } from '../../../src-main/core/data/table-format.ts'
import { readTableRecords } from '../../../src-main/datasets/table-records.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** Made by test/fixtures/data/binary-tables.py with pyarrow and NumPy. */
const made = JSON.parse(
  readFileSync(
    new URL('../../fixtures/data/binary-tables.generated.json', import.meta.url),
    'utf8',
  ),
) as {
  columns: string[]
  cells: string[][]
  parquet: Record<string, string>
  npy: { name: string; file: string; cells: number[][] }[]
}

async function read(content: string | Uint8Array, format: object = {}) {
  const file = path.join(scratch(), 'table')
  writeFileSync(file, content)
  const records: string[][] = []
  const dialect = await readTableRecords({
    path: file,
    field: 'file',
    format: tableFormatSchema.parse(format),
    missing: ['?'],
    onRecord: fields => records.push([...fields]),
  })
  return { records, dialect }
}

const rows = [
  ['name', 'height', 'note'],
  ['a', '1.5', 'x, y; z'],
  ['b', '-2', 'é'],
]
const written = (delimiter: string) =>
  rows
    .map(row => `${row.map(cell => (/[,;]/.test(cell) ? `"${cell}"` : cell)).join(delimiter)}\n`)
    .join('')
const utf16 = (text: string, mark: boolean, swap: boolean) => {
  const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le')
  return swap ? bytes.swap16() : bytes
}

describe('readTableRecords infers', () => {
  it.each([
    ['commas', ','],
    ['tabs', '\t'],
    ['semicolons', ';'],
    ['bars', '|'],
  ])('%s', async (_name, delimiter) => {
    const { records, dialect } = await read(written(delimiter))
    expect(records).toEqual(rows)
    expect(dialect).toEqual({ format: 'csv', delimiter, encoding: 'utf-8', decimal: null })
  })

  it.each([
    ['UTF-16 little-endian with its mark', true, false, 'utf-16le'],
    ['UTF-16 little-endian without', false, false, 'utf-16le'],
    ['UTF-16 big-endian with its mark', true, true, 'utf-16be'],
    ['UTF-16 big-endian without', false, true, 'utf-16be'],
  ])('%s', async (_name, mark, swap, encoding) => {
    const { records, dialect } = await read(utf16(written('\t'), mark, swap))
    expect(records).toEqual(rows)
    expect(dialect).toMatchObject({ encoding, delimiter: '\t' })
  })

  it('the same from a packed file', async () => {
    const { records, dialect } = await read(gzipSync(written(';')))
    expect(records).toEqual(rows)
    expect(dialect).toMatchObject({ delimiter: ';' })
  })

  it('no delimiter where there is none', async () => {
    const { records, dialect } = await read('x\n1\n2\n')
    expect(records).toEqual([['x'], ['1'], ['2']])
    expect(dialect).toMatchObject({ delimiter: ',' })
  })
})

describe('readTableRecords takes instead of what it would infer', () => {
  it('the delimiter', async () => {
    const { records } = await read('a,b;c\n1,2;3\n', { delimiter: ';' })
    expect(records[0]).toEqual(['a,b', 'c'])
  })

  it('the encoding', async () => {
    const gb18030 = Buffer.from([0x78, 0x2c, 0x79, 0x0a, 0xba, 0xec, 0x2c, 0x31, 0x0a])
    const { records, dialect } = await read(gb18030, { encoding: 'gb18030' })
    expect(records[1]).toEqual(['红', '1'])
    expect(dialect).toMatchObject({ encoding: 'gb18030' })
  })

  it('names for columns without a header line', async () => {
    const { records } = await read('1,2\n3,4\n', { header: false })
    expect(records).toEqual([
      ['column1', 'column2'],
      ['1', '2'],
      ['3', '4'],
    ])
  })
})

describe('readTableRecords reads', () => {
  it('lines that end in three ways', async () => {
    expect((await read('x,y\r\n1,2\n3,4\r5,6\n')).records).toHaveLength(4)
  })

  it.each(Object.entries(made.parquet))('what pyarrow wrote: %s', async (_name, file) => {
    const { records, dialect } = await read(Buffer.from(file, 'base64'))
    expect(dialect.format).toBe('parquet')
    expect(records).toEqual([made.columns, ...made.cells])
  })

  it.each(made.npy)('what NumPy wrote: $name', async ({ file, cells }) => {
    const { records, dialect } = await read(Buffer.from(file, 'base64'))
    expect(dialect.format).toBe('npy')
    expect(records[0]).toEqual(['column1', 'column2', 'column3'])
    // The same bits in 64-bit floats: no tolerance.
    expect(records.slice(1).map(record => record.map(Number))).toEqual(cells)
  })
})
