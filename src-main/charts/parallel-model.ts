import { goalLabel } from '../core/i18n/metric-label.ts'
import { type GoalOf, goalValue, type OutlineTrial } from '../analysis/history/progress.ts'
import { axisPosition, type ParameterAxis } from '../analysis/parallel/parameter-axis.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { ownValue } from '../core/values/named-values.ts'
import type { Assignment } from '../core/trial/trial.ts'
import {
  type ChartModel,
  emptyChart,
  type Mark,
  type ParallelAxis,
  type ParallelLine,
  tableValue,
} from './chart-model.ts'
import { nothingToShow, valueAxis } from './goal-values.ts'
import { numericAxis, type Tick } from './numeric-axis.ts'

export type ParallelMark = Extract<Mark, { kind: 'parallel' }>

/** An axis as a person arranged it. */
export type ShownAxis = ParameterAxis & { readonly inverted?: boolean }

/**
 * One vertical axis for each goal, then for each parameter, and one line for each trial, colored by rank; the best come last, so
 * that they are drawn on top.
 */
export function parallelModel({
  ranked,
  axes,
  goals = [],
  goal,
  best,
  t,
  all,
}: {
  /** Trials that have a value, best first. */
  readonly ranked: readonly (OutlineTrial & { readonly parameters: Assignment })[]
  readonly axes: readonly ShownAxis[]
  /** Goals with an axis of their own. */
  readonly goals?: readonly GoalOf[]
  /** The goal that ranks. */
  readonly goal: GoalOf
  /** Stands out. */
  readonly best?: number
  readonly t: Translate
  readonly all?: number
}): ChartModel {
  if (ranked.length === 0) return emptyChart(nothingToShow(ranked, t, all))
  const measured = goals.map(measuredGoal => {
    const values = ranked.map(trial => goalValue(trial, measuredGoal)).filter(Number.isFinite)
    const { axis } = valueAxis(goalLabel(measuredGoal), values, { ...measuredGoal, log: 'auto', t })
    const { low, high } = axis.range ?? { low: 0, high: 1 }
    const sign = measuredGoal.direction === 'minimize' ? '↓' : '↑'
    return {
      measuredGoal,
      log: axis.scale === 'log',
      low,
      high,
      title: `${sign} ${goalLabel(measuredGoal)}`,
    }
  })
  const along = (value: number, { low, high, log }: (typeof measured)[number]): number | null => {
    if (!Number.isFinite(value)) return null
    const name = 'value'
    const position = axisPosition(
      { kind: 'numeric', name, low, high, log, whole: false },
      { value },
    )
    return position === null ? null : Math.min(1, Math.max(0, position))
  }
  const count = Math.max(1, ranked.length - 1)
  const lines = ranked.map((trial, rank): ParallelLine => ({
    trial: trial.number,
    positions: [
      ...measured.map(axis => along(goalValue(trial, axis.measuredGoal), axis)),
      ...axes.map(axis => {
        const position = axisPosition(axis, trial.parameters)
        return position === null || axis.inverted !== true ? position : 1 - position
      }),
    ],
    shade: 1 - rank / count,
    ...(trial.number === best
      ? { tone: 'best' }
      : trial.state === 'pruned'
        ? { tone: 'pruned' }
        : {}),
  }))
  const mark: ParallelMark = {
    kind: 'parallel',
    name: '',
    tone: 'accent',
    inactive: t('chart.inactive'),
    axes: [
      ...measured.map(({ title, low, high, log }) => ({ title, low, high, log })),
      ...axes.map((axis): ParallelAxis => ({
        title: axis.name,
        ...(axis.inverted === true ? { inverted: true } : {}),
        ...(axis.kind === 'numeric'
          ? { low: axis.low, high: axis.high, log: axis.log, whole: axis.whole }
          : { values: axis.values.map(String) }),
      })),
    ],
    lines: lines.reverse(),
  }
  return {
    x: { title: '', scale: 'rows', rows: mark.axes.map(({ title }) => title) },
    y: { title: '', scale: 'linear', unit: 'share' },
    marks: [mark],
    ramp: { kind: 'rank', low: t('chart.worst'), high: t('chart.best') },
    get table() {
      return {
        columns: [t('chart.trial'), ...axes.map(({ name }) => name), goalLabel(goal)],
        units: ['trial'] as const,
        rows: ranked.map(trial => [
          trial.number,
          ...axes.map(({ name }) => tableValue(ownValue(trial.parameters, name))),
          goalValue(trial, goal),
        ]),
      }
    },
    empty: null,
    notes: [],
  }
}

/** Ticks of an axis, 0 (bottom) to 1 (top); of very many choices only every second, third … @param room how many fit */
export function parallelTicks(axis: ParallelAxis, room: number): readonly Tick[] {
  const turned = (tick: Tick): Tick =>
    axis.inverted === true ? { ...tick, at: 1 - tick.at } : tick
  if (!('values' in axis)) {
    const ticks = Math.min(5, room)
    return numericAxis({ ...axis, from: 0, to: 1, ticks }).ticks.map(turned)
  }
  const { values } = axis
  const stride = Math.ceil(values.length / Math.max(1, room))
  return values
    .map((label, value) => ({
      value,
      label,
      at: values.length === 1 ? 0.5 : value / (values.length - 1),
    }))
    .filter((_, index) => index % stride === 0)
    .map(turned)
}
