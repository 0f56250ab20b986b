import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { tableFormatSchema } from '../../../src-main/core/data/table-format.ts'
import { ingestTable } from '../../../src-main/datasets/ingest-table.ts'
import { previewTable } from '../../../src-main/datasets/preview-table.ts'
import {
  columnsOf,
  type DataKeys,
  formatOf,
  readingOf,
  withFormat,
  withReading,
  withSign,
} from '../../../src-renderer/features/datasets/data-keys.ts'
import {
  doubtsOf,
  remedied,
  withProposedExclusions,
  withTarget,
} from '../../../src-renderer/features/datasets/column-doubts.ts'
import { ingestInDraft } from '../../helpers/ingest-in-draft.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const auto = tableFormatSchema.parse({})
const text =
  'id;when;height;code;same;grade\n1;2024-01-02;1,5;7;x;a\n2;2024-01-03;?;8;x;b\n3;2024-02-01;2,25;7;x;a\n'

function previewOf(content: string | Uint8Array, format: object = {}) {
  const file = path.join(scratch(), 'table.csv')
  writeFileSync(file, content)
  return previewTable({ file, ...tableFormatSchema.parse(format), missing: ['?'] })
}

describe('previewTable', () => {
  it.each([
    [
      'random bytes',
      Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7_919 + (index >> 3)) % 251),
    ],
    ['a program', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff, 0xfe, 0x0a, 0x90])],
  ])('says that %s are no text', async (_name, bytes) => {
    const problem = { field: 'content', value: 'binary', rule: { code: 'rule.textFile' } }
    await expect(previewOf(bytes)).rejects.toMatchObject({ code: 'data.invalid', detail: problem })
  })

  it('says which encoding a text does not have', async () => {
    const latin = Uint8Array.from(Buffer.from('name,n\nZoë,1\n', 'latin1'))
    await expect(previewOf(latin)).rejects.toMatchObject({ detail: { field: 'encoding' } })
  })

  it('says what was inferred, and shows rows as they were read', async () => {
    const preview = await previewOf(text)
    expect(preview).toMatchObject({
      bytes: Buffer.byteLength(text),
      rows: 3,
      dialect: { delimiter: ';', decimal: ',', encoding: 'utf-8' },
    })
    expect(preview.head[0]).toEqual(['1', '2024-01-02', '1,5', '7', 'x', 'a'])
    expect(preview.columns.map(({ name, reading }) => [name, reading])).toEqual([
      ['id', 'number'],
      ['when', 'time'],
      ['height', 'number'],
      ['code', 'number'],
      ['same', 'nothing'],
      ['grade', 'category'],
    ])
    expect(preview.columns[2]).toMatchObject({ missing: 1, distinct: 2 })
  })

  it.each([
    ['a decimal comma', 'x;y\n1,5;-,25\n2,0e3;7\n', ','],
    ['no decimal comma from thousands', 'x;y\n1,234;a\n2,500;b\n', '.'],
    ['no decimal comma from both signs', 'x;y\n1,5;2.5\n2,5;7.25\n', '.'],
  ])('infers %s', async (_name, content, decimal) => {
    expect((await previewOf(content)).dialect).toMatchObject({ decimal })
  })

  /** Rows of a table with a key, an address, a date in two forms, a text and a constant. */
  function listings(count: number): string {
    const rows = Array.from({ length: count }, (_, row) => {
      const day = String(1 + (row % 28)).padStart(2, '0')
      const date = row % 10 === 3 ? `2024-03-${day}` : `${day}.03.2024`
      return `L-${row},a${row % 7}@x.example,${date},note ${row},DE,${row * 1.5},${row + 1}`
    })
    return `listing id,e-mail,listed,remark,land,area,nr\n${rows.join('\n')}\n`
  }

  it('reads a date that begins with its year among those that begin with the day', async () => {
    const { columns } = await previewOf(listings(60))
    const format = { type: 'time', order: 'DMY' }
    expect(columns[2]).toMatchObject({ reading: 'time', format, confidence: 'certain' })
    expect(columns[2]?.values.counts.reduce((sum, count) => sum + count)).toBe(60)
  })

  it('proposes to leave out what only tells rows apart, addresses, and what says nothing', async () => {
    const { columns } = await previewOf(listings(60))
    expect(columns.map(({ name, exclusion }) => [name, exclusion])).toEqual([
      ['listing id', 'identifier'],
      ['e-mail', 'address'],
      ['listed', null],
      ['remark', 'textPerRow'],
      ['land', 'constant'],
      ['area', null],
      ['nr', 'identifier'],
    ])
    // In a few rows all may differ by chance.
    const few = await previewOf(listings(12))
    expect(few.columns.map(({ exclusion }) => exclusion).filter(Boolean)).toEqual(['constant'])
  })

  it('counts values in intervals, and categories by their frequency', async () => {
    const rows = Array.from({ length: 100 }, (_, row) => `${row},${row % 10 < 7 ? 'b' : 'a'}`)
    const { columns } = await previewOf(`x,kind\n${rows.join('\n')}\n`)
    expect(columns[0]?.values).toMatchObject({ labels: ['0', '99'], others: 0 })
    expect(columns[0]?.values.counts).toHaveLength(16)
    expect(columns[1]?.values).toEqual({ counts: [70, 30], labels: ['b', 'a'], others: 0 })
  })

  it('counts a sample of many rows, from the first to the last', async () => {
    const rows = Array.from({ length: 10_000 }, (_, row) => `${row}`)
    const { columns } = await previewOf(`x\n${rows.join('\n')}\n`)
    const total = columns[0]?.values.counts.reduce((sum, count) => sum + count) ?? 0
    expect(total).toBeGreaterThan(1_000)
    expect(total).toBeLessThanOrEqual(2_048)
    expect(Number(columns[0]?.values.labels[1])).toBeGreaterThan(9_900)
  })

  it('reads otherwise if told so', async () => {
    const preview = await previewOf('1,2\n3,4\n', { header: false })
    expect(preview).toMatchObject({ rows: 2, columns: [{ name: 'column1' }, { name: 'column2' }] })
  })
})

