import type { ErrorAnalysis, RowContent, RowError } from '../../../core/questions/error-analysis.ts'
import { columnsModel } from '../../../charts/columns-model.ts'
import {
  cellsText,
  columnName,
  errorFigures,
  otherErrors,
  rowFigures,
  rowNames,
  sliceName,
  suspectedLabels,
  worstRowsNote,
} from '../../../charts/errors-model.ts'
import { rowsMessage } from '../../../core/data/data-rows.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { formatMetric, formatNumber } from '../../../core/i18n/format-number.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { readErrorAnalysis } from '../node/read-error-analysis.ts'
import { type AddCommands, wholeNumber, withReader } from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'

/** Characters of a row's content on a terminal; `--json` has more. */
const MAX_CONTENT = 60
const MAX_SLICES = 10

interface ErrorsOptions {
  readonly trial?: string
  readonly limit: string
}

/** `errors`: where the model of a trial errs. */
export const addCommands: AddCommands = (program, t) => {
  program
    .command('errors')
    .description(t('cli.help.errors'))
    .argument('<study>', t('cli.help.study'))
    .option('--trial <number>', t('cli.help.errors.trial'))
    .option('--limit <count>', t('cli.help.errors.limit'), '10')
    .run(async (context, name: string, options: ErrorsOptions) => {
      const number = options.trial === undefined ? null : wholeNumber(options.trial, '--trial')
      const limit = wholeNumber(options.limit, '--limit', 1, 100_000)
      await withReader(context, async reader => {
        const { id, dataset, specification } = reader.findStudy(name)
        const { datasetCacheDirectory: cacheDirectory } = context.workspace
        const question = { studyId: id, number, limit, cacheDirectory }
        const analysis = await readErrorAnalysis(reader, question)
        const dataRows = rowsMessage(dataset, specification.folds)
        context.printValues(errorsText(analysis, dataRows, specification.objective, t), {
          study: name,
          ...withoutMedia(analysis),
        })
      })
    })
}

function errorsText(
  analysis: ErrorAnalysis,
  dataRows: MessageDescriptor | null,
  objective: StudySpecification['objective'],
  t: Translate,
): string {
  const { trial, folds, rows, classes, withoutData } = analysis
  const others = otherErrors(analysis)
  const figures = errorFigures(analysis, objective, t).map(([name, value]) =>
    t('list.named', { name, value }),
  )
  const parts = [[t('errors.subject', { trial, folds, rows }), ...figures].join('\n')]
  if (withoutData !== null) parts.push(t('errors.withoutData', { reason: withoutData }))
  if (dataRows !== null) parts.push(t.format(dataRows))
  if (classes !== null && classes.curves.length > 0) {
    const head = [
      t('errors.class'),
      t('errors.rows'),
      t('errors.area'),
      t('errors.averagePrecision'),
    ]
    const lines = classes.curves.map(({ name, rows: classRows, area, averagePrecision }) => [
      name,
      String(classRows),
      formatMetric(area),
      formatMetric(averagePrecision),
    ])
    parts.push(formatTable(head, lines))
  }
  parts.push(
    ...columnLines(analysis, t),
    rowList(t('errors.worst'), others.worst, t, worstRowsNote(analysis, others.worst.length)),
  )
  if (classes !== null) {
    if (classes.names.length > 2) parts.push(rowList(t('errors.confident'), others.confident, t))
    const labels = suspectedLabels(analysis)
    if (labels !== null) parts.push(rowList(t('errors.labels'), labels.rows, t, labels.help))
    if (folds === 1) parts.push(t('errors.fewRows'))
  }
  const slices = sliceLines(analysis, t)
  if (slices.length > 0) {
    const error = t(classes === null ? 'errors.meanError' : 'errors.wrongShare')
    const head = [t('errors.sliceOf'), t('errors.rows'), error, t('errors.low'), t('errors.high')]
    parts.push(`${t('errors.slices')}\n${formatTable(head, slices)}`)
  }
  return parts.join('\n\n')
}

const MAX_COLUMNS = 10

function columnLines(analysis: ErrorAnalysis, t: Translate): string[] {
  const { columns } = analysis
  if (columns === null) return []
  const name = t('errors.columns')
  if ('refusal' in columns) return [t('list.named', { name, value: columns.refusal })]
  const { notes, table } = columnsModel(analysis, t)
  const rows = table.rows
    .slice(0, MAX_COLUMNS)
    .map(([column, ...values]) => [
      String(column),
      ...values.map(value => formatMetric(Number(value))),
    ])
  return [[name, formatTable(table.columns, rows), ...notes.slice(0, 1)].join('\n')]
}

function sliceLines({ slices }: ErrorAnalysis, t: Translate): string[][] {
  return slices
    .flatMap(column => column.slices.map(slice => ({ column, slice })))
    .toSorted((a, b) => b.slice.interval[0] - a.slice.interval[0])
    .slice(0, MAX_SLICES)
    .map(({ column, slice: { name, rows, error, interval } }) => [
      t('errors.slice', { column: columnName(column, t), slice: sliceName(name, t) }),
      String(rows),
      formatMetric(error),
      ...interval.map(formatMetric),
    ])
}

function rowList(
  title: string,
  rows: readonly RowError[],
  t: Translate,
  remark: MessageDescriptor | null = null,
): string {
  const note = remark === null ? null : t.format(remark)
  if (rows.length === 0) return t('list.named', { name: title, value: note ?? t('errors.noRows') })
  const named = rowNames(rows, t)
  const figures = rowFigures(rows, t)
  const head = [
    named.head,
    t('errors.column.target'),
    t('errors.column.prediction'),
    ...figures.heads,
    t('errors.column.content'),
  ]
  const lines = rows.map(({ target, prediction, content }, index) => [
    named.names[index] ?? '',
    valueText(target),
    valueText(prediction),
    ...(figures.cells[index] ?? []),
    contentText(content, t),
  ])
  return [title, formatTable(head, lines), ...(note === null ? [] : [note])].join('\n')
}

function valueText(value: string | number | null): string {
  return value === null ? '–' : typeof value === 'number' ? formatNumber(value) : value
}

function contentText(content: RowContent | null, t: Translate): string {
  const text = wholeText(content, t)
  return text.length > MAX_CONTENT ? `${text.slice(0, MAX_CONTENT)}…` : text
}

function wholeText(content: RowContent | null, t: Translate): string {
  switch (content?.kind) {
    case 'cells':
      return cellsText(content.cells, content.cells.length, t)
    case 'text':
      return content.text
    case 'sound':
      return t('errors.seconds', { seconds: content.seconds })
    case 'picture':
      return `${content.width} × ${content.height}`
    case undefined:
      return '–'
  }
}

/** A terminal shows no pictures, and a program finds them in the data. */
function withoutMedia(analysis: ErrorAnalysis): ErrorAnalysis {
  const lean = (rows: readonly RowError[]): RowError[] =>
    rows.map(row =>
      row.content !== null && 'url' in row.content
        ? { ...row, content: { ...row.content, url: '' } }
        : row,
    )
  const { classes, worst } = analysis
  return {
    ...analysis,
    worst: lean(worst),
    classes: classes && {
      ...classes,
      confident: lean(classes.confident),
      labels: { ...classes.labels, rows: lean(classes.labels.rows) },
    },
  }
}
