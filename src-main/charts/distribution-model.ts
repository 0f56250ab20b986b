import type { Translate } from '../i18n/translate.ts'
import { distributionBand, empiricalDistribution } from '../analysis/statistics/edf.ts'
import { type ChartTrial, type GoalOf, goalValue } from '../analysis/history/progress.ts'
import type { Goal } from '../contract/study-specification.ts'
import type { ChartModel, Mark, Tone } from './chart-model.ts'
import { nothingToShow, valueAxis } from './goal-values.ts'

export interface DistributionQuestion {
  readonly trials: readonly ChartTrial[]
  readonly goal: GoalOf
  readonly log: boolean
  readonly t: Translate
  readonly all?: number
}

/** How likely the search finds a value at least this good: one line, with a band that holds the whole true one at 95 %. */
export function distributionModel(question: DistributionQuestion): ChartModel {
  const { goal, t } = question
  const complete = question.trials.filter(({ state }) => state === 'complete')
  const values = complete.map(trial => goalValue(trial, goal))
  const finite = values.filter(Number.isFinite)
  const model = jointDistribution(
    [{ name: t('state.complete'), tone: 'accent', values, band: true }],
    {
      ...{ metric: goal.metric, direction: goal.direction, log: question.log, t },
    },
  )
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
  readonly band?: boolean
}

/** Several distributions in one chart. */
export function jointDistribution(
  lines: readonly DistributionLine[],
  {
    metric,
    ...options
  }: { metric: string; direction: Goal['direction']; log: boolean; t: Translate },
): ChartModel {
  const marks: Mark[] = []
  const rows: (string | number)[][] = []
  const { t } = options
  const x = valueAxis(
    metric,
    lines.flatMap(({ values }) => values),
    options,
  )
  for (const { name, tone, values, band } of lines) {
    const edf = empiricalDistribution(values)
    const steps = edf.values.flatMap((x, index) =>
      Number.isFinite(x) ? [{ x, y: edf.shares[index] as number }] : [],
    )
    if (steps.length === 0) continue
    if (band === true) {
      const half = distributionBand(edf)
      marks.push({
        kind: 'band',
        name: '95 %',
        tone,
        stepped: true,
        points: steps.map(({ x, y }) => ({
          x,
          low: Math.max(0, y - half),
          high: Math.min(1, y + half),
        })),
      })
    }
    marks.push({ kind: 'line', name, tone, stepped: true, points: steps })
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
