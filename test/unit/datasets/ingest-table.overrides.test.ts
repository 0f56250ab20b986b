import { msg } from '../../../src-main/core/errors/message.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { ingestTable } from '../../../src-main/datasets/ingest-table.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { ingestInDraft } from '../../helpers/ingest-in-draft.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

async function read(content: string | Uint8Array, settings: object) {
  const file = path.join(scratch(), 'table.csv')
  writeFileSync(file, content)
  const data = tableDataSchema.parse({ file, target: 'y', ...settings })
  const dataset = await ingestInDraft(scratch(), draft => ingestTable(data, draft))
  const arrays = Object.fromEntries(dataset.arrays.map(({ name, data }) => [name, [...data]]))
  return { ...dataset, ...arrays }
}

/** Rows `…,0` and `…,1` by turns. */
const rows = (count: number, row: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `${row(index)},${index % 2}\n`).join('')
const numeric = (...names: string[]) => ({ schema: { numeric: names.map(name => ({ name })) } })
const categorical = (name: string, ...categories: string[]) => ({
  schema: { categorical: [{ name, categories }] },
})

interface Override {
  /** As docs/data.md calls it. */
  readonly key: string
  readonly what: string
  readonly content: string | Uint8Array
  /** Besides the settings that both readings have. */
  readonly shared?: object
  readonly inferred: object
  readonly settings: object
  readonly expected: object
}

const overrides: readonly Override[] = [
  {
    key: 'delimiter',
    what: 'a sign that divides fields, though another divides as many',
    content: 'a;b,y\n1;2,p\n3;4,q\n5;6,p\n',
    shared: { target: 'y' },
    inferred: { properties: { delimiter: ',' }, ...categorical('a;b', '1;2', '3;4', '5;6') },
    settings: { delimiter: ';', target: 'a' },
    expected: {
      properties: { delimiter: ';', target: 'a' },
      ...categorical('b,y', '2,p', '4,q', '6,p'),
    },
  },
  {
    key: 'encoding',
    what: 'bytes that are valid in two encodings',
    content: Buffer.from('c,y\né,0\ne,1\né,0\n', 'utf8'),
    inferred: { properties: { encoding: 'utf-8' }, ...categorical('c', 'e', 'é') },
    settings: { encoding: 'windows-1252' },
    expected: { properties: { encoding: 'windows-1252' }, ...categorical('c', 'e', 'Ã©') },
  },
  {
    key: 'decimal',
    what: 'a comma that could divide thousands',
    content: 'x;y\n1,234;0\n2,500;1\n1,234;0\n',
    inferred: { properties: { decimal: '.' }, ...numeric('x'), numeric: [1234, 2500, 1234] },
    settings: { decimal: ',' },
    expected: { properties: { decimal: ',' }, ...numeric('x'), numeric: [1.234, 2.5, 1.234] },
  },
  {
    key: 'decimal',
    what: 'a comma that is none',
    content: 'x;y\n1,5;0\n2,5;1\n1,5;0\n',
    inferred: { properties: { decimal: ',' }, numeric: [1.5, 2.5, 1.5] },
    settings: { decimal: '.' },
    expected: { properties: { decimal: '.' }, ...categorical('x', '1,5', '2,5') },
  },
  {
    key: 'header',
    what: 'a first line that is a row',
    content: '7,1\n8,0\n9,1\n',
    shared: { target: '1' },
    inferred: { schema: { rows: 2, numeric: [{ name: '7' }] }, numeric: [8, 9] },
    settings: { header: false, target: 'column2' },
    expected: { schema: { rows: 3, numeric: [{ name: 'column1' }] }, numeric: [7, 8, 9] },
  },
  {
    key: 'missing',
    what: 'words that are none',
    content: 'c,x,y\nNA,-1,0\n?,2,1\nNA,3,0\n',
    // Column c says nothing then, and cells of columns that are not used are not counted.
    inferred: { properties: { missingCells: 0 }, numeric: [-1, 2, 3] },
    settings: { missing: ['-1'] },
    expected: {
      properties: { missingCells: 1 },
      ...categorical('c', '?', 'NA'),
      numeric: [Number.NaN, 2, 3],
    },
  },
  {
    key: 'column types',
    what: 'numbers that are names',
    content: 'code,y\n10,0\n9,1\n10,0\n',
    inferred: numeric('code'),
    settings: { categorical: ['code'] },
    expected: { schema: { numeric: [], ...categorical('code', '9', '10').schema } },
  },
  {
    key: 'columns used',
    what: 'a column that is none of the features',
    content: 'x,later,y\n1,5,0\n2,6,1\n3,5,0\n',
    inferred: numeric('x', 'later'),
    settings: { ignore: ['later'] },
    expected: {
      schema: {
        numeric: [{ name: 'x' }],
        ignored: [{ name: 'later', reason: msg('dataset.ignored.named') }],
      },
    },
  },
  {
    key: 'columns used',
    what: 'one value, and texts that all differ',
    content: `same,name,x,y\n${rows(30, index => `7,id-${index},${index * index}`)}`,
    inferred: { schema: { numeric: [{ name: 'x' }], categorical: [] } },
    settings: { numeric: ['same'], categorical: ['name'] },
    expected: {
      schema: {
        numeric: [{ name: 'same' }, { name: 'x' }],
        categorical: [{ name: 'name' }],
        ignored: [],
      },
    },
  },
  {
    key: 'the problem',
    what: 'few whole numbers that are quantities',
    content: 'x,y\n1,3\n2,4\n3,5\n',
    inferred: { schema: { problem: 'classification', classNames: ['3', '4', '5'] } },
    settings: { problem: 'regression' },
    expected: { schema: { problem: 'regression', classNames: null }, target: [3, 4, 5] },
  },
  {
    key: 'the problem',
    what: 'fractions that are names',
    content: 'x,y\n1,0.5\n2,1.5\n3,0.5\n',
    inferred: { schema: { problem: 'regression', classNames: null } },
    settings: { problem: 'classification' },
    expected: {
      schema: { problem: 'classification', classNames: ['0.5', '1.5'] },
      target: [0, 1, 0],
    },
  },
]

