import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { DatasetRow } from '../../src-main/core/machine/machine.ts'
import { formatMessage, plainNumber } from '../../src-main/core/data/column-format.ts'
import type { TablePreview } from '../../src-main/core/data/table-preview.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import TablePreviewPanel from '../../src-renderer/features/datasets/TablePreviewPanel.vue'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import DatasetsView from '../../src-renderer/views/DatasetsView.vue'
import { errorsShown, type Mounted, mountPart, settle, t, zh } from './mount.ts'

const row = (id: string, change: Partial<DatasetRow> = {}): DatasetRow => ({
  id,
  prepared: true,
  source: 'unchanged',
  preparedAtMs: 0,
  firstSeenAtMs: 0,
  lastUsedAtMs: 0,
  usedBy: [],
  usersInBin: 0,
  contentHash: 'ab'.repeat(32),
  kind: 'table',
  format: 'csv',
  rows: 1_200,
  classes: null,
  bytes: 2048,
  arrays: [{ name: 'x', shape: [1_200, 4] }],
  columns: [],
  sources: [{ path: '/data/a.csv', files: 1, bytes: 1024, modifiedAtMs: 0 }],
  settings: {},
  properties: { source: `${id}.csv` },
  findings: [],
  ...change,
})

async function list(
  rows: readonly DatasetRow[] | (() => readonly DatasetRow[]),
  change: Parameters<typeof mountPart>[1] = {},
): Promise<Mounted> {
  const part = mountPart(DatasetsView, {
    ...change,
    back: { 'dataset.list': rows, ...change.back },
  })
  await settle()
  return part
}
const sections = (part: Mounted) => part.wrapper.findAll('section').slice(1)

