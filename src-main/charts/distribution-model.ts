import type { Translate } from '../core/i18n/translate.ts'
import { distributionBand, empiricalDistribution } from '../analysis/statistics/edf.ts'
import { goalValue } from '../analysis/history/progress.ts'
import type { Goal } from '../core/study/study-specification.ts'
import { type ChartModel, type Mark, type Tone, band, line } from './chart-model.ts'
import {
  type AxisWish,
  type GoalQuestion,
  nothingToShow,
  valueAxis,
  wishOf,
} from './goal-values.ts'

export type DistributionQuestion = GoalQuestion & AxisWish

/** How likely the search finds a value at least this good: one line, with a band that holds the whole true one at 95 %. */
export function distributionModel(question: DistributionQuestion): ChartModel {
  const { goal, t } = question
  const values = question.trials
    .filter(({ state }) => state === 'complete')
    .map(trial => goalValue(trial, goal))
  const finite = values.filter(Number.isFinite)
  const complete = { name: t('state.complete'), tone: 'accent', values, hasBand: true } as const
  const model = jointDistribution([complete], { ...goal, ...wishOf(question), t })
  const leftOut = values.length - finite.length
  return {
    ...model,
    empty: finite.length === 0 ? nothingToShow(question.trials, t, question.all) : null,
    notes: [...model.notes, ...(leftOut > 0 ? [t('chart.leftOut', { count: leftOut })] : [])],
  }
}

export interface DistributionLine {
  readonly name: string
  readonly tone: Tone
  readonly values: readonly number[]
  readonly hasBand?: boolean
}

/** Several distributions in one chart. */
export function jointDistribution(
  lines: readonly DistributionLine[],
  { metric, ...options }: AxisWish & { metric: string; direction: Goal['direction']; t: Translate },
): ChartModel {
  const marks: Mark[] = []
  const rows: (string | number)[][] = []
  const { t } = options
  const all = lines.flatMap(({ values }) => values)
  const x = valueAxis(metric, all, options)
  for (const { name, tone, values, hasBand } of lines) {
    const edf = empiricalDistribution(values)
    const steps = edf.values.flatMap((x, index) =>
      Number.isFinite(x) ? [{ x, y: edf.shares[index] as number }] : [],
    )
    if (steps.length === 0) continue
    if (hasBand === true) {
      const half = distributionBand(edf)
      const points = steps.map(({ x, y }) => ({
        x,
        low: Math.max(0, y - half),
        high: Math.min(1, y + half),
      }))
      marks.push(band('95 %', tone, points, { stepped: true }))
    }
    marks.push(line(name, tone, steps, { stepped: true }))
    for (const { x, y } of steps) rows.push([name, x, y])
  }
  return {
    x: x.axis,
    y: { title: t('chart.share'), scale: 'linear', unit: 'share' },
    marks,
    table: {
      columns: [t('chart.group'), metric, t('chart.share')],
      units: [undefined, 'metric', 'share'],
      rows,
    },
    empty: marks.length === 0 ? t('chart.noTrials') : null,
    notes: x.notes,
  }
}
