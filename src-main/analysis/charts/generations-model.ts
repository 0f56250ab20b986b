import type { Ancestor } from '../../contract/api/analysis.ts'
import { type ChartTexts, fillIn } from '../../contract/i18n/chart-texts.ts'
import { genealogy } from '../../math/evolution/genealogy.ts'
import { generationStatistics } from '../../math/evolution/generation-statistics.ts'
import { type ChartModel, type ChartTrial, emptyChart, type Mark } from './chart-model.ts'
import { type GoalOf, goalValue, nothingToShow, shadesOf } from './goal-values.ts'

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
  const marks: Mark[] = [
    {
      kind: 'band',
      name: texts.range,
      tone: 'accent',
      points: known.map(({ generation, minimum, maximum }) => ({
        x: generation,
        low: minimum,
        high: maximum,
      })),
    },
    {
      kind: 'band',
      name: texts.uncertainty,
      tone: 'accent',
      // No further than there are values: beyond them it would look like the range.
      points: known.map(({ generation, minimum, maximum, average, standardDeviation }) => ({
        x: generation,
        low: Math.max(minimum, average - standardDeviation),
        high: Math.min(maximum, average + standardDeviation),
      })),
    },
    {
      kind: 'line',
      name: texts.average,
      tone: 'accent',
      points: known.map(({ generation, average }) => ({ x: generation, y: average })),
    },
    {
      kind: 'line',
      name: texts.best,
      tone: 'best',
      points: known.map(one => ({ x: one.generation, y: bestOf(one) })),
    },
  ]
  return {
    x: { title: texts.generation, scale: 'linear', unit: 'whole' },
    y: { title: goal.metric, scale: 'linear' },
    marks,
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
    notes: [],
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
    parents.flatMap((parent): Mark[] => {
      const ends = [point(parent), point(child)]
      return ends.some(({ y }) => !Number.isFinite(y))
        ? []
        : [{ kind: 'line', name: '', tone: 'faint', points: ends.map(({ x, y }) => ({ x, y })) }]
    }),
  )
  return {
    x: { title: texts.generation, scale: 'linear', unit: 'whole' },
    y: { title: goal.metric, scale: 'linear' },
    marks: [
      ...lines,
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
    table: {
      columns: [texts.trial, texts.generation, texts.group, texts.parents, goal.metric],
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
