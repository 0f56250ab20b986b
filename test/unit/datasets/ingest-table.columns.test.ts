import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { msg } from '../../../src-main/core/errors/message.ts'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { ingestTable } from '../../../src-main/datasets/ingest-table.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { ingestInDraft } from '../../helpers/ingest-in-draft.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function ingestText(content: string, settings: object = {}) {
  const file = path.join(scratch(), 'table.csv')
  writeFileSync(file, content)
  const data = tableDataSchema.parse({ file, target: 'y', ...settings })
  return ingestInDraft(scratch(), draft => ingestTable(data, draft))
}

async function read(content: string, settings: object = {}) {
  const dataset = await ingestText(content, settings)
  const arrays = new Map(dataset.arrays.map(array => [array.name, [...array.data]]))
  return { ...dataset, arrays }
}

describe('ingestTable', () => {
  it('reads a column as the settings say, whatever would be inferred', async () => {
    const content = 'price;when;ok;y\n"1.234";01/02/2024;ja;a\n"22.500";03/04/2024;nein;b\n'
    const { arrays, properties } = await read(content, {
      columns: {
        price: { type: 'number', thousands: '.', decimal: ',' },
        when: { type: 'time', order: 'DMY' },
        ok: { type: 'category' },
      },
    })
    const days = [Date.UTC(2024, 1, 1), Date.UTC(2024, 3, 3)].map(ms => ms / 86_400_000)
    expect(arrays.get('numeric')).toEqual([1234, 22_500, ...days])
    expect(arrays.get('categorical')).toEqual([0, 1])
    expect(properties['warnings']).toEqual([])
  })

  it('reads dates that begin with their year in a column that begins with days', async () => {
    const { arrays } = await read('when,y\n13.02.2024,a\n2024-03-01,b\n20.04.2024,a\n')
    const days = ['2024-02-13', '2024-03-01', '2024-04-20'].map(at => Date.parse(at) / 86_400_000)
    expect(arrays.get('numeric')).toEqual(days)
  })

  it('reads dates with several signs together, each sign in the order that one of its dates decides', async () => {
    const dates = ['13.02.2024', '03.04.2024', '02/13/2024', '03/04/2024', '2024-03-01']
    const content = `when,y\n${dates.map((date, row) => `${date},${row % 2}`).join('\n')}\n`
    const { arrays, schema, properties } = await read(content)
    const days = ['2024-02-13', '2024-04-03', '2024-02-13', '2024-03-04', '2024-03-01']
    expect(arrays.get('numeric')).toEqual(days.map(day => Date.parse(day) / 86_400_000))
    expect(schema['numeric']).toMatchObject([
      { format: { type: 'time', order: 'DMY', orders: { '/': 'MDY' } } },
    ])
    expect(properties['warnings']).toEqual([])
  })

  it('does not guess the order of dates in silence where no date with their sign decides it', async () => {
    const dates = ['13.02.2024', '03.04.2024', '05/06/2021', '03/04/2021']
    const content = `when,y\n${dates.map((date, row) => `${date},${row % 2}`).join('\n')}\n`
    const { properties } = await read(content)
    const order = { main: msg('columnFormat.time.DMY'), signs: '/', order: 'MDY' }
    expect(properties['warnings']).toEqual([
      msg('dataset.warning.unclearDate', {
        column: 'when',
        read: msg('columnFormat.time.DMY'),
        other: msg('columnFormat.timeBySign', order),
        value: '05/06/2021',
        line: 4,
      }),
    ])
    const chosen = await read(content, { columns: { when: { orders: { '/': 'MDY' } } } })
    expect(chosen.properties['warnings']).toEqual([])
    expect(chosen.arrays.get('numeric')?.slice(2)).toEqual(
      ['2021-05-06', '2021-03-04'].map(day => Date.parse(day) / 86_400_000),
    )
    // Dates with the same sign have one order.
    const mixed = await read('when,y\n13/02/2024,0\n02/13/2024,1\n01/01/2024,0\n13/02/2024,1\n')
    expect(mixed.schema['categorical']).toHaveLength(1)
  })

  it('merges spellings of a category where the settings say so, and says which', async () => {
    const cities = ['munich', 'Munich', 'Berlin', ' Munich', 'ber lin', '?', 'BERLIN', 'Berlin']
    const content = `city,y\n${cities.map((city, row) => `${city},${row % 2}`).join('\n')}\n`
    const apart = await read(content)
    expect(apart.schema['categorical']).toMatchObject([
      { categories: ['BERLIN', 'Berlin', 'Munich', 'ber lin', 'munich'] },
    ])
    const merge = { columns: { city: { spelling: 'merge' } } }
    const { arrays, schema, properties } = await read(content, merge)
    expect(schema['categorical']).toEqual([
      {
        name: 'city',
        missing: 1,
        categories: ['Berlin', 'Munich'],
        format: { type: 'category', spelling: 'merge' },
      },
    ])
    expect(arrays.get('categorical')).toEqual([1, 1, 0, 1, 0, -1, 0, 0])
    expect(properties['warnings']).toEqual([
      msg('dataset.warning.merged', {
        column: 'city',
        spellings: ['munich → Munich', 'ber lin → Berlin', 'BERLIN → Berlin'],
        others: 0,
      }),
    ])
    // One category after merging says nothing.
    const same = await read('city,x,y\nA,1,0\na,2,1\n', merge)
    expect(same.schema['categorical']).toMatchObject([{ categories: ['A'] }])
  })

  it('merges spellings of classes, and of nothing that is no category', async () => {
    const content = 'x,y\n1,Yes\n2,yes\n3,No\n4,no\n'
    const { arrays, schema } = await read(content, { columns: { y: { spelling: 'merge' } } })
    expect(schema['classNames']).toEqual(['No', 'Yes'])
    expect(arrays.get('target')).toEqual([1, 1, 0, 0])
    expect(
      await catchAppError(() => ingestText(content, { columns: { x: { spelling: 'merge' } } })),
    ).toMatchObject({ code: 'data.invalid', detail: { field: 'x' } })
  })

  it('tells of doubt, of words among numbers, and of infinity', async () => {
    const rows = ['1,234;-;1', '2,500;7;inf', '3,000;8;2', '4,000;9;3']
    const { arrays, properties } = await read(
      `a;b;c;y\n${rows.map((row, i) => `${row};${i % 2}`).join('\n')}\n`,
    )
    const none = Number.NaN
    expect(arrays.get('numeric')).toEqual([1234, 2500, 3000, 4000, none, 7, 8, 9, 1, none, 2, 3])
    expect(properties).toMatchObject({ missingCells: 2 })
    expect((properties['warnings'] as { code: string }[]).map(({ code }) => code)).toEqual([
      'dataset.warning.unclear',
      'dataset.warning.words',
      'dataset.warning.infinite',
    ])
  })

  it('tells of columns of codes that are read as numbers', async () => {
    const content = 'zip,article,size,y\n2139,0071,1,0.5\n94105,0432,2,1\n10001,9910,3,1.5\n'
    const { properties } = await read(content)
    expect(properties['warnings']).toEqual([
      msg('dataset.warning.code', { column: 'zip', value: '2139', line: 2 }),
      msg('dataset.warning.code', { column: 'article', value: '0071', line: 2 }),
    ])
    const chosen = await read(content, { categorical: ['zip'], numeric: ['article'] })
    expect(chosen.properties['warnings']).toEqual([])
  })

  it('leaves out rows without a target where that is wanted, and says how many', async () => {
    const content = 'x,y\n1,0.5\n2,\n3,1.5\n4,-\n5,2.5\n'
    const { schema, arrays, properties } = await read(content, { withoutTarget: 'drop' })
    expect(schema).toMatchObject({ rows: 3, problem: 'regression' })
    expect(arrays.get('numeric')).toEqual([1, 3, 5])
    expect(arrays.get('target')).toEqual([0.5, 1.5, 2.5])
    expect(properties).toMatchObject({ droppedRows: 2, missingCells: 0 })
    const cells = 'id,x,c,y\n1,,u,0.5\n2,,,\n3,7,,1.5\n4,8,v,2.5\n5,9,u,3\n'
    const used = await read(cells, { withoutTarget: 'drop', ignore: ['id'] })
    // Those of row 2, which is left out, and of the target do not count.
    expect(used.properties).toMatchObject({ droppedRows: 1, missingCells: 2 })
    expect(properties['warnings']).toEqual([msg('dataset.warning.dropped', { count: 2 })])
  })

  it('tells columns that a person excludes from those that only tell rows apart', async () => {
    const lines = Array.from({ length: 40 }, (_, row) => `${1000 + 7 * row},${row % 5},${row}`)
    const { schema } = await read(`id,color,y\n${lines.join('\n')}\n`, {
      ignore: ['id'],
      problem: 'regression',
    })
    expect(schema['ignored']).toEqual([
      { name: 'id', reason: { code: 'dataset.ignored.identifier' } },
    ])
    const both = await read(
      `id,color,size,y\n${lines
        .map(line => line.replace(',', ',1'))
        .map((line, row) => line.replace(/,(?=\d+$)/, `,${row % 7},`))
        .join('\n')}\n`,
      {
        ignore: ['id', 'color'],
        problem: 'regression',
      },
    )
    expect(both.schema['ignored']).toEqual([
      { name: 'id', reason: { code: 'dataset.ignored.identifier' } },
      { name: 'color', reason: { code: 'dataset.ignored.named' } },
    ])
  })

  it('puts the rows of a test file last, its columns in any order', async () => {
    const testFile = path.join(scratch(), 'later.csv')
    writeFileSync(testFile, 'y;c;n\nb;w;9.5\n;v;8\n')
    const content = 'n,c,y\n1.5,u,a\n2,v,b\n'
    const { schema, arrays } = await read(content, { testFile, withoutTarget: 'drop' })
    expect(schema).toMatchObject({ rows: 3, testRows: 1, classCounts: [1, 1] })
    expect(arrays.get('target')).toEqual([0, 1, 1])
    expect(arrays.get('categorical')).toEqual([0, 1, 2])
  })

  it('names a column that the test file lacks', async () => {
    const testFile = path.join(scratch(), 'later.csv')
    writeFileSync(testFile, 'n,y\n1,a\n')
    const error = await catchAppError(() => ingestText('n,c,y\n1,u,a\n2,v,b\n', { testFile }))
    expect(error).toMatchObject({
      detail: { path: testFile, field: 'columns', value: 'c', rule: msg('rule.trainingColumn') },
    })
  })
})
