import { describe, expect, it } from 'vitest'
import type {
  ClassErrors,
  ErrorAnalysis,
  RowContent,
  RowError,
} from '../../src-main/core/questions/error-analysis.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import ErrorsPanel from '../../src-renderer/features/error-analysis/ErrorsPanel.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { studyDetail } from './live-study.ts'
import { type Back, type Mounted, mountPart, settle, t, zh } from './mount.ts'

const rowError = (row: number, content: RowContent | null = null): RowError => ({
  row,
  target: 'cat',
  prediction: 'dog',
  confidence: 0.875,
  loss: 2.5,
  content,
  source: null,
})
const points = { x: [0, 1], y: [0, 1] }
const classes: ClassErrors = {
  names: ['cat', 'dog', 'cow'],
  wrong: 30,
  confusion: [
    [40, 20, 0],
    [10, 30, 0],
    [0, 0, 0],
  ],
  logLoss: 0.5,
  brier: 0.25,
  calibrationError: 0.0625,
  calibration: [{ rows: 100, confidence: 0.75, right: 0.7, interval: [0.6, 0.8] }],
  curves: [
    {
      name: 'dog',
      rows: 50,
      area: 0.9,
      averagePrecision: 0.8,
      roc: points,
      precisionRecall: points,
      gain: points,
      lift: points,
    },
  ],
  confident: [rowError(7)],
  labels: {
    estimate: 4.4,
    suspected: 2,
    expected: 1.2,
    rows: [rowError(3), rowError(4), rowError(5)],
  },
}
const analysis: ErrorAnalysis = {
  trial: 2,
  storedTrials: [2, 0],
  folds: 1,
  rows: 100,
  droppedRows: 0,
  judged: { goals: [], basis: null },
  withoutData: null,
  classes,
  values: null,
  worst: [rowError(0)],
  slices: [],
  slicedColumns: 0,
  columns: null,
}

async function panel(
  answer: NonNullable<Back['study.errors']>,
  change: Parameters<typeof mountPart>[1] = {},
): Promise<Mounted> {
  const part = mountPart(ErrorsPanel, {
    ...change,
    back: { 'study.errors': answer },
    prepare: () => {
      const live = useLiveStudy()
      live.study = studyDetail()
      live.openId = live.study.id
    },
  })
  await settle()
  return part
}
const rowsOf = (part: Mounted, title: string): string[][] =>
  part
    .section(title)
    .findAll('tbody tr')
    .map(row => row.findAll('th, td').map(cell => cell.text()))

