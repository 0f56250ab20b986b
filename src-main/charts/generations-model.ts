import type { Ancestor } from '../contract/api/analysis.ts'
import type { Translate } from '../i18n/translate.ts'
import { genealogy } from '../math/evolution/genealogy.ts'
import { generationStatistics } from '../math/evolution/generation-statistics.ts'
import { type ChartTrial, type GoalOf, goalValue } from '../analysis/history/progress.ts'
import { bandOf, type ChartModel, emptyChart, pointsOf } from './chart-model.ts'
import { nothingToShow, shadesOf, valueAxis } from './goal-values.ts'

interface Asked {
  readonly ancestry: readonly Ancestor[]
  readonly trials: readonly ChartTrial[]
  readonly goal: GoalOf
  readonly sampler: string
  readonly t: Translate
}

/** Best, average and spread of the trials of each generation, over all islands. */
export function generationsModel({ ancestry, trials, goal, sampler, t }: Asked): ChartModel {
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
  const known = statistics.filter(({ count }) => count > 0)
  const bestOf = (one: (typeof known)[number]): number =>
    goal.direction === 'minimize' ? one.minimum : one.maximum
  const steps = known.map(({ generation }) => generation)
  const [least, most] = [known.map(({ minimum }) => minimum), known.map(({ maximum }) => maximum)]
  // No further than there are values: beyond them it would look like the range.
  const within = (side: 1 | -1) =>
    known.map(({ minimum, maximum, average, standardDeviation }) =>
      Math.min(maximum, Math.max(minimum, average + side * standardDeviation)),
    )
  const best = known.map(bestOf)
  const average = known.map(one => one.average)
  const tone = 'accent'
  const { axis, notes } = valueAxis(goal.metric, [...least, ...average, ...most], {
    ...{ direction: goal.direction, log: false, t },
  })
  return {
    x: { title: t('chart.generation'), scale: 'linear', unit: 'whole' },
    y: axis,
    marks: [
      { kind: 'band', name: t('chart.range'), tone, points: bandOf(steps, least, most) },
      {
        kind: 'band',
        name: t('chart.uncertainty'),
        tone,
        points: bandOf(steps, within(-1), within(1)),
      },
      { kind: 'line', name: t('chart.average'), tone, points: pointsOf(steps, average) },
      { kind: 'line', name: t('chart.best'), tone: 'best', points: pointsOf(steps, best) },
    ],
    table: {
      columns: [
        t('chart.generation'),
        t('chart.count'),
        t('chart.best'),
        t('chart.average'),
        t('chart.deviation'),
      ],
      rows: known.map(one => [
        one.generation,
        one.count,
        bestOf(one),
        one.average,
        one.standardDeviation,
      ]),
    },
    empty: known.length === 0 ? nothingToShow(trials, t) : null,
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
}: Asked & { readonly of: number | null }): ChartModel {
  if (ancestry.length === 0) return emptyChart(t('chart.noGenerations', { sampler }))
  if (of === null) return emptyChart(nothingToShow(trials, t))
  const known = new Map(ancestry.map(ancestor => [ancestor.number, ancestor]))
  const family = genealogy(of, number => known.get(number)?.parents)
  const values = new Map(trials.map(trial => [trial.number, goalValue(trial, goal)]))
  const shades = shadesOf(trials, goal)
  const members = new Set([of, ...family.keys(), ...[...family.values()].flat()])
  const point = (number: number) => ({
    x: known.get(number)?.generation ?? 0,
    y: values.get(number) ?? Number.NaN,
    trial: number,
    shade: shades.get(number) ?? 0,
  })
  const points = [...members].map(point).filter(({ y }) => Number.isFinite(y))
  const lines = [...family].flatMap(([child, parents]) =>
    parents.flatMap(parent => [point(parent), point(child), { x: 0, y: Number.NaN }]),
  )
  return {
    x: { title: t('chart.generation'), scale: 'linear', unit: 'whole' },
    y: { title: goal.metric, scale: 'linear' },
    marks: [
      { kind: 'line', name: '', tone: 'faint', points: lines.map(({ x, y }) => ({ x, y })) },
      { kind: 'points', name: t('chart.parents'), tone: 'accent', points },
      {
        kind: 'points',
        name: `${t('chart.trial')} ${of}`,
        tone: 'best',
        points: points
          .filter(({ trial }) => trial === of)
          .map(({ x, y, trial }) => ({ x, y, trial })),
      },
    ],
    ramp: { kind: 'rank', low: t('chart.worst'), high: t('chart.best') },
    table: {
      columns: [
        t('chart.trial'),
        t('chart.generation'),
        t('chart.group'),
        t('chart.parents'),
        goal.metric,
      ],
      units: ['trial'],
      rows: [...members]
        .sort((a, b) => b - a)
        .map(number => [
          number,
          known.get(number)?.generation ?? null,
          known.get(number)?.group ?? null,
          (known.get(number)?.parents ?? []).join(', '),
          values.get(number) ?? null,
        ]),
    },
    empty: points.length === 0 ? nothingToShow(trials, t) : null,
    notes: [],
  }
}
