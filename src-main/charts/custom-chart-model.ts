import { unitText } from './chart-words.ts'
import type { ChartTrial } from '../analysis/history/progress.ts'
import { extentOf, robustRange } from '../analysis/statistics/robust-range.ts'
import type { Language } from '../core/i18n/language.ts'
import type { Translate } from '../core/i18n/translate.ts'
import {
  type ChartAxis,
  type ChartModel,
  dots,
  type MarkPoint,
  type Ramp,
  type Shape,
} from './chart-model.ts'
import type { CustomChartField } from './custom-chart-fields.ts'
import { nothingToShow } from './goal-values.ts'

export interface CustomChartQuestion {
  readonly trials: readonly ChartTrial[]
  /** How many there are without the filter. */
  readonly all: number
  readonly x: CustomChartField
  readonly y: CustomChartField
  readonly color: CustomChartField | null
  readonly size: CustomChartField | null
  readonly t: Translate
  readonly language: Language
  /** Of these trials axes and colors are made, so that facets can be compared; default: those that are drawn. */
  readonly scaledBy?: readonly ChartTrial[]
}

const shapes: readonly Shape[] = ['dot', 'triangle', 'square', 'diamond', 'circle', 'cross']
/** Facets of numbers are quarters of the trials. */
const QUARTERS = 4
/** More charts than this cannot be compared at a glance. */
export const MAX_FACETS = 12

/** Any two things of trials against each other, a third as color, a fourth as size. */
export function customChartModel(question: CustomChartQuestion): ChartModel {
  const { trials, x, y, color: color, size, t } = question
  const scaledBy = question.scaledBy ?? trials
  const drawn = trials.flatMap(trial => {
    const [across, up] = [x.valueOf(trial), y.valueOf(trial)]
    return across === null || up === null
      ? []
      : [
          {
            trial,
            x: across + (isListed(x) ? spread(trial.number * 0.618034) : 0),
            y: up + (isListed(y) ? spread(trial.number * 0.754878) : 0),
          },
        ]
  })
  const shadeOf =
    color === null || isListed(color) ? null : sharesOf(color, scaledBy, color.better < 0)
  const sizeOf = size === null ? null : sharesOf(size, scaledBy, false)
  const points = drawn.map(({ trial, ...coordinates }) => {
    const shade = shadeOf?.(trial) ?? null
    const share = sizeOf?.(trial) ?? null
    return {
      trial,
      point: {
        ...coordinates,
        trial: trial.number,
        ...(shade === null ? {} : { shade }),
        ...(share === null ? {} : { size: share }),
      } satisfies MarkPoint,
    }
  })
  const fields = [x, y, color, size].filter(field => field !== null)
  const unique = fields.filter((field, at) => fields.findIndex(({ id }) => id === field.id) === at)
  const without = trials.length - drawn.length
  return {
    x: axisOf(x, scaledBy),
    y: axisOf(y, scaledBy),
    marks: marksOf(points, color, t),
    ...(shadeOf === null || color === null ? {} : { ramp: rampOf(color, scaledBy, question) }),
    table: {
      columns: [t('chart.trial'), ...unique.map(({ title }) => title)],
      units: ['trial', ...unique.map(({ axis }) => axis.unit)],
      rows: drawn.map(({ trial }) => [
        trial.number,
        ...unique.map(field => cellOf(field, field.valueOf(trial))),
      ]),
    },
    empty:
      drawn.length > 0
        ? null
        : trials.length === 0
          ? nothingToShow(trials, t, question.all)
          : t('chart.customChart.noneHasBoth', { x: x.title, y: y.title }),
    notes: [
      ...(without > 0 ? [t('chart.customChart.without', { count: without })] : []),
      ...(size === null ? [] : [t('chart.customChart.size', { name: size.title })]),
    ],
  }
}

export interface Facet {
  readonly title: string
  readonly trials: readonly ChartTrial[]
}

/**
 * Trials by the value of a field: one group for each category, quarters for numbers, as equal as equal values let them be, and at the end
 * those without a value.
 */
export function customChartFacets(
  trials: readonly ChartTrial[],
  field: CustomChartField,
  { t, language }: Pick<CustomChartQuestion, 't' | 'language'>,
): Facet[] {
  const without = trials.filter(trial => field.valueOf(trial) === null)
  const title = t('chart.customChart.noColor', { name: field.title })
  return [
    ...valuedFacets(trials, field, language),
    ...(without.length === 0 ? [] : [{ title, trials: without }]),
  ]
}