describe('every inference about a table can be overridden:', () => {
  it('all that docs/data.md lists', () => {
    const text = readFileSync(path.join(import.meta.dirname, '../../../docs/data.md'), 'utf8')
    const [, section = ''] = text.split(
      '## What is inferred from a table, and how to say otherwise',
    )
    const listed = [...(section.split('## ')[0] ?? '').matchAll(/^\| ([^|]+?) +\|/gmu)]
      .map(([, key = '']) => key.replaceAll('`', ''))
      .filter(key => key !== 'key' && !key.startsWith('--'))
    expect([...new Set(overrides.map(({ key }) => key))].sort()).toEqual(listed.sort())
  })

  it.each(overrides)(
    '$key, by $what',
    async ({ content, shared, inferred, settings, expected }) => {
      expect(await read(content, { ...shared })).toMatchObject(inferred)
      expect(await read(content, { ...shared, ...settings })).toMatchObject(expected)
    },
  )
})

describe('what is said of a column and cannot be so is refused:', () => {
  const table = 'x,empty,c,y\n1,,p,0\n2,,q,1\n3,,p,0\n'
  const many = `c,x,y\n${rows(10_001, index => `k${index},${index * index}`)}k0,1,1\n`
  it.each([
    ['numbers in a column of texts', table, { numeric: ['c'] }, 'c', 'p'],
    ['a quantity without values', table, { numeric: ['empty'] }, 'objective.data.numeric', 'empty'],
    [
      'a category without values',
      table,
      { categorical: ['empty'] },
      'objective.data.categorical',
      'empty',
    ],
    [
      'a column that is used and is not',
      table,
      { categorical: ['x'], ignore: ['x'] },
      'objective.data.categorical',
      'x',
    ],
    [
      'more categories than there may be',
      many,
      { categorical: ['c'] },
      'objective.data.categorical',
      'c',
    ],
    ['a text as a quantity to predict', table, { target: 'c', problem: 'regression' }, 'c', 'p'],
  ])('%s', async (_, content, settings, field, value) => {
    const error = await catchAppError(() => read(content, settings))
    expect(error).toMatchObject({ code: 'data.invalid', detail: { field, value } })
  })
})