describe('where a model errs', () => {
  it('is said of the best trial at first, with figures and rows counted from 1', async () => {
    const part = await panel(analysis)
    const studyId = useLiveStudy().study?.id
    expect(part.requests('study.errors')).toEqual([{ studyId, number: null, limit: 20 }])
    expect(part.text()).toContain(t('errors.subject', { trial: 2, folds: 1, rows: 100 }))
    expect(rowsOf(part, t('errors.worst'))).toEqual([['1', 'cat', 'dog', '0.8750', '2.500', '–']])
    expect(part.section(t('errors.confident')).text()).toContain(
      t('app.showing', { shown: 1, total: 30 }),
    )
    const charts = part.wrapper.findAll('[role=img]').map(chart => chart.attributes('aria-label'))
    expect(charts.length).toBeGreaterThanOrEqual(5)
  })

  it('has the value that the trial is judged by beside those of all rows, pooled over folds', async () => {
    const judged = {
      goals: [{ metric: 'validationRmse', value: 78_379, deviation: 6_600.3 }],
      basis: msg('trainings.of', { by: 'folds', count: 5, value: 'mean' }),
    }
    const values = {
      target: 'price',
      bias: 1,
      absolute: 2,
      rootMeanSquare: 78_617,
      points: [],
      quantiles: [],
    }
    const part = await panel({ ...analysis, folds: 5, classes: null, values, judged })
    const figures = part.wrapper.findAll('dl.figures > div').map(each => each.text())
    expect(figures[0]).toBe('validationRmse (mean ± standard deviation of 5 folds)78,379 ± 6,600')
    expect(figures.at(-1)).toBe('root mean squared error, pooled over 5 folds78,617')
  })

  it('has a confusion matrix of all rows, whose cells lead to their rows', async () => {
    const shown = { ...analysis, worst: [{ ...rowError(8), prediction: 'dog' }] }
    const part = await panel((request: { cell?: unknown }) =>
      request.cell === undefined ? analysis : shown,
    )
    const matrix = part.section(t('confusion.title'))
    expect(matrix.findAll('tbody tr').map(row => row.text())).toHaveLength(3)
    expect(matrix.findAll('button')).toHaveLength(4)
    const name = t('confusion.cell', { count: 20, truth: 'cat', prediction: 'dog' })
    await matrix.get(`[aria-label="${name}"]`).trigger('click')
    await settle()
    expect(part.requests('study.errors').at(-1)).toEqual({
      studyId: useLiveStudy().study?.id,
      number: 2,
      limit: 20,
      cell: [0, 1],
    })
    const title = t('errors.cell', { truth: 'cat', prediction: 'dog' })
    expect(rowsOf(part, title).map(([row]) => row)).toEqual(['9'])
    expect(part.section(title).text()).toContain(t('app.showing', { shown: 1, total: 20 }))
  })

  it('names rows by their file, or by the line of the table', async () => {
    const file = { ...rowError(102), source: { kind: 'file', name: 'cross/12.png' } } as const
    const line = { ...rowError(164), source: { kind: 'line', line: 171 } } as const
    const files = await panel({ ...analysis, worst: [file] })
    expect(rowsOf(files, t('errors.worst'))[0]?.[0]).toBe('cross/12.png')
    expect(files.section(t('errors.worst')).find('th').text()).toBe('file')
    const lines = await panel({ ...analysis, worst: [line] })
    expect(rowsOf(lines, t('errors.worst'))[0]?.[0]).toBe('171')
    expect(lines.section(t('errors.worst')).find('th').text()).toBe('line')
  })

  it('says how many rows are wrong where the list has all of them', async () => {
    const all = { ...classes, wrong: 1 }
    const part = await panel({ ...analysis, classes: all })
    expect(part.section(t('errors.worst')).text()).toContain('This is the only wrong row.')
    const none = await panel({ ...analysis, worst: [], classes: { ...classes, wrong: 0 } })
    const section = none.section(t('errors.worst')).text()
    expect(section).toContain('All 100 rows are right.')
    expect(section).not.toContain(t('errors.noRows'))
  })

  it('has residuals of numbers under their name, without a column of probabilities', async () => {
    const number = { ...rowError(0), target: 200, prediction: 97.7, confidence: null, loss: -102.3 }
    const part = await panel({ ...analysis, classes: null, worst: [number] })
    const heads = part.section(t('errors.worst')).findAll('th[scope=col]')
    expect(heads.map(head => head.text())).toEqual([
      t('errors.row'),
      t('errors.column.target'),
      t('errors.column.prediction'),
      t('errors.column.residual'),
      t('errors.column.content'),
    ])
    expect(rowsOf(part, t('errors.worst'))).toEqual([['1', '200', '97.7', '−102.3', '–']])
  })

  it('is asked of another trial that keeps predictions', async () => {
    const part = await panel(analysis)
    expect(part.options(t('errors.trial'))).toEqual([2, 0])
    await part.choose(t('errors.trial'), 0)
    expect(part.requests('study.errors')[1]).toMatchObject({ number: 0 })
  })

  it('lists suspected labels alone, and says what folds would add', async () => {
    const part = await panel(analysis)
    const labels = part.section(t('errors.labels')).text()
    expect(rowsOf(part, t('errors.labels')).map(([row]) => row)).toEqual(['4', '5'])
    expect(labels).toContain(
      t('errors.help.labels', { rows: 100, suspected: 2, expected: 1, precision: 60 }),
    )
    expect(labels).toContain(t('errors.fewRows'))
    const folded = await panel({ ...analysis, folds: 3 })
    expect(folded.section(t('errors.labels')).text()).not.toContain(t('errors.fewRows'))
  })

  it('doubts the model, not the labels, where it contradicts most of them', async () => {
    const labels = { ...classes.labels, estimate: 90, suspected: 90 }
    const part = await panel({ ...analysis, classes: { ...classes, labels } })
    expect(part.section(t('errors.labels')).text()).toContain(
      t('errors.labelsBeyond', { rows: 100, suspected: 90 }),
    )
    expect(rowsOf(part, t('errors.labels'))).toEqual([])
  })

  it('suspects no labels behind a model that is not calibrated', async () => {
    const part = await panel({ ...analysis, classes: { ...classes, calibrationError: 0.21 } })
    expect(part.section(t('errors.labels')).text()).toContain('off by 21 % on average')
    expect(rowsOf(part, t('errors.labels'))).toEqual([])
    expect(part.text()).not.toContain('probably wrong')
    // One sentence: the reason stands in place of an empty list.
    expect(part.section(t('errors.labels')).text()).not.toContain(t('errors.noRows'))
  })

  it('lists a row whose label is possibly wrong once', async () => {
    const worst = [...analysis.worst, classes.labels.rows[0]!]
    const confident = [...classes.confident, classes.labels.rows[0]!]
    const part = await panel({ ...analysis, worst, classes: { ...classes, confident } })
    expect(part.text()).toContain('Possibly wrong labels')
    for (const title of ['errors.worst', 'errors.confident'] as const)
      expect(rowsOf(part, t(title)).map(([row]) => row)).not.toContain('4')
  })

  it('shows what stands in a row: cells, text, a picture or a sound', async () => {
    const cells = [
      { name: 'id', value: '17', isIdentifying: true as const },
      ...Array.from({ length: 12 }, (_, at) => ({ name: `c${at}`, value: at ? at : null })),
    ]
    const contents: RowContent[] = [
      { kind: 'cells', cells },
      { kind: 'text', text: 'a long story', isCut: true },
      { kind: 'picture', url: 'data:image/png;base64,AA==', width: 8, height: 8 },
      { kind: 'sound', url: 'data:audio/wav;base64,AA==', seconds: 1 },
    ]
    const part = await panel({
      ...analysis,
      worst: contents.map((content, row) => rowError(10 + row, content)),
    })
    const section = part.section(t('errors.worst'))
    const [first, second] = rowsOf(part, t('errors.worst')).map(row => row.at(-1))
    expect(first).toBe(
      `id 17 (identifies the row) · c0 missing · ${Array.from({ length: 10 }, (_, at) => `c${at + 1} ${at + 1}`).join(' · ')} …`,
    )
    expect(second).toBe('a long story…')
    expect(section.find('img').attributes('alt')).toBe(t('errors.picture', { row: '13' }))
    expect(section.find('audio').attributes('aria-label')).toBe(t('errors.sound', { row: '14' }))
    expect(section.find('audio').attributes('preload')).toBe('none')
  })

  it('has residuals in place of classes for numbers, and says what is missing, in the page’s language', async () => {
    const values = {
      target: 'price',
      bias: 0.5,
      absolute: 1,
      rootMeanSquare: 2,
      points: [{ row: 0, prediction: 1, error: 2 }],
      quantiles: [{ share: 0.5, error: 0 }],
    }
    const gone = msg('errors.noRows')
    const part = await panel(
      { ...analysis, classes: null, values, withoutData: gone, droppedRows: 3, storedTrials: [2] },
      { language: 'zh-CN' },
    )
    expect(part.text()).toContain(zh('errors.residuals'))
    expect(part.text()).toContain(zh('errors.withoutData', { reason: gone }))
    expect(part.text()).not.toContain(zh('errors.labels'))
    expect(part.wrapper.findAll(`[aria-label="${zh('errors.trial')}"]`)).toEqual([])
  })

  it('has the cells of a table as columns, as its file has them', async () => {
    const worst = [
      ['17', '18/04/2023', 'yes', '1,200'],
      ['18', '2023-05-01', 'N', null],
    ].map(([id = null, listed = null, garage = null, area = null], row) => ({
      ...rowError(row, {
        kind: 'cells',
        cells: [
          { name: 'id', value: id, isIdentifying: true },
          { name: 'listed', value: listed },
          { name: 'garage', value: garage },
          { name: 'area', value: area },
        ],
      }),
      source: { kind: 'line' as const, line: row + 2 },
    }))
    for (const [language, translate] of [
      ['en', t],
      ['zh-CN', zh],
    ] as const) {
      const part = await panel({ ...analysis, worst }, { language })
      const title = translate('errors.worst')
      expect(rowsOf(part, title).map(row => row.slice(-4))).toEqual([
        ['17', '18/04/2023', 'yes', '1,200'],
        ['18', '2023-05-01', 'N', translate('errors.missing')],
      ])
      const heads = part.section(title).findAll('thead th')
      expect(heads.map(head => head.text()).slice(-4)).toEqual([
        translate('list.remark', { text: 'id', remark: translate('errors.identifies') }),
        'listed',
        'garage',
        'area',
      ])
      expect(heads.at(-1)?.classes()).toContain('number')
    }
  })

  it('says where no trial keeps predictions, and any other reason', async () => {
    const none = new AppError('study.noTrials', { study: 'open', rule: msg('errors.none') })
    expect((await panel(none)).text()).toContain(t('errors.noneText'))
    const gone = new AppError('study.notFound', { study: 'open' })
    const part = await panel(gone)
    expect(part.wrapper.find('[role=alert]').text()).toContain(
      t('error.study.notFound', { study: 'open' }),
    )
  })

  it('shows the answer to the last question, whichever comes first', async () => {
    const slow = Promise.withResolvers<ErrorAnalysis>()
    let requestCount = 0
    const part = await panel(() =>
      requestCount++ === 0 ? slow.promise : { ...analysis, trial: 9 },
    )
    expect(part.text()).toContain(t('errors.reading'))
    expect(part.wrapper.find('progress').exists()).toBe(true)
    const live = useLiveStudy()
    if (live.study !== null) live.study = { ...live.study, best: bestHeadline(9, 0) }
    await settle()
    slow.resolve(analysis)
    await settle()
    expect(part.text()).toContain(t('errors.subject', { trial: 9, folds: 1, rows: 100 }))
  })
})
