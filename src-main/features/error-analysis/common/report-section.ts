import {
  calibrationModel,
  cellsText,
  curveKinds,
  errorCurveModel,
  errorFigures,
  residualModel,
  rowFigures,
  rowNames,
  slicesModel,
  suspectedLabels,
  worstRowsNote,
} from '../../../charts/errors-model.ts'
import { rowsMessage } from '../../../core/data/data-rows.ts'
import { columnsModel } from '../../../charts/columns-model.ts'
import type { ErrorAnalysis, RowContent, RowError } from '../../../core/questions/error-analysis.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { formatNumber } from '../../../core/i18n/format-number.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import type { ReportContext } from '../../../reports/sections/report-context.ts'
import type { SectionDefinition } from '../../../reports/sections/section-definition.ts'
import type { Block, Inline } from '../../../reports/blocks/blocks.ts'
import { chartFigure } from '../../../reports/blocks/chart-blocks.ts'
import {
  descriptionList,
  heading,
  note,
  nothing,
  paragraph,
  table,
} from '../../../reports/blocks/make-blocks.ts'

/** Of a row of a table. */
const MAX_CELLS = 12

/** Where the best model errs, from predictions for rows that it has not learned from. */
export const errorsSection: SectionDefinition<'errors'> = {
  id: 'errors',
  heading: 'report.errors.heading',
  isEmpty: ({ errors }) => errors == null,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, errors = null } = context
  if (errors === null) return [nothing(t('report.errors.none'))]
  const { trial, folds, rows, classes, values, worst, withoutData } = errors
  const { dataset, specification } = context.snapshot.study
  const dataRows = rowsMessage(dataset, specification.folds)
  return [
    paragraph(t('errors.subject', { trial, folds, rows })),
    descriptionList(errorFigures(errors, specification.objective, t)),
    ...note(withoutData === null ? null : t('errors.withoutData', { reason: withoutData })),
    ...note(dataRows === null ? null : t.format(dataRows)),
    ...(classes === null
      ? []
      : [
          ...curveKinds.map(kind =>
            chartFigure(context, errorCurveModel(classes.curves, kind, t), {
              summary: t(`errors.help.${kind}`),
            }),
          ),
          chartFigure(context, calibrationModel(classes.calibration, t), {
            summary: t('errors.help.calibration'),
          }),
        ]),
    ...(values === null
      ? []
      : [chartFigure(context, residualModel(values, t), { summary: t('errors.help.residuals') })]),
    chartFigure(context, slicesModel(errors, t), { summary: t('errors.help.slices') }),
    ...(errors.columns === null
      ? []
      : [chartFigure(context, columnsModel(errors, t), { summary: t('errors.help.columns') })]),
    ...rowTable(
      t,
      t('errors.worst'),
      t('errors.help.worst'),
      worst,
      worstRowsNote(errors, worst.length),
    ),
    ...(classes === null || classes.names.length <= 2
      ? []
      : rowTable(t, t('errors.confident'), t('errors.help.confident'), classes.confident)),
    ...labelPart(t, errors),
  ]
}

function labelPart(t: Translate, errors: ErrorAnalysis): readonly Block[] {
  const labels = suspectedLabels(errors)
  if (labels === null) return []
  return [
    ...(labels.rows.length === 0
      ? [heading(t('errors.labels')), paragraph(t.format(labels.help))]
      : rowTable(t, t('errors.labels'), t.format(labels.help), labels.rows)),
    ...note(errors.folds === 1 ? t('errors.fewRows') : null),
  ]
}

function rowTable(
  t: Translate,
  title: string,
  help: string,
  rows: readonly RowError[],
  remark: MessageDescriptor | null = null,
): readonly Block[] {
  const named = rowNames(rows, t)
  const figures = rowFigures(rows, t)
  const columns = [
    { title: named.head, numeric: rows[0]?.source?.kind !== 'file' },
    { title: t('errors.column.target') },
    { title: t('errors.column.prediction') },
    ...figures.heads.map(head => ({ title: head, numeric: true })),
    { title: t('errors.column.content') },
  ]
  const cells = rows.map(({ row, target, prediction, content }, index) => [
    named.names[index] ?? row + 1,
    valueText(target),
    valueText(prediction),
    ...(figures.cells[index] ?? []),
    contentCell(t, named.names[index] ?? '', content),
  ])
  return [
    heading(title),
    paragraph(help),
    ...(rows.length === 0
      ? [nothing(remark === null ? t('errors.noRows') : t.format(remark))]
      : [table(t, title, columns, cells), ...note(remark === null ? null : t.format(remark))]),
  ]
}

function contentCell(t: Translate, row: string, content: RowContent | null): Inline {
  switch (content?.kind) {
    case 'cells':
      return cellsText(content.cells, MAX_CELLS, t)
    case 'text':
      return content.isCut ? `${content.text}…` : content.text
    case 'sound':
      return t('errors.seconds', { seconds: content.seconds })
    case 'picture':
      return { kind: 'picture', url: content.url, label: t('errors.picture', { row }) }
    case undefined:
      return '–'
  }
}

function valueText(value: string | number | null): string {
  return value === null ? '–' : typeof value === 'number' ? formatNumber(value) : value
}
