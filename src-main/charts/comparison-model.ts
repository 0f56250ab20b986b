import type { ComparedGroup } from '../core/questions/comparison.ts'
import type { Confirmation } from '../core/questions/confirmation.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { quantileSorted } from '../math/statistics/quantile.ts'
import type { Goal } from '../core/study/study-specification.ts'
import {
  bandOf,
  type Box,
  type ChartModel,
  type Mark,
  pointsOf,
  line,
  type MarkPoint,
  band,
  dots,
  titles,
} from './chart-model.ts'
import { type AxisWish, valueAxis, wishOf } from './goal-values.ts'
import type { Progress } from '../analysis/history/progress.ts'

interface Asked extends AxisWish {
  readonly groups: readonly ComparedGroup[]
  readonly metric: string
  readonly direction: Goal['direction']
  readonly t: Translate
}

/** Best so far of every group: median over its runs, with the middle half. */
export function tracesModel({
  groups,
  metric,
  direction,
  by,
  t,
  ...wish
}: Asked & { readonly by: Progress }): ChartModel {
  const traces = groups.map(({ name, traces: all }) => ({ name, ...all[by] }))
  const values = traces.flatMap(({ lowerQuartile, median }) => [...lowerQuartile, ...median])
  const y = valueAxis(t('list.withDetail', { text: metric, more: t('chart.bestSoFar') }), values, {
    direction,
    ...wishOf(wish),
    t,
  })
  const title = t(`chart.${by}`)
  return {
    x: { title, scale: 'linear', unit: by === 'wallTime' ? 'durationMs' : 'whole' },
    y: y.axis,
    marks: traces.flatMap(({ name, x, median, lowerQuartile, upperQuartile }, tone) => [
      band(t('chart.quartiles'), tone, bandOf(x, lowerQuartile, upperQuartile), { stepped: true }),
      line(name, tone, pointsOf(x, median), { stepped: true }),
    ]),
    table: {
      columns: [t('chart.group'), title, '25 %', t('chart.median'), '75 %'],
      rows: traces.flatMap(({ name, x, median, lowerQuartile, upperQuartile }) =>
        x.map((at, index) => [
          name,
          at,
          ...[lowerQuartile, median, upperQuartile].map(column => column[index] as number),
        ]),
      ),
    },
    empty: traces.every(({ x }) => x.length === 0) ? t('chart.noTrials') : null,
    notes: y.notes,
  }
}

/** The best value of every run, as a box for each group and a point for each run. */
export function finalsModel({ groups, metric, direction, t, ...wish }: Asked): ChartModel {
  const finiteGroups = groups.map(({ name, finals }) => ({
    name,
    values: finals.filter(Number.isFinite),
  }))
  const x = valueAxis(
    t('list.named', { name: t('chart.final'), value: metric }),
    finiteGroups.flatMap(({ values }) => values),
    { direction, ...wishOf(wish), t },
  )
  return {
    x: x.axis,
    y: { title: '', scale: 'rows', rows: groups.map(({ name }) => name) },
    marks: finiteGroups.flatMap(({ name, values }, tone): Mark[] => [
      { kind: 'boxes', name: '', tone, boxes: values.length < 2 ? [] : [boxOf(values, tone)] },
      dots(name, tone, besideOneAnother(values, tone)),
    ]),
    table: {
      columns: titles(t, 'group', 'run', 'final', 'trials'),
      rows: groups.flatMap(({ name, finals, trialCounts }) =>
        finals.map((value, run) => [
          name,
          run + 1,
          Number.isNaN(value) ? null : value,
          trialCounts[run] as number,
        ]),
      ),
    },
    empty: finiteGroups.every(({ values }) => values.length === 0) ? t('chart.noTrials') : null,
    notes: x.notes,
  }
}

/** Trainings with new seeds: every one a point, the mean with its interval, and what the search had said. */
export function confirmationModel(
  { configurations, metric }: Confirmation,
  t: Translate,
  nameOf: (trial: number) => string,
): ChartModel {
  const rows = configurations.map(({ originalTrial, trial }) => nameOf(originalTrial ?? trial))
  return {
    x: { title: metric, scale: 'linear' },
    y: { title: '', scale: 'rows', rows },
    marks: [
      {
        kind: 'boxes',
        name: '95 %',
        tone: 'accent',
        boxes: configurations.map(({ interval: [low, high], mean }, row) => ({
          row,
          low,
          lowerQuartile: low,
          median: mean,
          upperQuartile: high,
          high,
        })),
      },
      dots(
        t('chart.run'),
        'accent',
        configurations.flatMap(({ values }, row) =>
          besideOneAnother(values, row).filter(({ x }) => Number.isFinite(x)),
        ),
      ),
      dots(
        t('chart.inSearch'),
        'best',
        configurations.flatMap(({ originalValue }, row) =>
          originalValue === null ? [] : [{ x: originalValue, y: row }],
        ),
        'circle',
      ),
    ],
    table: {
      columns: titles(t, 'trial', 'inSearch', 'mean', 'low', 'high', 'count'),
      rows: configurations.map(({ originalValue, mean, interval, values }, row) => [
        rows[row] as string,
        originalValue,
        mean,
        ...interval,
        values.length,
      ]),
    },
    empty: configurations.length === 0 ? t('chart.noTrials') : null,
    notes: [],
  }
}

function boxOf(values: readonly number[], row: number): Box {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    row,
    low: sorted[0] as number,
    lowerQuartile: quantileSorted(sorted, 0.25),
    median: quantileSorted(sorted, 0.5),
    upperQuartile: quantileSorted(sorted, 0.75),
    high: sorted.at(-1) as number,
  }
}

/** Points of one row beside one another, so that equal ones are seen. */
function besideOneAnother(values: readonly number[], row: number): MarkPoint[] {
  const last = Math.max(1, values.length - 1)
  return values.map((x, index) => ({
    x,
    y: values.length < 2 ? row : row + 0.4 * (index / last - 0.5),
  }))
}
