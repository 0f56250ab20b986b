import { goalLabel } from '../core/i18n/metric-label.ts'
import { ownValue } from '../core/values/named-values.ts'
import { bestTrial } from '../core/trial/ranking.ts'
import { type ChartTrial, goalValue } from '../analysis/history/progress.ts'
import type { ParameterAxis } from '../analysis/parallel/parameter-axis.ts'
import { type ChartAxis, type ChartModel, tableValue, dots } from './chart-model.ts'
import {
  type AxisWish,
  bestRing,
  nothingToShow,
  shadesOf,
  stateMarks,
  valueAxis,
  wishOf,
  type GoalQuestion,
} from './goal-values.ts'

export interface SliceQuestion extends GoalQuestion, AxisWish {
  readonly axis: ParameterAxis
  /** Gets a ring. */
  readonly best?: number
}

/** The goal along one parameter: a point per trial in which it was active, later ones darker. */
export function sliceModel(question: SliceQuestion): ChartModel {
  const { axis, goal, t } = question
  const withValue = question.trials.filter(trial => Number.isFinite(goalValue(trial, goal)))
  const shownPoints = withValue.flatMap(trial => {
    const x = axisNumber(axis, trial)
    return x === null ? [] : [{ trial, x: x + spread(axis, trial), y: goalValue(trial, goal) }]
  })
  const newest = shownPoints.reduce((most, { trial }) => Math.max(most, trial.number), 1)
  // The same values in all slices of a study, so that they have one axis.
  const values = withValue.map(trial => goalValue(trial, goal))
  const y = valueAxis(goalLabel(goal), values, { ...goal, ...wishOf(question), t })
  return {
    x: parameterChartAxis(axis),
    y: y.axis,
    marks: [
      ...stateMarks(
        shownPoints.map(({ trial, x, y: value }) => ({
          of: trial,
          x,
          y: value,
          ...(trial.state === 'complete' ? { shade: trial.number / newest } : {}),
        })),
        t,
      ),
      bestRing(shownPoints.find(({ trial }) => trial.number === question.best)),
    ],
    ramp: { kind: 'order', low: t('chart.earlier'), high: t('chart.later') },
    table: {
      columns: [t('chart.trial'), axis.name, goalLabel(goal)],
      units: ['trial'],
      rows: shownPoints.map(({ trial, y }) => [trial.number, cellOf(axis, trial), y]),
    },
    empty:
      shownPoints.length > 0
        ? null
        : withValue.length > 0
          ? t('chart.noneActive')
          : nothingToShow(question.trials, t, question.all),
    notes: y.notes,
  }
}

/** Points of one choice beside one another. Multiples of the golden ratio spread neighbors evenly, and the same way every time. */
function spread(axis: ParameterAxis, { number }: ChartTrial): number {
  return axis.kind === 'categorical' ? 0.6 * (((number * 0.618034) % 1) - 0.5) : 0
}
/** Two parameters against each other, every trial colored by the rank of its value. */
export function rankModel({
  trials,
  axes: [across, up],
  goal,
  t,
  all,
}: GoalQuestion & { readonly axes: readonly [ParameterAxis, ParameterAxis] }): ChartModel {
  const shades = shadesOf(trials, goal)
  const points = trials
    .flatMap(trial => {
      const x = axisNumber(across, trial)
      const y = axisNumber(up, trial)
      const shade = shades.get(trial.number)
      return x === null || y === null || shade === undefined
        ? []
        : [{ x, y, shade, trial: trial.number }]
    })
    // The best in front.
    .sort((a, b) => a.shade - b.shade)
  const best = bestTrial(trials, goal)?.number
  const byNumber = new Map(trials.map(trial => [trial.number, trial]))
  return {
    x: parameterChartAxis(across),
    y: parameterChartAxis(up),
    marks: [
      dots(t('chart.rank'), 'accent', points),
      dots(
        t('chart.bestMark'),
        'best',
        points.filter(({ trial }) => trial === best).map(({ x, y, trial }) => ({ x, y, trial })),
        'star',
      ),
    ],
    ramp: { kind: 'rank', low: t('chart.worst'), high: t('chart.best') },
    table: {
      columns: [t('chart.trial'), across.name, up.name, goalLabel(goal), t('chart.rank')],
      units: ['trial'],
      rows: points.toReversed().map(({ trial }, index) => {
        const of = byNumber.get(trial) as ChartTrial
        return [trial, cellOf(across, of), cellOf(up, of), goalValue(of, goal), index + 1]
      }),
    },
    empty:
      points.length > 0
        ? null
        : shades.size > 0
          ? t('chart.noneActive')
          : nothingToShow(trials, t, all),
    notes: [],
  }
}

function cellOf({ name }: ParameterAxis, { parameters }: ChartTrial): string | number | null {
  return tableValue(ownValue(parameters, name))
}

/** A parameter's value as a number on its axis: the value itself, or the place of a choice; null if not active. */
export function axisNumber(
  axis: ParameterAxis,
  { parameters }: Pick<ChartTrial, 'parameters'>,
): number | null {
  if (!Object.hasOwn(parameters, axis.name)) return null
  const value = ownValue(parameters, axis.name)
  if (axis.kind === 'numeric') return typeof value === 'number' ? value : null
  const index = axis.values.findIndex(candidate => candidate === value)
  return index < 0 ? null : index
}

export function parameterChartAxis(axis: ParameterAxis): ChartAxis {
  return axis.kind === 'numeric'
    ? {
        title: axis.name,
        scale: axis.log ? 'log' : 'linear',
        range: { low: axis.low, high: axis.high },
        ...(axis.whole ? { unit: 'whole' } : {}),
      }
    : { title: axis.name, scale: 'rows', rows: axis.values.map(String) }
}
