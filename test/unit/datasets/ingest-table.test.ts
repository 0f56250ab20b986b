import { msg } from '../../../src-main/core/errors/message.ts'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { recordLimitRule } from '../../../src-main/core/data/table-format.ts'
import { ingestTable } from '../../../src-main/datasets/ingest-table.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { ingestInDraft } from '../../helpers/ingest-in-draft.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function ingestText(content: string | Uint8Array, settings: object = {}) {
  const file = path.join(scratch(), 'table.csv')
  writeFileSync(file, content)
  const data = tableDataSchema.parse({ file, target: 'y', ...settings })
  return ingestInDraft(scratch(), draft => ingestTable(data, draft))
}

async function read(content: string | Uint8Array, settings: object = {}) {
  const dataset = await ingestText(content, settings)
  const arrays = new Map(dataset.arrays.map(array => [array.name, [...array.data]]))
  return { ...dataset, arrays }
}

const small = 'age,color,y\n1.5,red,a\n-2e1,blue,b\n+.5,red,a\n'

describe('ingestTable', () => {
  it('names the value that keeps a column from being a time, not the first of all dates', async () => {
    const dates = ['2022-02-27', '10.03.2021', '2022-05-01', '03.14.2021', '25.12.2020']
    const table = `sold,y\n${dates.map((date, row) => `${date},${row}`).join('\n')}\n`
    const settings = { problem: 'regression', columns: { sold: { type: 'time' } } }
    const error = await catchAppError(() => ingestText(table, settings))
    expect(error.detail).toMatchObject({ line: 5, value: '03.14.2021' })
  })

  it('reads numbers and categories column by column', async () => {
    const { schema, arrays, properties } = await read(small)
    expect(schema).toEqual({
      problem: 'classification',
      target: 'y',
      classNames: ['a', 'b'],
      classCounts: [2, 1],
      rows: 3,
      numeric: [{ name: 'age', missing: 0 }],
      categorical: [{ name: 'color', missing: 0, categories: ['blue', 'red'] }],
      ignored: [],
      groupCount: null,
      time: null,
    })
    expect(arrays.get('numeric')).toEqual([1.5, -20, 0.5])
    expect(arrays.get('categorical')).toEqual([1, 0, 1])
    expect(arrays.get('target')).toEqual([0, 1, 0])
    expect(properties).toMatchObject({ source: 'table.csv', rows: 3, classes: 2, missingCells: 0 })
  })

  it.each([
    ['a byte order mark', `\ufeff${small}`],
    ['line ends of Windows', small.replaceAll('\n', '\r\n')],
    ['quotes', small.replaceAll('red', '"red"').replace('age', '"age"')],
    ['blank lines', small.replaceAll('\n', '\n\n')],
    ['no line end at the end', small.trimEnd()],
    ['gzip', gzipSync(small)],
  ])('reads %s', async (_name, content) => {
    const { arrays, schema } = await read(content)
    expect(arrays.get('numeric')).toEqual([1.5, -20, 0.5])
    expect(arrays.get('categorical')).toEqual([1, 0, 1])
    expect(schema).toMatchObject({ rows: 3, numeric: [{ name: 'age' }] })
  })

  it('takes another delimiter', async () => {
    const { arrays } = await read(small.replaceAll(',', ';'), { delimiter: ';' })
    expect(arrays.get('numeric')).toEqual([1.5, -20, 0.5])
  })

  it('marks missing values', async () => {
    const { arrays, properties } = await read('n,c,y\nNA,?,1\n2, ,2\n3,x,1\n4,z,2\n')
    expect(arrays.get('numeric')).toEqual([Number.NaN, 2, 3, 4])
    expect(arrays.get('categorical')).toEqual([-1, -1, 0, 1])
    expect(properties).toMatchObject({ missingCells: 3 })
  })

  it('takes other words for missing', async () => {
    const { arrays, schema } = await read('n,c,y\n-999,NA,1\n2,x,2\n', { missing: ['-999'] })
    expect(arrays.get('numeric')).toEqual([Number.NaN, 2])
    expect(schema).toMatchObject({ categorical: [{ categories: ['NA', 'x'] }] })
  })

  it('takes numbers as categories where the settings say so, in the order of numbers', async () => {
    const { schema, arrays } = await read('code,y\n10,a\n9,b\n10,a\n', { categorical: ['code'] })
    expect(schema).toMatchObject({ numeric: [], categorical: [{ categories: ['9', '10'] }] })
    expect(arrays.get('categorical')).toEqual([1, 0, 1])
  })

  it('keeps what decides the split, and leaves it out of the features', async () => {
    const text = 'patient,day,x,y\nb,2024-01-02,1,u\na,2024-01-01,2,v\nb,2024-01-03,3,u\n'
    const grouped = await read(text, { group: 'patient', ignore: ['day'] })
    expect(grouped.arrays.get('groups')).toEqual([1, 0, 1])
    expect(grouped.schema).toMatchObject({ groupCount: 2, numeric: [{ name: 'x' }] })
    const timed = await read(text, { time: 'day', ignore: ['patient'] })
    const day = Date.UTC(2024, 0, 1)
    expect(timed.arrays.get('times')?.map(time => (time - day) / 86_400_000)).toEqual([1, 0, 2])
    const wrong = await catchAppError(() => read(text, { time: 'patient' }))
    expect(wrong.detail).toMatchObject({ field: 'patient', value: 'b', line: 2 })
  })

  it('notes rows with the same features, and columns that tell the target', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2 ? 'no' : 'yes'},${i % 10},${i % 2}`)
    const { properties, arrays } = await read(`answer,x,y\n${rows.join('\n')}\n`)
    expect(properties).toMatchObject({
      duplicateRows: 30,
      findings: [{ kind: 'targetInColumn', column: 'answer' }],
    })
    expect(arrays.get('firstOfContent')?.slice(8, 22)).toEqual([
      8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1,
    ])
  })

  it('uses columns that say nothing where the settings name them', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `id-${i},7,${i},${i % 2}`)
    const { schema } = await read(`name,same,x,y\n${rows.join('\n')}\n`, {
      categorical: ['name'],
      numeric: ['same'],
    })
    expect(schema).toMatchObject({
      numeric: [{ name: 'same' }, { name: 'x' }],
      categorical: [{ name: 'name' }],
      ignored: [],
    })
  })

  it('refuses a text in a column that has to be numeric, and a column that has to be both', async () => {
    const text = await catchAppError(() => read('x,y\n1,a\n2?,b\n', { numeric: ['x'] }))
    expect(text.detail).toMatchObject({ field: 'x', value: '2?', line: 3 })
    const both = await catchAppError(() => read(small, { numeric: ['age'], categorical: ['age'] }))
    expect(both.detail).toMatchObject({ field: 'objective.data.numeric', value: 'age' })
  })

  it('says how the file is written', async () => {
    const { properties } = await read('x;y\n1,5;a\n2,5;b\n')
    expect(properties).toMatchObject({
      format: 'csv',
      delimiter: ';',
      decimal: ',',
      encoding: 'utf-8',
      numericColumns: 1,
    })
  })

  it('leaves out columns that say nothing, and says why', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},same,,id-${i},${i * i},${i % 2}`)
    const { schema, properties } = await read(`row,constant,empty,name,x,y\n${rows.join('\n')}\n`)
    expect(schema).toMatchObject({
      numeric: [{ name: 'row' }, { name: 'x' }],
      categorical: [],
      ignored: [
        { name: 'constant', reason: msg('dataset.ignored.constant') },
        { name: 'empty', reason: msg('dataset.ignored.empty') },
        { name: 'name', reason: msg('dataset.ignored.differs') },
      ],
    })
    expect(properties['warnings']).toEqual([msg('dataset.warning.counts', { column: 'row' })])
  })

  it('warns of numbers with a typing error', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) => `${i === 7 ? '1O' : (i % 5) + 1},${i},${i % 2}`,
    )
    const { properties, schema } = await read(`n,x,y\n${rows.join('\n')}\n`)
    expect(schema).toMatchObject({ categorical: [{ name: 'n' }] })
    expect(properties['warnings']).toEqual([
      msg('dataset.warning.typing', { column: 'n', texts: 1, values: 20, value: '"1O"', line: 9 }),
    ])
  })

  it.each([
    ['text', ['p', 'q', 'p'], 'classification'],
    ['few whole numbers', ['0', '1', '1'], 'classification'],
    ['fractions', ['0.5', '1', '1'], 'regression'],
    ['many whole numbers', Array.from({ length: 21 }, (_, i) => String(i)), 'regression'],
  ])('decides the problem of %s', async (_name, targets, problem) => {
    const { schema } = await read(`x,y\n${targets.map((y, i) => `${i * i},${y}`).join('\n')}\n`)
    expect(schema).toMatchObject({ problem })
  })

  it('treats the name __proto__ as any other', async () => {
    const { schema } = await read('__proto__,constructor,y\n1,3,a\n2,5,b\n')
    expect(schema).toMatchObject({ numeric: [{ name: '__proto__' }, { name: 'constructor' }] })
    expect(({} as Record<string, unknown>)['missing']).toBeUndefined()
  })

  const invalid: [string, string | Uint8Array, object, object][] = [
    ['an empty file', '', {}, { field: 'rows' }],
    ['a header alone', 'x,y\n', {}, { field: 'rows', value: 0 }],
    [
      'a column that is not what the settings say',
      'x,y\n1,a\n2,b\nthree,a\n',
      { columns: { x: { type: 'number' } } },
      {
        field: 'x',
        value: 'three',
        line: 4,
        rule: msg('rule.columnType', { type: 'number' }),
      },
    ],
    [
      'a column of numbers that the settings call times',
      'x,y\n,a\n1.5,b\n3,a\n',
      { columns: { x: { type: 'time' } } },
      {
        field: 'x',
        value: '1.5',
        line: 3,
        rule: msg('rule.columnType', { type: 'time' }),
      },
    ],
    [
      'settings of a column that is none',
      'price,y\n1,a\n2,b\n',
      { columns: { prise: { type: 'number' } } },
      { field: 'objective.data.columns', value: 'prise' },
    ],
    [
      'a quote that is never closed',
      'x,y\n1,a\n"2,b\n3,a\n',
      {},
      { field: 'field', value: 1, rule: msg('rule.csv.quoteClosed') },
    ],
    [
      'text behind a closing quote',
      'x,y\n"1"2,a\n',
      {},
      { field: 'field', value: 1, rule: msg('rule.csv.afterQuote'), line: 2 },
    ],
    [
      'a short row',
      'x,z,y\n1,2,a\n3,b\n',
      {},
      { field: 'fields', value: 2, rule: msg('rule.csv.fieldCount'), line: 3 },
    ],
    [
      'a long row',
      'x,y\n1,a\n2,b,3\n',
      {},
      { field: 'fields', value: 3, rule: msg('rule.csv.fieldCount'), line: 3 },
    ],
    [
      'a record without end',
      `x,y\n"${'a\n'.repeat(600_000)}`,
      {},
      { field: 'record', rule: recordLimitRule },
    ],
    [
      'too many columns',
      `${Array.from({ length: 10_001 }, (_, i) => `c${i}`).join()}\n`,
      {},
      {
        field: 'columns',
        value: 10_001,
      },
    ],
    ['a column without name', 'x,,y\n1,2,a\n', {}, { field: 'header[1]', line: 1 }],
    ['two columns of one name', 'x,x,y\n1,2,a\n', {}, { field: 'header[1]', value: 'x' }],
    [
      'a target that is no column',
      'x,z\n1,2\n',
      {},
      { field: 'objective.data.target', value: 'y' },
    ],
    [
      'an ignored column that is none',
      small,
      { ignore: ['agee'] },
      {
        field: 'objective.data.ignore',
        value: 'agee',
      },
    ],
    [
      'a categorical column that is none',
      small,
      { categorical: ['q'] },
      {
        field: 'objective.data.categorical',
        value: 'q',
      },
    ],
    ['an ignored target', small, { ignore: ['y'] }, { field: 'objective.data.ignore', value: 'y' }],
    ['a row without target', 'x,y\n1,a\n2,\n3,b\n', {}, { field: 'y', value: '', line: 3 }],
    ['one class', 'x,y\n1,a\n2,a\n', {}, { field: 'y', value: 1 }],
    [
      'a constant regression target',
      'x,y\n1,2.5\n2,2.5\n',
      { problem: 'regression' },
      {
        field: 'y',
        value: 1,
      },
    ],
    [
      'text as regression target',
      'x,y\n1,2\n2,many\n',
      { problem: 'regression' },
      {
        field: 'y',
        value: 'many',
        line: 3,
      },
    ],
    [
      'a number beyond 64-bit floats',
      'x,y\n1,a\n1e999,b\n',
      {},
      {
        field: 'x',
        value: '1e999',
        line: 3,
      },
    ],
    ['nothing beside the target', 'y\na\nb\n', {}, { field: 'columns' }],
    ['columns that say nothing', 'x,y\n1,a\n1,b\n', {}, { field: 'columns' }],
    [
      'bytes that are not UTF-8',
      Uint8Array.from([0x78, 0x2c, 0x79, 0x0a, 0xff, 0xfe, 0x0a]),
      {},
      {
        field: 'encoding',
      },
    ],
    [
      'a class that is written in two ways',
      'x,y\n1,0\n2,1\n3,0\n4,1.0\n',
      {},
      {
        field: 'y',
        value: '1.0',
        rule: msg('rule.sameNumber', { other: '1' }),
      },
    ],
    ['broken gzip', gzipSync(small).subarray(0, 30), {}, { field: 'gzip' }],
  ]
  it.each(invalid)('refuses %s', async (_name, content, settings, detail) => {
    const error = await catchAppError(() => ingestText(content, settings))
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ path: expect.stringMatching(/table\.csv$/), ...detail })
  })

  it('refuses more than a thousand classes', async () => {
    const rows = Array.from({ length: 1_001 }, (_, i) => `${i * i},name-${i}`)
    const error = await catchAppError(() => ingestText(`x,y\n${rows.join('\n')}\n`))
    expect(error.detail).toMatchObject({ field: 'y', value: 1_001 })
  })

  it('names the setting of a missing file', async () => {
    const data = tableDataSchema.parse({ file: '/nowhere/x.csv', target: 'y' })
    const error = await catchAppError(() =>
      ingestInDraft(scratch(), draft => ingestTable(data, draft)),
    )
    expect(error.code).toBe('file.notFound')
    expect(error.detail).toEqual({ path: '/nowhere/x.csv', field: 'objective.data.file' })
  })
})
