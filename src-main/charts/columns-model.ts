import type { ErrorAnalysis } from '../core/questions/error-analysis.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { type ChartModel, emptyChart, type Mark } from './chart-model.ts'

const MAX_COLUMNS = 20
const methods = ['growth', 'shap', 'gain'] as const

/** How much the model leans on each column: shares of each method side by side, the largest growth of the loss first. */
export function columnsModel(
  { columns: columnImportance }: Pick<ErrorAnalysis, 'columns'>,
  t: Translate,
): ChartModel {
  if (columnImportance === null) return emptyChart(t('errors.columns.none'))
  if ('refusal' in columnImportance) return emptyChart(t.format(columnImportance.refusal))
  const { columns, rows, repeats } = columnImportance
  const total = columns.reduce((sum, { growth }) => sum + Math.max(0, growth), 0)
  const shares = columns.map(column => ({
    ...column,
    growth: total > 0 ? Math.max(0, column.growth) / total : 0,
    error: total > 0 ? column.deviation / total : 0,
  }))
  const shownShares = shares.slice(0, MAX_COLUMNS)
  const measuredMethods = methods.filter(method => columns.some(column => column[method] !== null))
  return {
    x: { title: t('chart.importance'), scale: 'linear', unit: 'share' },
    y: {
      title: t('errors.columns.column'),
      scale: 'rows',
      rows: shownShares.map(({ name }) => name),
    },
    marks: measuredMethods.map((method, index): Mark => ({
      kind: 'bars',
      tone: index,
      name: t(`errors.columns.${method}`),
      bars: shownShares.map((share, row) => {
        const value = share[method] ?? 0
        const groupPosition = [index, measuredMethods.length] as const
        if (method !== 'growth') return { row, value, groupPosition }
        return {
          row,
          value,
          groupPosition,
          interval: [Math.max(0, value - share.error), value + share.error],
        }
      }),
    })),
    table: {
      columns: [
        t('errors.columns.column'),
        t('errors.columns.growth'),
        t('chart.deviation'),
        ...measuredMethods.slice(1).map(method => t(`errors.columns.${method}`)),
      ],
      units: ['name', 'metric', 'metric', 'share', 'share'],
      rows: columns.map(column => [
        column.name,
        column.growth,
        column.deviation,
        ...measuredMethods.slice(1).map(method => column[method] ?? 0),
      ]),
    },
    empty: columns.length === 0 ? t('errors.columns.none') : null,
    notes: [
      t('errors.columns.rows', { rows, repeats }),
      ...(shownShares.length < columns.length
        ? [t('app.showing', { shown: shownShares.length, total: columns.length })]
        : []),
    ],
  }
}
