import {
  calibrationModel,
  curveKinds,
  errorCurveModel,
  errorFigures,
  residualModel,
  slicesModel,
  suspectedLabels,
} from '../../../charts/errors-model.ts'
import { columnsModel } from '../../../charts/columns-model.ts'
import type { ErrorAnalysis, RowContent, RowError } from '../../../core/questions/error-analysis.ts'
import { formatMetric, formatNumber } from '../../../core/i18n/format-number.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { modelFigure } from '../charts/model-figure.ts'
import { descriptionList, note, table } from '../figure.ts'
import { type Fragment, markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import type { SectionDefinition } from '../section-definition.ts'
import { breakable, nothing } from '../values.ts'

/** Of a row of a table. */
const MAX_CELLS = 12

/** Where the best model errs, from predictions for rows that it has not learned from. */
export const errorsSection: SectionDefinition<'errors'> = {
  id: 'errors',
  heading: 'report.errors.heading',
  isEmpty: ({ errors }) => errors == null,
  build,
}

function build(context: ReportContext): Markup {
  const { t, errors = null } = context
  if (errors === null) return nothing(t('report.errors.none'))
  const { trial, folds, rows, classes, values, worst, withoutData, droppedRows } = errors
  return markup`<p>${t('errors.subject', { trial, folds, rows })}</p>
${descriptionList(errorFigures(errors, t))}
${withoutData === null ? null : note(t('errors.withoutData', { reason: withoutData }))}
${droppedRows === 0 ? null : note(t('errors.dropped', { count: droppedRows }))}
${classes === null ? null : curveKinds.map(kind => modelFigure(context, errorCurveModel(classes.curves, kind, t), { summary: t(`errors.help.${kind}`) }))}
${classes === null ? null : modelFigure(context, calibrationModel(classes.calibration, t), { summary: t('errors.help.calibration') })}
${values === null ? null : modelFigure(context, residualModel(values, t), { summary: t('errors.help.residuals') })}
${modelFigure(context, slicesModel(errors, t), { summary: t('errors.help.slices') })}
${errors.columns === null ? null : modelFigure(context, columnsModel(errors, t), { summary: t('errors.help.columns') })}
${rowTable(t, t('errors.worst'), t('errors.help.worst'), worst)}
${classes === null ? null : rowTable(t, t('errors.confident'), t('errors.help.confident'), classes.confident)}
${labelPart(t, errors)}`
}

function labelPart(t: Translate, errors: ErrorAnalysis): Markup | null {
  const labels = suspectedLabels(errors)
  if (labels === null) return null
  return markup`${rowTable(t, t('errors.labels'), t.format(labels.help), labels.rows)}
${errors.folds === 1 ? note(t('errors.fewRows')) : null}`
}

function rowTable(t: Translate, title: string, help: string, rows: readonly RowError[]): Markup {
  const columns = [
    { title: t('errors.row'), numeric: true },
    { title: t('errors.column.target') },
    { title: t('errors.column.prediction') },
    { title: t('errors.confidence'), numeric: true },
    { title: t('errors.column.loss'), numeric: true },
    { title: t('errors.column.content') },
  ]
  const cells = rows.map(({ row, target, prediction, confidence, loss, content }) => [
    row + 1,
    valueText(target),
    valueText(prediction),
    confidence === null ? '–' : formatMetric(confidence),
    formatMetric(loss),
    contentCell(t, row, content),
  ])
  return markup`<h3>${title}</h3><p>${help}</p>${rows.length === 0 ? nothing(t('errors.noRows')) : table(t, title, columns, cells)}`
}

function contentCell(t: Translate, row: number, content: RowContent | null): Fragment {
  switch (content?.kind) {
    case 'cells': {
      const shownCells = content.cells.slice(0, MAX_CELLS)
      const text = shownCells.map(({ name, value }) => `${name} ${valueText(value)}`).join(', ')
      return breakable(shownCells.length < content.cells.length ? `${text} …` : text)
    }
    case 'text':
      return breakable(content.isCut ? `${content.text}…` : content.text)
    case 'sound':
      return t('errors.seconds', { seconds: content.seconds })
    case 'picture':
      return markup`<img src="${content.url}" alt="${t('errors.picture', { row: row + 1 })}" width="56" height="56"/>`
    case undefined:
      return '–'
  }
}

function valueText(value: string | number | null): string {
  return value === null ? '–' : typeof value === 'number' ? formatNumber(value) : value
}
