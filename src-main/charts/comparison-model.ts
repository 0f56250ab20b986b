import type { ComparedGroup } from '../contract/api/comparison.ts'
import type { Confirmation } from '../contract/api/confirmation.ts'
import type { ChartTexts } from '../contract/i18n/chart-texts.ts'
import { quantileSorted } from '../math/statistics/quantile.ts'
import type { Goal } from '../contract/study-specification.ts'
import { bandOf, type Box, type ChartModel, type Mark, pointsOf } from './chart-model.ts'
import { valueAxis } from './goal-values.ts'
import type { Progress } from '../analysis/history/progress.ts'

interface Asked {
  readonly groups: readonly ComparedGroup[]
  readonly metric: string
  readonly direction: Goal['direction']
  readonly log: boolean
  readonly texts: ChartTexts
}

/** Best so far of every group: median over its runs, with the middle half. */
export function tracesModel({
  groups,
  metric,
  direction,
  log,
  by,
  texts,
}: Asked & { readonly by: Progress }): ChartModel {
  const traces = groups.map(({ name, traces: all }) => ({ name, ...all[by] }))
  const values = traces.flatMap(({ lowerQuartile, median }) => [...lowerQuartile, ...median])
  const y = valueAxis(`${metric}, ${texts.bestSoFar}`, values, { direction, log, texts })
  const titles = { trials: texts.trials, wallTime: texts.wallTime, epochs: texts.epochs }
  return {
    x: {
      title: titles[by],
      scale: 'linear',
      unit: by === 'wallTime' ? 'durationMs' : 'whole',
    },
    y: y.axis,
    marks: traces.flatMap(({ name, x, median, lowerQuartile, upperQuartile }, tone): Mark[] => [
      {
        ...{ kind: 'band', name: texts.quartiles, tone, stepped: true },
        points: bandOf(x, lowerQuartile, upperQuartile),
      },
      { kind: 'line', name, tone, stepped: true, points: pointsOf(x, median) },
    ]),
    table: {
      columns: [texts.group, titles[by], '25 %', texts.median, '75 %'],
      rows: traces.flatMap(({ name, x, median, lowerQuartile, upperQuartile }) =>
        x.map((at, index) => [
          name,
          at,
          lowerQuartile[index] as number,
          median[index] as number,
          upperQuartile[index] as number,
        ]),
      ),
    },
    empty: traces.every(({ x }) => x.length === 0) ? texts.noTrials : null,
    notes: y.notes,
  }
}

/** The best value of every run, as a box for each group and a point for each run. */
export function finalsModel({ groups, metric, direction, log, texts }: Asked): ChartModel {
  const known = groups.map(({ name, finals }) => ({ name, values: finals.filter(Number.isFinite) }))
  const x = valueAxis(
    `${texts.final}: ${metric}`,
    known.flatMap(({ values }) => values),
    { direction, log, texts },
  )
  return {
    x: x.axis,
    y: { title: '', scale: 'rows', rows: groups.map(({ name }) => name) },
    marks: known.flatMap(({ name, values }, row): Mark[] => [
      {
        kind: 'boxes',
        name: '',
        tone: row,
        boxes: values.length < 2 ? [] : [boxOf(values, row)],
      },
      {
        kind: 'points',
        name,
        tone: row,
        points: values.map((value, run) => ({ x: value, y: row + spread(run, values.length) })),
      },
    ]),
    table: {
      columns: [texts.group, texts.run, texts.final, texts.trials],
      rows: groups.flatMap(({ name, finals, trialCounts }) =>
        finals.map((value, run) => [
          name,
          run + 1,
          Number.isNaN(value) ? null : value,
          trialCounts[run] as number,
        ]),
      ),
    },
    empty: known.every(({ values }) => values.length === 0) ? texts.noTrials : null,
    notes: x.notes,
  }
}

/** What trainings with new seeds gave: every one a point, the mean with its interval, and what the search had said. */
export function confirmationModel(
  { configurations, metric }: Confirmation,
  texts: ChartTexts,
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
      {
        kind: 'points',
        name: texts.run,
        tone: 'accent',
        points: configurations.flatMap(({ values }, row) =>
          values
            .map((value, run) => ({ x: value, y: row + spread(run, values.length) }))
            .filter(point => Number.isFinite(point.x)),
        ),
      },
      {
        kind: 'points',
        name: texts.inSearch,
        tone: 'best',
        shape: 'circle',
        points: configurations.flatMap(({ originalValue }, row) =>
          originalValue === null ? [] : [{ x: originalValue, y: row }],
        ),
      },
    ],
    table: {
      columns: [texts.trial, texts.inSearch, texts.mean, texts.low, texts.high, texts.count],
      rows: configurations.map((one, row) => [
        rows[row] as string,
        one.originalValue,
        one.mean,
        ...one.interval,
        one.values.length,
      ]),
    },
    empty: configurations.length === 0 ? texts.noTrials : null,
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
function spread(index: number, count: number): number {
  return count < 2 ? 0 : 0.4 * (index / (count - 1) - 0.5)
}
