import { goalLabel } from '../core/i18n/metric-label.ts'
import { extentOf } from '../analysis/statistics/robust-range.ts'
import type { HypervolumeAnswer } from '../core/questions/analysis.ts'
import { isFeasible } from '../core/study/constraints.ts'
import { formatNumber } from '../core/i18n/format-number.ts'
import type { Translate } from '../core/i18n/translate.ts'
import type { Goal } from '../core/study/study-specification.ts'
import { paretoTrials } from '../math/pareto/pareto-trials.ts'
import type { ChartTrial } from '../analysis/history/progress.ts'
import { type ChartModel, emptyChart, type MarkPoint, line, dots } from './chart-model.ts'
import { type AxisWish, infeasibleDots, nothingToShow, valueAxis, wishOf } from './goal-values.ts'

export interface ParetoQuestion extends Partial<AxisWish> {
  readonly trials: readonly ChartTrial[]
  readonly goals: readonly Goal[]
  /** Which goals stand across and up. */
  readonly across: number
  readonly up: number
  readonly t: Translate
  readonly all?: number
}

/** Every trial by two of its goals; the front is that of all goals, so with three it may look dented in a plane. */
export function paretoModel(question: ParetoQuestion): ChartModel {
  const { trials, goals, across, up, t } = question
  const [first, second] = [goals[across], goals[up]]
  if (goals.length < 2 || first === undefined || second === undefined) {
    return emptyChart(t('chart.oneGoal'))
  }
  const measured = trials.filter(
    trial =>
      trial.state === 'complete' && goals.every((_, goal) => Number.isFinite(trial.values[goal])),
  )
  const front = paretoTrials(measured, goals)
  const onFront = new Set(front.map(({ number }) => number))
  const point = ({ number, values }: ChartTrial): MarkPoint => ({
    x: values[across] as number,
    y: values[up] as number,
    trial: number,
  })
  const axisOf = (goal: Goal, index: number) => {
    const values = measured.map(trial => trial.values[index] ?? Number.NaN)
    return valueAxis(goalLabel(goal), values, { ...goal, ...wishOf(question), t })
  }
  const [x, y] = [axisOf(first, across), axisOf(second, up)]
  const ordered = front.map(point).sort((a, b) => a.x - b.x)
  const others = measured.filter(({ number }) => !onFront.has(number))
  const broken = others.filter(trial => !isFeasible(trial))
  return {
    x: x.axis,
    y: y.axis,
    marks: [
      infeasibleDots(broken.map(point), t),
      dots(t('chart.dominated'), 'faint', others.filter(isFeasible).map(point)),
      ...(goals.length === 2 ? [line('', 'best', ordered, { dash: 1 })] : []),
      dots(t('chart.front'), 'best', ordered),
    ],
    table: {
      columns: [t('chart.trial'), ...goals.map(goalLabel), t('chart.front')],
      units: ['trial'],
      rows: [...front, ...others].map(trial => [
        trial.number,
        ...goals.map((_, goal) => trial.values[goal] as number),
        onFront.has(trial.number) ? '✓' : '',
      ]),
    },
    empty: measured.length === 0 ? nothingToShow(trials, t, question.all) : null,
    notes: [...new Set([...x.notes, ...y.notes])],
  }
}

/** A trial by three goals, each 0 … 1 from the lowest to the highest value. */
export interface SpacePoint {
  readonly trial: number
  readonly at: readonly [number, number, number]
  readonly front: boolean
}

/** @param shownGoals the places of three goals */
export function frontSpace(
  trials: readonly ChartTrial[],
  goals: readonly Goal[],
  shownGoals: readonly [number, number, number],
): SpacePoint[] {
  const measured = trials.filter(
    ({ state, values }) =>
      state === 'complete' && shownGoals.every(goal => Number.isFinite(values[goal])),
  )
  const front = new Set(paretoTrials(measured, goals).map(({ number }) => number))
  const ends = shownGoals.map(goal =>
    extentOf(measured.map(({ values }) => values[goal] as number)),
  )
  return measured.map(({ number, values }) => ({
    trial: number,
    front: front.has(number),
    at: shownGoals.map((goal, index) => {
      const { low, high } = ends[index] ?? { low: 0, high: 0 }
      return high === low ? 0.5 : ((values[goal] as number) - low) / (high - low)
    }) as unknown as SpacePoint['at'],
  }))
}

/** The volume that the trials dominate, trial by trial. */
export function hypervolumeModel(
  answer: HypervolumeAnswer | null,
  goals: readonly Goal[],
  t: Translate,
): ChartModel {
  const [x, y] = [t('chart.trial'), t('chart.hypervolume')]
  if (goals.length < 2) return emptyChart(t('chart.oneGoal'), x, y)
  if (answer === null) return emptyChart(t('chart.noTrials'), x, y)
  const points = answer.steps.map(({ number, hypervolume }) => ({
    x: number,
    y: hypervolume,
    trial: number,
  }))
  const reference = goals.map(
    ({ metric }, goal) => `${metric} = ${formatNumber(answer.reference[goal] ?? Number.NaN)}`,
  )
  return {
    x: { title: x, scale: 'linear', unit: 'trial' },
    y: { title: y, scale: 'linear' },
    marks: [line(y, 'best', points, { stepped: true })],
    table: {
      columns: [x, y],
      units: ['trial'],
      rows: points.map(({ trial, y }) => [trial, y]),
    },
    empty: points.length === 0 ? t('chart.noTrials') : null,
    notes: [t('chart.referencePoint', { point: reference.join(t('list.separator')) })],
  }
}
