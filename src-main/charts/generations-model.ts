import { goalLabel } from '../core/i18n/metric-label.ts'
import type { Ancestor } from '../core/questions/analysis.ts'
import { genealogy } from '../math/evolution/genealogy.ts'
import { generationStatistics } from '../math/evolution/generation-statistics.ts'
import { goalValue } from '../analysis/history/progress.ts'
import { clamp } from '../math/numbers.ts'
import {
  bandOf,
  type ChartModel,
  emptyChart,
  pointsOf,
  line,
  band,
  dots,
  titles,
} from './chart-model.ts'
import {
  type AxisWish,
  nothingToShow,
  shadesOf,
  valueAxis,
  wishOf,
  type GoalQuestion,
} from './goal-values.ts'

interface Asked extends GoalQuestion, Partial<AxisWish> {
  readonly ancestry: readonly Ancestor[]
  readonly sampler: string
}

/** Best, average and spread of the trials of each generation, over all islands. */
export function generationsModel(question: Asked): ChartModel {
  const { ancestry, trials, goal, sampler, t } = question
  if (ancestry.length === 0) return emptyChart(t('chart.noGenerations', { sampler }))
  const byNumber = new Map(trials.map(trial => [trial.number, trial]))
  const values = new Map<number, number[]>()
  for (const { number, generation } of ancestry) {
    const trial = byNumber.get(number)
    if (trial?.state !== 'complete') continue
    const value = goalValue(trial, goal)
    values.set(generation, [
      ...(values.get(generation) ?? []),
      Number.isFinite(value) ? value : Number.NaN,
    ])
  }
  const statistics = [...values.entries()]
    .sort(([a], [b]) => a - b)
    .map(([generation, list]) => ({ generation, ...generationStatistics(list) }))
  const nonEmpty = statistics.filter(({ count }) => count > 0)
  const steps = nonEmpty.map(({ generation }) => generation)
  const [least, most] = [
    nonEmpty.map(({ minimum }) => minimum),
    nonEmpty.map(({ maximum }) => maximum),
  ]
  // No further than there are values: beyond them it would look like the range.
  const within = (side: 1 | -1) =>
    nonEmpty.map(({ minimum, maximum, average, standardDeviation }) =>
      clamp(average + side * standardDeviation, minimum, maximum),
    )
  const best = goal.direction === 'minimize' ? least : most
  const average = nonEmpty.map(statistic => statistic.average)
  const tone = 'accent'
  const drawnValues = [...least, ...average, ...most]
  const { axis, notes } = valueAxis(goalLabel(goal), drawnValues, {
    ...goal,
    ...wishOf(question),
    t,
  })
  return {
    x: { title: t('chart.generation'), scale: 'linear', unit: 'whole' },
    y: axis,
    marks: [
      band(t('chart.range'), tone, bandOf(steps, least, most)),
      band(t('chart.uncertainty'), tone, bandOf(steps, within(-1), within(1))),
      line(t('chart.average'), tone, pointsOf(steps, average)),
      line(t('chart.best'), 'best', pointsOf(steps, best)),
    ],
    table: {
      columns: titles(t, 'generation', 'count', 'best', 'average', 'deviation'),
      rows: nonEmpty.map(({ generation, count, average, standardDeviation }, index) => [
        generation,
        count,
        best[index] as number,
        average,
        standardDeviation,
      ]),
    },
    empty: nonEmpty.length === 0 ? nothingToShow(trials, t) : null,
    notes,
  }
}

/** Trial `of` with its ancestors: a point per trial by generation and value, a line to each parent. */
export function genealogyModel({
  of,
  ancestry,
  trials,
  goal,
  sampler,
  t,
  ...wish
}: Asked & { readonly of: number | null }): ChartModel {
  if (ancestry.length === 0) return emptyChart(t('chart.noGenerations', { sampler }))
  if (of === null) return emptyChart(nothingToShow(trials, t))
  const ancestorByNumber = new Map(ancestry.map(ancestor => [ancestor.number, ancestor]))
  const family = genealogy(of, number => ancestorByNumber.get(number)?.parents)
  const values = new Map(trials.map(trial => [trial.number, goalValue(trial, goal)]))
  const shades = shadesOf(trials, goal)
  const members = new Set([of, ...family.keys(), ...[...family.values()].flat()])
  const point = (number: number) => ({
    x: ancestorByNumber.get(number)?.generation ?? 0,
    y: values.get(number) ?? Number.NaN,
    trial: number,
    shade: shades.get(number) ?? 0,
  })
  const points = [...members].map(point).filter(({ y }) => Number.isFinite(y))
  const trialPoints = points
    .filter(({ trial }) => trial === of)
    .map(({ x, y, trial }) => ({ x, y, trial }))
  const lines = [...family].flatMap(([child, parents]) =>
    parents.flatMap(parent => [point(parent), point(child), { x: 0, y: Number.NaN }]),
  )
  const drawn = points.map(({ y }) => y)
  const { axis, notes } = valueAxis(goalLabel(goal), drawn, { ...goal, ...wishOf(wish), t })
  return {
    x: { title: t('chart.generation'), scale: 'linear', unit: 'whole' },
    y: axis,
    marks: [
      line(
        '',
        'faint',
        lines.map(({ x, y }) => ({ x, y })),
      ),
      dots(t('chart.parents'), 'accent', points),
      dots(`${t('chart.trial')} ${of}`, 'best', trialPoints),
    ],
    ramp: { kind: 'rank', low: t('chart.worst'), high: t('chart.best') },
    table: {
      columns: [...titles(t, 'trial', 'generation', 'group', 'parents'), goalLabel(goal)],
      units: ['trial'],
      rows: [...members]
        .sort((a, b) => b - a)
        .map(number => [
          number,
          ancestorByNumber.get(number)?.generation ?? null,
          ancestorByNumber.get(number)?.group ?? null,
          (ancestorByNumber.get(number)?.parents ?? []).join(', '),
          values.get(number) ?? null,
        ]),
    },
    empty: points.length === 0 ? nothingToShow(trials, t) : null,
    notes,
  }
}
