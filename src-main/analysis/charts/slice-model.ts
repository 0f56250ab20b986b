import { ownValue } from '../../contract/named-values.ts'
import type { ChartTexts } from '../../contract/i18n/chart-texts.ts'
import type { ParameterAxis } from '../parallel/parameter-axis.ts'
import { type ChartAxis, type ChartModel, type ChartTrial, tableValue } from './chart-model.ts'
import { type GoalOf, goalValue, nothingToShow, scaleFor, shadesOf } from './goal-values.ts'

export interface SliceQuestion {
  readonly trials: readonly ChartTrial[]
  readonly axis: ParameterAxis
  readonly goal: GoalOf
  readonly log: boolean
  readonly texts: ChartTexts
  readonly all?: number
}

/** The goal along one parameter: a point per trial in which it was active, later ones darker. */
export function sliceModel(question: SliceQuestion): ChartModel {
  const { axis, goal, texts } = question
  const shown = question.trials.flatMap(trial => {
    const x = axisNumber(axis, trial)
    const y = goalValue(trial, goal)
    return x === null || !Number.isFinite(y) ? [] : [{ trial, x, y }]
  })
  const newest = Math.max(1, ...shown.map(({ trial }) => trial.number))
  const pruned = shown.filter(({ trial }) => trial.state === 'pruned')
  const complete = shown.filter(({ trial }) => trial.state === 'complete')
  const y = scaleFor(
    shown.map(point => point.y),
    question.log,
    texts,
  )
  const point = ({ trial, x, y: value }: (typeof shown)[number]) => ({
    x,
    y: value,
    trial: trial.number,
  })
  const some = question.trials.some(trial => Number.isFinite(goalValue(trial, goal)))
  return {
    x: parameterChartAxis(axis),
    y: { title: goal.metric, scale: y.scale },
    marks: [
      {
        kind: 'points',
        name: texts.pruned,
        tone: 'pruned',
        hollow: true,
        points: pruned.map(point),
      },
      {
        kind: 'points',
        name: texts.complete,
        tone: 'accent',
        points: complete.map(one => ({ ...point(one), shade: one.trial.number / newest })),
      },
    ],
    table: {
      columns: [texts.trial, axis.name, goal.metric],
      rows: shown.map(({ trial, y: value }) => [
        trial.number,
        tableValue(ownValue(trial.parameters, axis.name)),
        value,
      ]),
    },
    empty:
      shown.length > 0
        ? null
        : some
          ? texts.noneActive
          : nothingToShow(question.trials, texts, question.all),
    notes: y.notes,
  }
}

/** Two parameters against each other, every trial coloured by the rank of its value. */
export function rankModel({
  trials,
  axes: [across, up],
  goal,
  texts,
  all,
}: {
  readonly trials: readonly ChartTrial[]
  readonly axes: readonly [ParameterAxis, ParameterAxis]
  readonly goal: GoalOf
  readonly texts: ChartTexts
  readonly all?: number
}): ChartModel {
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
  const byNumber = new Map(trials.map(trial => [trial.number, trial]))
  return {
    x: parameterChartAxis(across),
    y: parameterChartAxis(up),
    marks: [{ kind: 'points', name: texts.rank, tone: 'accent', points }],
    table: {
      columns: [texts.trial, across.name, up.name, goal.metric, texts.rank],
      rows: points.toReversed().map(({ trial }, index) => {
        const known = byNumber.get(trial) as ChartTrial
        return [
          trial,
          tableValue(ownValue(known.parameters, across.name)),
          tableValue(ownValue(known.parameters, up.name)),
          goalValue(known, goal),
          index + 1,
        ]
      }),
    },
    empty:
      points.length > 0
        ? null
        : shades.size > 0
          ? texts.noneActive
          : nothingToShow(trials, texts, all),
    notes: [],
  }
}

/** A parameter's value as a number on its axis: the value itself, or the place of a choice; null if not active. */
export function axisNumber(
  axis: ParameterAxis,
  { parameters }: Pick<ChartTrial, 'parameters'>,
): number | null {
  if (!Object.hasOwn(parameters, axis.name)) return null
  const value = ownValue(parameters, axis.name)
  if (axis.kind === 'numeric') return typeof value === 'number' ? value : null
  const place = axis.values.findIndex(candidate => candidate === value)
  return place < 0 ? null : place
}

export function parameterChartAxis(axis: ParameterAxis): ChartAxis {
  return axis.kind === 'numeric'
    ? { title: axis.name, scale: axis.log ? 'log' : 'linear' }
    : { title: axis.name, scale: 'rows', rows: axis.values.map(String) }
}