function valuedFacets(
  trials: readonly ChartTrial[],
  field: CustomChartField,
  language: Language,
): Facet[] {
  const valued = trials.flatMap(trial => {
    const value = field.valueOf(trial)
    return value === null ? [] : [{ trial, value }]
  })
  const values = [...new Set(valued.map(({ value }) => value))].sort((a, b) => a - b)
  if (isListed(field) || values.length <= QUARTERS) {
    return values.map(value => ({
      title: `${field.title} = ${textOf(field, value, language)}`,
      trials: valued.filter(entry => entry.value === value).map(({ trial }) => trial),
    }))
  }
  const sorted = valued.toSorted((a, b) => a.value - b.value)
  const firsts = Array.from({ length: QUARTERS }, (_, quarter) => {
    return sorted[Math.floor((quarter * sorted.length) / QUARTERS)]?.value ?? 0
  })
  // Trials of one value stay together.
  return [...new Set(firsts)].map((low, at, lows) => {
    const next = lows[at + 1] ?? Number.POSITIVE_INFINITY
    const part = sorted.filter(({ value }) => value >= low && value < next)
    const ends = [low, part.at(-1)?.value ?? low].map(end => textOf(field, end, language))
    return {
      title: `${field.title} ${[...new Set(ends)].join(' … ')}`,
      trials: part.map(({ trial }) => trial),
    }
  })
}

/** Points of one category beside one another, evenly, and the same way every time. */
function spread(position: number): number {
  return 0.6 * ((position % 1) - 0.5)
}

function isListed({ axis }: CustomChartField): boolean {
  return axis.scale === 'rows'
}

function valuesOf(field: CustomChartField, trials: readonly ChartTrial[]): number[] {
  return trials.map(trial => field.valueOf(trial)).filter(value => value !== null)
}

function axisOf(field: CustomChartField, trials: readonly ChartTrial[]): ChartAxis {
  const { axis, better } = field
  if (axis.scale === 'rows' || axis.range !== undefined) return axis
  const values = valuesOf(field, trials)
  const extent = extentOf(values)
  if (extent === null) return axis
  // Only of goals is it known which side may run away.
  if (better === 0) return { ...axis, range: extent }
  const direction = better > 0 ? 'maximize' : 'minimize'
  const robust = robustRange(values, direction, { log: 'auto' })
  if (robust === null) return axis
  const { outside, log, low, high } = robust
  return {
    ...axis,
    scale: log ? 'log' : 'linear',
    range: { low, high },
    ...(outside > 0 ? { outside } : {}),
  }
}

/** 0 … 1 by rank, so that no outlier takes all colors for itself. */
function sharesOf(
  field: CustomChartField,
  trials: readonly ChartTrial[],
  isFlipped: boolean,
): (trial: ChartTrial) => number | null {
  const values = [...new Set(valuesOf(field, trials))].sort((a, b) => a - b)
  const shares = new Map(values.map((value, at) => [value, at / Math.max(1, values.length - 1)]))
  return trial => {
    const value = field.valueOf(trial)
    const share = value === null ? undefined : shares.get(value)
    if (share === undefined) return null
    return isFlipped ? 1 - share : share
  }
}

function rampOf(
  field: CustomChartField,
  trials: readonly ChartTrial[],
  { language }: CustomChartQuestion,
): Ramp {
  const { low, high } = extentOf(valuesOf(field, trials)) ?? { low: 0, high: 1 }
  const [first, last] = field.better < 0 ? [high, low] : [low, high]
  return {
    kind: field.better === 0 ? 'order' : 'rank',
    low: `${field.title} ${textOf(field, first, language)}`,
    high: textOf(field, last, language),
  }
}

function marksOf(
  points: readonly { readonly trial: ChartTrial; readonly point: MarkPoint }[],
  color: CustomChartField | null,
  t: Translate,
): ChartModel['marks'] {
  if (color === null || !isListed(color)) {
    const chartPoints = points.map(({ point }) => point)
    // The best in front; a trial without a color is quiet, behind all others.
    const shaded = chartPoints
      .filter(({ shade }) => shade !== undefined)
      .sort((a, b) => (a.shade ?? 0) - (b.shade ?? 0))
    const plain = chartPoints.filter(({ shade }) => shade === undefined)
    const isColored = color !== null
    return [
      dots(
        isColored ? t('chart.customChart.noColor', { name: color.title }) : '',
        isColored ? 'quiet' : 'accent',
        plain,
        // Hollow: a faint dot could be taken for one end of the colors.
        isColored ? 'circle' : 'dot',
      ),
      dots('', 'accent', shaded),
    ].filter(({ points: some }) => some.length > 0)
  }
  const names = color.axis.rows ?? []
  const without = points.filter(({ trial }) => color.valueOf(trial) === null)
  return [
    dots(
      t('chart.customChart.noColor', { name: color.title }),
      'quiet',
      without.map(({ point }) => point),
      'circle',
    ),
    ...names.map((name, row) =>
      dots(
        name,
        color.tones?.[row] ?? row,
        points.filter(({ trial }) => color.valueOf(trial) === row).map(({ point }) => point),
        color.shapes?.[row] ?? shapes[row % shapes.length],
      ),
    ),
  ].filter(({ points: some }) => some.length > 0)
}

function textOf({ axis }: CustomChartField, value: number, language: Language): string {
  return axis.scale === 'rows' ? (axis.rows?.[value] ?? '') : unitText(value, axis.unit, language)
}

function cellOf(field: CustomChartField, value: number | null): string | number | null {
  if (value === null || field.axis.scale !== 'rows') return value
  return field.axis.rows?.[value] ?? null
}