describe('the data sets', () => {
  it('say that there are none, in the language of the page', async () => {
    const part = await list([], { language: 'zh-CN' })
    expect(part.text()).toContain(zh('datasets.none'))
    expect(part.text()).not.toContain(zh('app.loading'))
  })

  it('say what they hold, where they come from, and whether that is still there', async () => {
    const part = await list([
      row('a', { source: 'changed', classes: 3 }),
      row('b', { prepared: false, source: 'missing' }),
      row('c'),
    ])
    const [first = '', second = '', third = ''] = sections(part).map(section => section.text())
    const [facts] = part.wrapper.findAll('section').slice(1)
    const technical = facts?.find('details.technical').text()
    for (const text of ['x 1200 × 4', '/data/a.csv', t('datasets.firstSeen'), 'SHA-256'])
      expect(technical).toContain(text)
    expect(technical).not.toContain(t('datasets.rows'))
    for (const text of ['a.csv', '1,200', 'x 1200 × 4', '/data/a.csv', t('datasets.formats.csv')])
      expect(first).toContain(text)
    // The head says the source.
    expect(first).not.toContain(t('dataset.property.source'))
    expect(first).toContain(t('datasets.states.changed'))
    expect(second).toContain(t('datasets.states.notPrepared'))
    expect(second).toContain(t('datasets.stateHelp.missing'))
    expect(third).toContain(t('datasets.states.prepared'))
    expect(third).not.toContain(t('datasets.states.changed'))
  })

  it('show rows with their distribution, and classes with some of their pictures, once they are opened', async () => {
    const values = { counts: [1, 2], labels: ['1', '9'], others: 0 }
    const table = {
      kind: 'table' as const,
      columns: [{ name: 'area', type: 'number' as const, values }],
      rows: [[12.5], [null]],
    }
    const gallery = {
      classes: [
        {
          name: 'cats',
          count: 7,
          samples: [
            { kind: 'picture' as const, url: 'data:image/png;base64,AA==', width: 9, height: 9 },
          ],
        },
        { name: 'dogs', count: 5, samples: [] },
      ],
      classCount: 2,
      count: 12,
      filesLeftOut: 3,
    }
    const part = await list(
      [row('a'), row('b', { kind: 'image' }), row('c', { prepared: false })],
      {
        back: {
          'dataset.samples': ({ id }) =>
            id === 'a' ? table : { kind: 'classes' as const, gallery },
        },
      },
    )
    const open = async (key: 'table' | 'image'): Promise<void> => {
      const details = part.wrapper.findAll('details').find(fold => {
        return fold.find('summary').text() === t(`datasets.show.${key}`)
      })
      ;(details?.element as HTMLDetailsElement).open = true
      await details?.trigger('toggle')
      await settle()
    }
    expect(part.requests('dataset.samples')).toEqual([])
    await open('table')
    const cells = part.wrapper.findAll('.rows td').map(cell => cell.text())
    expect(cells).toEqual(['12.5', '–'])
    expect(part.wrapper.find('.rows svg').attributes('aria-label')).toBe(
      t('preview.valuesBetween', { low: '1', high: '9' }),
    )
    await open('image')
    expect(part.text()).toContain(t('datasets.gallery.image', { count: 12, classes: 2 }))
    expect(part.text()).toContain(t('datasets.gallery.leftOut', { count: 3 }))
    expect(part.wrapper.findAll('.gallery img')).toHaveLength(1)
    expect(part.requests('dataset.samples')).toEqual([{ id: 'a' }, { id: 'b' }])
  })

  it('show texts below each other, by label with how many there are', async () => {
    const gallery = {
      classes: [
        {
          name: 'spam',
          count: 30,
          samples: [
            { kind: 'text' as const, text: 'Win now', isCut: false },
            { kind: 'text' as const, text: 'A long one', isCut: true },
          ],
        },
        { name: 'ham', count: 1_200, samples: [] },
      ],
      classCount: 2,
      count: 1_230,
      filesLeftOut: 0,
    }
    const part = await list([row('a', { kind: 'text' })], {
      back: { 'dataset.samples': { kind: 'classes', gallery } },
    })
    const details = part.wrapper.find('details:not(.technical)')
    ;(details.element as HTMLDetailsElement).open = true
    await details.trigger('toggle')
    await settle()
    const rows = part.wrapper.findAll('.gallery tbody tr')
    expect(rows.map(line => line.findAll('th, td').map(cell => cell.text()))).toEqual([
      ['spam', '30', 'Win now'],
      ['A long one…'],
      ['ham', '1,200', ''],
    ])
    expect(part.text()).toContain(t('datasets.gallery.text', { count: 1_230, classes: 2 }))
  })

  it('warn of what looks wrong with them', async () => {
    const findings = [{ kind: 'targetInColumn', column: 'leak' }] as const
    const part = await list([row('a', { findings })])
    expect(part.text()).toContain(t('finding.targetInColumn', { column: 'leak' }))
  })

  it('can be removed where no study uses them, neither one in the bin', async () => {
    const part = await list([
      row('used', { usedBy: [{ id: 4, name: 'a study' }] }),
      row('binned', { usersInBin: 2 }),
      row('free'),
    ])
    const texts = sections(part).map(section => section.text())
    expect(texts.map(text => text.includes(t('datasets.remove')))).toEqual([false, false, true])
    expect(texts[1]).toContain(t('datasets.inBin', { count: 2 }))
    expect(part.wrapper.find('a').text()).toBe('a study')
  })

  it('are cleared or removed, then listed anew', async () => {
    let rows = [row('a')]
    const part = await list(() => rows)
    rows = [row('a', { prepared: false })]
    await part.press(t('datasets.clear'))
    expect(part.requests('dataset.clear')).toEqual([{ id: 'a' }])
    expect(part.text()).toContain(t('datasets.states.notPrepared'))
    rows = []
    await part.press(t('datasets.remove'))
    expect(part.requests('dataset.remove')).toEqual([{ id: 'a' }])
    expect(part.text()).toContain(t('datasets.none'))
    expect(useNotices().all.map(({ text }) => text)).toEqual([
      t('datasets.removed', { name: 'a.csv' }),
      t('datasets.cleared', { name: 'a.csv' }),
    ])
  })

  it('stay where they are in use, with the reason', async () => {
    const inUse = { dataset: 'a', studies: ['one'] }
    const part = await list([row('a')], {
      back: { 'dataset.remove': new AppError('dataset.inUse', inUse) },
    })
    await part.press(t('datasets.remove'))
    expect(errorsShown()).toEqual([t('error.dataset.inUse', inUse)])
    expect(useNotices().all).toEqual([])
  })

  it('name thirty columns and count the rest', async () => {
    const columns = Array.from({ length: 31 }, (_, at) => ({
      name: `c${at}`,
      kind: 'numeric' as const,
    }))
    const part = await list([row('a', { columns })])
    expect(part.wrapper.findAll('details li')).toHaveLength(30)
    expect(part.text()).toContain(t('app.showing', { shown: 30, total: 31 }))
  })
})

