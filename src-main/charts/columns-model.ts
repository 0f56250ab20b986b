import type { ErrorAnalysis } from '../core/questions/error-analysis.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { type ChartModel, emptyChart, type Mark } from './chart-model.ts'

const MAX_COLUMNS = 20
const methods = ['growth', 'shap', 'gain'] as const

/** How much the model leans on each column: shares of each method side by side, the largest growth of the loss first. */
export function columnsModel(
  { columns: found }: Pick<ErrorAnalysis, 'columns'>,
  t: Translate,
): ChartModel {
  if (found === null) return emptyChart(t('errors.columns.none'))
  if ('refusal' in found) return emptyChart(t.say(found.refusal))
  const { columns, rows, repeats } = found
  const total = columns.reduce((sum, { growth }) => sum + Math.max(0, growth), 0)
  const shares = columns.map(one => ({
    ...one,
    growth: total > 0 ? Math.max(0, one.growth) / total : 0,
    error: total > 0 ? one.deviation / total : 0,
  }))
  const shown = shares.slice(0, MAX_COLUMNS)
  const known = methods.filter(method => columns.some(one => one[method] !== null))
  return {
    x: { title: t('chart.importance'), scale: 'linear', unit: 'share' },
    y: { title: t('errors.columns.column'), scale: 'rows', rows: shown.map(({ name }) => name) },
    marks: known.map((method, index): Mark => ({
      ...{ kind: 'bars', tone: index, name: t(`errors.columns.${method}`) },
      bars: shown.map((one, row) => {
        const value = one[method] ?? 0
        const place = [index, known.length] as const
        if (method !== 'growth') return { row, value, place }
        return { row, value, place, interval: [Math.max(0, value - one.error), value + one.error] }
      }),
    })),
    table: {
      columns: [
        t('errors.columns.column'),
        t('errors.columns.growth'),
        t('chart.deviation'),
        ...known.slice(1).map(method => t(`errors.columns.${method}`)),
      ],
      units: ['name', 'metric', 'metric', 'share', 'share'],
      rows: columns.map(one => [
        ...[one.name, one.growth, one.deviation],
        ...known.slice(1).map(method => one[method] ?? 0),
      ]),
    },
    empty: columns.length === 0 ? t('errors.columns.none') : null,
    notes: [
      t('errors.columns.rows', { rows, repeats }),
      ...(shown.length < columns.length
        ? [t('app.showing', { shown: shown.length, total: columns.length })]
        : []),
    ],
  }
}