describe('the keys of a study file for a table', () => {
  it('name what was changed and nothing else', async () => {
    const { columns } = await previewOf(text)
    const column = (name: string) => columns.find(candidate => candidate.name === name)!
    let keys: DataKeys = { file: 'a.csv', target: 'grade' }
    expect(withFormat(keys, { decimal: 'auto', header: true })).toEqual(keys)
    keys = withFormat(keys, { decimal: ',', header: false, sheet: 'auto' })
    expect(formatOf(keys)).toEqual({ ...auto, decimal: ',', header: false, sheet: 'auto' })
    keys = withFormat(keys, { header: true, sheet: undefined })
    keys = withReading(keys, column('code'), 'category')
    keys = withReading(keys, column('when'), 'nothing')
    keys = withReading(keys, column('same'), 'category')
    keys = withReading(keys, column('id'), 'number')
    keys = withSign(keys, 'height', 'thousands', '.')
    expect(keys).toEqual({
      file: 'a.csv',
      target: 'grade',
      decimal: ',',
      ignore: ['when'],
      columns: {
        code: { type: 'category' },
        same: { type: 'category' },
        height: { thousands: '.' },
      },
    })
    expect(['code', 'when', 'same', 'id'].map(name => readingOf(keys, column(name)))).toEqual([
      'category',
      'nothing',
      'category',
      'number',
    ])
    for (const name of ['code', 'when', 'same'])
      keys = withReading(keys, column(name), column(name).reading)
    keys = withSign(keys, 'height', 'thousands', undefined)
    expect(withFormat(keys, { decimal: 'auto' })).toEqual({ file: 'a.csv', target: 'grade' })
  })

  it('keep what breaks a rule as it was typed, and read on without it', () => {
    const keys: DataKeys = {
      delimiter: 7,
      ignore: 'x',
      header: 'no',
      columns: { a: { type: 'word' }, b: { type: 'number' } },
    }
    expect(formatOf(keys)).toEqual(auto)
    expect(columnsOf(keys)).toEqual({ b: { type: 'number' } })
    expect(withSign(keys, 'b', 'decimal', ',')).toMatchObject({
      delimiter: 7,
      header: 'no',
      columns: { a: { type: 'word' }, b: { type: 'number', decimal: ',' } },
    })
  })

  it('leave out what is proposed, and use it again as a target', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, row) => `L-${row},${row},${row === 3 ? '?' : (row * 7) % 40}`,
    )
    const { columns } = await previewOf(`id,x,price\n${rows.join('\n')}\n`)
    const [id, x, price] = columns
    const proposed = withProposedExclusions({ file: 'a.csv', target: '' }, columns)
    expect(proposed).toMatchObject({ ignore: ['id', 'x'] })
    expect(withTarget(proposed, x!)).toMatchObject({ target: 'x', ignore: ['id'] })
    // Rows without a target are left out, unless the file says otherwise.
    const priced = withTarget(proposed, price!)
    expect(priced).toMatchObject({ target: 'price', withoutTarget: 'drop' })
    expect(withTarget(priced, id!)).not.toHaveProperty('withoutTarget')
    expect(withTarget({ ...proposed, withoutTarget: 'refuse' }, price!)).toMatchObject({
      withoutTarget: 'refuse',
    })
    const about = { data: priced, rows: 40, dataset: null, suspicions: [] }
    expect(doubtsOf(price!, about)).toMatchObject([
      { message: { code: 'newStudy.doubt.rowsDropped', values: { count: 1 } }, remedies: [] },
    ])
    expect(doubtsOf(id!, about)).toMatchObject([{ remedies: ['useColumn'] }])
    expect(remedied(priced, id!, 'useColumn')).toMatchObject({ ignore: ['x'] })
  })

  it('give the table to a study as it was shown', async () => {
    const { file, columns } = await previewOf(text)
    const column = (name: string) => columns.find(candidate => candidate.name === name)!
    const keys = withReading(
      withReading({ file, target: 'grade' }, column('code'), 'category'),
      ...([column('when'), 'nothing'] as const),
    )
    const { schema } = await ingestInDraft(scratch(), draft =>
      ingestTable(tableDataSchema.parse({ ...keys, missing: ['?'] }), draft),
    )
    expect(schema).toMatchObject({
      numeric: [{ name: 'id' }, { name: 'height', missing: 1 }],
      categorical: [{ name: 'code' }],
    })
  })
})