describe('a look at a file', () => {
  const column = (name: string, change: object = {}) => ({
    name,
    reading: 'number' as const,
    missing: 0,
    distinct: 4,
    texts: 0,
    firstText: null,
    format: plainNumber,
    confidence: 'certain' as const,
    other: null,
    words: 0,
    infinite: 0,
    looksNumeric: false,
    whole: true,
    exclusion: null,
    values: { counts: [2, 2], labels: ['1', '4'], others: 0 },
    ...change,
  })
  const preview: TablePreview = {
    file: '/data/a.csv',
    bytes: 2048,
    dialect: { format: 'csv', delimiter: '\t', encoding: 'utf-8', decimal: '.' },
    rows: 12,
    columns: [
      column('age'),
      column('town', { reading: 'category', format: { type: 'category' } }),
      column('bought'),
    ],
    head: [
      ['31', 'Ulm', '1'],
      ['45', 'Linz', '0'],
    ],
    suspicions: [],
  }
  async function looked(change: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> {
    const part = mountPart(TablePreviewPanel, {
      ...change,
      back: { 'dataset.preview': preview, ...change.back },
    })
    await part.type(t('preview.file'), '  a.csv ')
    await part.submit()
    await settle()
    return part
  }
  const keys = (part: Mounted): unknown =>
    (parse(part.wrapper.find('pre').text()) as { data: unknown }).data

  it('asks for nothing without a path, and without blanks around one', async () => {
    const part = mountPart(TablePreviewPanel, { back: { 'dataset.preview': preview } })
    await part.submit()
    await part.type(t('preview.file'), '  ')
    await part.submit()
    expect(part.asked).toEqual([])
    await part.type(t('preview.file'), ' a.csv ')
    await part.submit()
    const auto = { delimiter: 'auto', encoding: 'auto', decimal: 'auto', header: true }
    expect(part.requests('dataset.preview')).toEqual([{ file: 'a.csv', ...auto }])
  })

  it('says how it was read, with the first values', async () => {
    const part = await looked()
    const inferred = `${t('preview.delimiter')} tab · ${t('preview.encoding')} UTF-8`
    expect(part.wrapper.find('[role=status]').text()).toContain(inferred)
    expect(part.wrapper.findAll('tbody tr')[1]?.text()).toContain('Ulm · Linz')
    expect(keys(part)).toEqual({ file: '/data/a.csv' })
  })

  it.each([t, zh])('shows fifty columns, and all when somebody wants them', async spoken => {
    const columns = Array.from({ length: 60 }, (_, index) => column(`c${index}`))
    const part = mountPart(TablePreviewPanel, {
      language: spoken.language,
      back: { 'dataset.preview': { ...preview, columns } },
    })
    await part.type(spoken('preview.file'), 'a.csv')
    await part.submit()
    await settle()
    expect(part.wrapper.findAll('tbody tr')).toHaveLength(50)
    await part.press(spoken('analysis.showAll', { count: 60 }))
    expect(part.wrapper.findAll('tbody tr')).toHaveLength(60)
    expect(part.text()).not.toContain(spoken('analysis.showAll', { count: 60 }))
  })

  it('writes the keys of a study file for what a person chooses', async () => {
    const part = await looked()
    await part.choose(`age: ${t('preview.readAs')}`, 'nothing')
    await part.choose(`town: ${t('preview.readAs')}`, 'category')
    await part.tick(`bought: ${t('preview.target')}`)
    expect(keys(part)).toEqual({ file: '/data/a.csv', target: 'bought', ignore: ['age'] })
  })

  it('reads anew as a person says, and forgets a target that is gone', async () => {
    let answer = preview
    const part = await looked({ back: { 'dataset.preview': () => answer } })
    await part.tick(`bought: ${t('preview.target')}`)
    answer = { ...preview, columns: [column('age')] }
    await part.choose(t('preview.delimiter'), ';')
    expect(part.requests('dataset.preview')[1]).toMatchObject({ delimiter: ';' })
    expect(keys(part)).toEqual({ file: '/data/a.csv', delimiter: ';' })
  })

  it.each([t, zh])('splits rows that seem to hang together by one press', async spoken => {
    const suspicions = [
      {
        kind: 'rowsOfGroups' as const,
        column: 'age',
        values: 45,
        rowsEach: 20,
        alike: null,
      },
      { kind: 'rowsInTime' as const, column: 'bought', values: 300, isSorted: true },
    ]
    const part = mountPart(TablePreviewPanel, {
      language: spoken.language,
      back: { 'dataset.preview': { ...preview, suspicions } },
    })
    await part.type(spoken('preview.file'), 'a.csv')
    await part.submit()
    await settle()
    const evidence = { values: 45, rowsEach: 20, known: 'no', alike: 0 }
    const [age, town, bought] = part.wrapper.findAll('tbody tr').map(row => row.text())
    expect(age).toContain(spoken('newStudy.doubt.groups', evidence))
    expect(town).not.toContain(spoken('newStudy.remedy.splitByTime'))
    expect(bought).toContain(spoken('newStudy.doubt.times'))
    await part.press(spoken('newStudy.remedy.splitByGroup', { column: 'age' }))
    expect(keys(part)).toEqual({ file: '/data/a.csv', group: 'age' })
    expect(part.text()).toContain(spoken('newStudy.doubt.splitByGroup'))
    expect(part.text()).not.toContain(spoken('newStudy.doubt.times'))
    await part.press(spoken('newStudy.remedy.splitAtRandom'))
    await part.press(spoken('newStudy.remedy.splitByTime'))
    expect(keys(part)).toEqual({ file: '/data/a.csv', time: 'bought' })
    expect(part.text()).toContain(spoken('newStudy.doubt.splitByTime'))
  })

  it('says where texts stand in a column of numbers', async () => {
    const firstText = { value: 'n/a', line: 7 }
    const part = await looked({
      back: {
        'dataset.preview': {
          ...preview,
          columns: [column('age', { distinct: null, texts: 3, firstText, looksNumeric: true })],
        },
      },
    })
    const values = { column: 'age', texts: 3, values: 12, value: '"n/a"', line: 7 }
    expect(part.text()).toContain(t('dataset.warning.typing', values))
    expect(part.text()).toContain(t('preview.many'))
  })

  it('says how numbers are written, and where another reading fits as well', async () => {
    const written = { ...plainNumber, thousands: ',' as const }
    const other = { ...plainNumber, decimal: ',' as const }
    const change = { format: written, confidence: 'unclear', other }
    const columns = [column('price', change)]
    const part = await looked({ back: { 'dataset.preview': { ...preview, columns } } })
    const [read, instead] = [written, other].map(format => t.format(formatMessage(format)))
    expect(part.text()).toContain(`${read ?? ''} (${t('preview.unclear')})`)
    expect(part.text()).toContain(
      t('dataset.warning.unclear', { column: 'price', read: read ?? '', other: instead ?? '' }),
    )
    await part.choose(`price: ${t('preview.readAs')}`, 'boolean')
    expect(keys(part)).toEqual({ file: '/data/a.csv', columns: { price: { type: 'boolean' } } })
  })

  it('takes signs of a column that is in doubt, reads anew with them and writes them', async () => {
    const written = { ...plainNumber, thousands: ',' as const }
    const change = { format: written, confidence: 'unclear', other: plainNumber }
    let columns = [column('price', change), column('age')]
    const part = await looked({ back: { 'dataset.preview': () => ({ ...preview, columns }) } })
    const [sign, none] = [t('preview.signs.thousands'), t('preview.noSign')]
    expect(part.wrapper.findAll(`[aria-label="age: ${sign}"]`)).toEqual([])
    columns = [column('price'), column('age')]
    await part.choose(`price: ${sign}`, '')
    const columnSettings = { columns: { price: { thousands: '' } } }
    expect(part.requests('dataset.preview')[1]).toMatchObject({ file: 'a.csv', ...columnSettings })
    expect(keys(part)).toEqual({ file: '/data/a.csv', ...columnSettings })
    expect(part.text()).toContain(none)
    await part.choose(`price: ${sign}`, 'auto')
    expect(keys(part)).toEqual({ file: '/data/a.csv' })
  })

  it('lists the sheets of a workbook, and reads the one that is chosen', async () => {
    const part = mountPart(TablePreviewPanel, {
      back: { 'dataset.preview': preview, 'dataset.sheets': ['notes', 'data'] },
    })
    await part.type(t('preview.file'), 'a.xlsx')
    await part.submit()
    expect(part.requests('dataset.sheets')).toEqual([{ file: 'a.xlsx' }])
    expect(part.requests('dataset.preview')).toEqual([])
    expect(part.wrapper.find('[role=status]').text()).toBe(t('preview.sheets', { count: 2 }))
    expect(part.options(t('preview.sheet'))).toEqual(['notes', 'data'])
    await part.choose(t('preview.sheet'), 'data')
    expect(part.requests('dataset.preview')[0]).toMatchObject({ sheet: 'data' })
    expect(keys(part)).toMatchObject({ sheet: 'data' })
  })

  it('asks nothing where a workbook has one sheet', async () => {
    const part = mountPart(TablePreviewPanel, {
      back: { 'dataset.preview': preview, 'dataset.sheets': ['data'] },
    })
    await part.type(t('preview.file'), 'a.xlsx')
    await part.submit()
    await settle()
    expect(part.wrapper.findAll(`[aria-label="${t('preview.sheet')}"]`)).toEqual([])
    expect(keys(part)).toEqual({ file: '/data/a.csv' })
  })

  it('has no settings of CSV for a file that says itself how it is read', async () => {
    const dialect = { format: 'parquet', delimiter: null, encoding: null, decimal: null } as const
    const part = await looked({ back: { 'dataset.preview': { ...preview, dialect } } })
    expect(part.wrapper.find('[role=status]').text()).toContain(t('datasets.formats.parquet'))
    expect(part.wrapper.findAll(`[aria-label="${t('preview.delimiter')}"]`)).toEqual([])
  })

  it('says why it cannot be read', async () => {
    const wrong = { path: '/a.csv', field: 'header', value: '', rule: msg('rule.unique') }
    const part = await looked({ back: { 'dataset.preview': new AppError('data.invalid', wrong) } })
    expect(part.wrapper.find('[role=alert]').text()).toContain('/a.csv')
    expect(part.wrapper.find('table').exists()).toBe(false)
    await part.submit()
    expect(part.requests('dataset.preview')).toHaveLength(2)
  })
})
