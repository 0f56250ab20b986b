import type { Ancestor } from '../contract/api/analysis.ts'
import { type ChartTexts, fillIn } from '../contract/i18n/chart-texts.ts'
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
  readonly texts: ChartTexts
}

/** Best, average and spread of the trials of each generation, over all islands. */
export function generationsModel({ ancestry, trials, goal, sampler, texts }: Asked): ChartModel {
  if (ancestry.length === 0) return emptyChart(fillIn(texts.noGenerations, { sampler }))
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
    ...{ direction: goal.direction, log: false, texts },
  })
  return {
    x: { title: texts.generation, scale: 'linear', unit: 'whole' },
    y: axis,
    marks: [
      { kind: 'band', name: texts.range, tone, points: bandOf(steps, least, most) },
      { kind: 'band', name: texts.uncertainty, tone, points: bandOf(steps, within(-1), within(1)) },
      { kind: 'line', name: texts.average, tone, points: pointsOf(steps, average) },
      { kind: 'line', name: texts.best, tone: 'best', points: pointsOf(steps, best) },
    ],
    table: {
      columns: [texts.generation, texts.count, texts.best, texts.average, texts.deviation],
      rows: known.map(one => [
        one.generation,
        one.count,
        bestOf(one),
        one.average,
        one.standardDeviation,
      ]),
    },
    empty: known.length === 0 ? nothingToShow(trials, texts) : null,
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
  texts,
}: Asked & { readonly of: number | null }): ChartModel {
  if (ancestry.length === 0) return emptyChart(fillIn(texts.noGenerations, { sampler }))
  if (of === null) return emptyChart(nothingToShow(trials, texts))
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
    x: { title: texts.generation, scale: 'linear', unit: 'whole' },
    y: { title: goal.metric, scale: 'linear' },
    marks: [
      { kind: 'line', name: '', tone: 'faint', points: lines.map(({ x, y }) => ({ x, y })) },
      { kind: 'points', name: texts.parents, tone: 'accent', points },
      {
        kind: 'points',
        name: `${texts.trial} ${of}`,
        tone: 'best',
        points: points
          .filter(({ trial }) => trial === of)
          .map(({ x, y, trial }) => ({ x, y, trial })),
      },
    ],
    ramp: { kind: 'rank', low: texts.worst, high: texts.best },
    table: {
      columns: [texts.trial, texts.generation, texts.group, texts.parents, goal.metric],
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
    empty: points.length === 0 ? nothingToShow(trials, texts) : null,
    notes: [],
  }
}
