import { goalLabel } from '../core/i18n/metric-label.ts'
import { extentOf } from '../analysis/statistics/robust-range.ts'
import type { DependenceAnswer, Outcome } from '../core/questions/analysis.ts'
import { formatNumber } from '../core/i18n/format-number.ts'
import type { Translate } from '../core/i18n/translate.ts'
import type { ParameterValue } from '../core/trial/trial.ts'
import type { ParameterAxis } from '../analysis/parallel/parameter-axis.ts'
import type { ChartTrial, GoalOf } from '../analysis/history/progress.ts'
import {
  type Cell,
  type ChartModel,
  emptyChart,
  tableValue,
  line,
  band,
  dots,
  titles,
} from './chart-model.ts'
import { refusalText } from './importance-model.ts'
import { axisNumber, parameterChartAxis } from './slice-model.ts'

interface Asked {
  readonly outcome: Outcome<DependenceAnswer>
  readonly goal: GoalOf
  readonly t: Translate
}

/** The expected goal along one parameter, with one deviation of the model to either side. */
export function dependenceModel({
  outcome,
  axis,
  goal,
  t,
}: Asked & { readonly axis: ParameterAxis }): ChartModel {
  const y = t('chart.expected', { metric: goalLabel(goal) })
  if (!outcome.ok) return emptyChart(refusalText(outcome, t), axis.name, y)
  const { values, mean, deviation } = outcome.result
  const points = (values[0] ?? []).map((value, index) => ({
    value,
    x: positionOf(axis, value),
    y: mean[index] as number,
    half: deviation[index] as number,
  }))
  const around = points.map(({ x, y, half }) => ({ x, low: y - half, high: y + half }))
  return {
    x: parameterChartAxis(axis),
    y: { title: y, scale: 'linear' },
    marks: [
      band(t('chart.uncertainty'), 'accent', around),
      line(t('chart.mean'), 'accent', points),
    ],
    table: {
      columns: [axis.name, t('chart.mean'), t('chart.deviation')],
      rows: points.map(({ value, y: middle, half }) => [tableValue(value), middle, half]),
    },
    empty: null,
    notes: [],
  }
}

/** The expected goal over a plane of two parameters, with the trials on top. */
export function contourModel({
  outcome,
  axes: [across, up],
  goal,
  t,
  trials,
}: Asked & {
  readonly axes: readonly [ParameterAxis, ParameterAxis]
  readonly trials: readonly ChartTrial[]
}): ChartModel {
  if (!outcome.ok) return emptyChart(refusalText(outcome, t), across.name, up.name)
  const { values, mean, deviation } = outcome.result
  const columns = values[0] ?? []
  const rows = values[1] ?? []
  const { low, high } = extentOf(mean) ?? { low: 0, high: 0 }
  const shadeOf = (value: number): number => {
    const share = high === low ? 1 : (value - low) / (high - low)
    return goal.direction === 'minimize' ? 1 - share : share
  }
  const cells = columns.flatMap((x, column) =>
    rows.map((y, row): Cell => {
      const value = mean[column * rows.length + row] as number
      return {
        x: between(across, columns, column),
        y: between(up, rows, row),
        shade: shadeOf(value),
        text: `${across.name} ${short(x)}, ${up.name} ${short(y)}: ${short(value)}`,
      }
    }),
  )
  const points = trials.flatMap(trial => {
    const x = axisNumber(across, trial)
    const y = axisNumber(up, trial)
    return trial.state !== 'complete' || x === null || y === null
      ? []
      : [{ x, y, trial: trial.number }]
  })
  return {
    x: parameterChartAxis(across),
    y: parameterChartAxis(up),
    ramp: {
      kind: 'rank',
      low: short(goal.direction === 'minimize' ? high : low),
      high: short(goal.direction === 'minimize' ? low : high),
    },
    marks: [
      { kind: 'cells', name: '', tone: 'accent', cells },
      dots(t('chart.trials'), 'quiet', points, 'circle'),
    ],
    table: {
      columns: [across.name, up.name, ...titles(t, 'mean', 'deviation')],
      rows: columns.flatMap((x, column) =>
        rows.map((y, row) => {
          const at = column * rows.length + row
          return [tableValue(x), tableValue(y), mean[at] as number, deviation[at] as number]
        }),
      ),
    },
    empty: null,
    notes: [],
  }
}

function positionOf(axis: ParameterAxis, value: ParameterValue): number {
  return axisNumber(axis, { parameters: { [axis.name]: value } }) ?? 0
}

/** A cell reaches half way to its neighbors, on the axis's own scale; the outer ones end at the bounds. */
function between(
  axis: ParameterAxis,
  values: readonly ParameterValue[],
  index: number,
): readonly [number, number] {
  const position = positionOf(axis, values[index] as ParameterValue)
  if (axis.kind === 'categorical') return [position - 0.5, position + 0.5]
  const middle = (neighbor: ParameterValue | undefined): number => {
    if (neighbor === undefined) return position
    const other = positionOf(axis, neighbor)
    return axis.log ? Math.sqrt(position * other) : (position + other) / 2
  }
  return [middle(values[index - 1]), middle(values[index + 1])]
}

function short(value: ParameterValue): string {
  return typeof value === 'number' ? formatNumber(value) : String(value)
}
