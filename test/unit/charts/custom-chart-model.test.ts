import { describe, expect, it } from 'vitest'
import type { ChartTrial, GoalOf } from '../../../src-main/analysis/history/progress.ts'
import { attributesOf } from '../../../src-main/analysis/summary/attributes.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import type { JsonObject } from '../../../src-main/core/values/json.ts'
import { parameterAxis } from '../../../src-main/analysis/parallel/parameter-axis.ts'
import { customChartFields } from '../../../src-main/charts/custom-chart-fields.ts'
import { customChartFacets, customChartModel } from '../../../src-main/charts/custom-chart-model.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')
const goals: GoalOf[] = [{ index: 0, metric: 'accuracy', direction: 'maximize' }]
const axes = [
  parameterAxis('rate', { float: [0.001, 1], log: true })!,
  parameterAxis('kind', { choice: ['a', 'b'] })!,
]

function trial(
  number: number,
  value: number | null,
  changes: Partial<ChartTrial> = {},
): ChartTrial {
  return {
    number,
    state: 'complete',
    values: value === null ? [] : [value],
    lastStep: number,
    parameters: {
      rate: 0.001 * (number + 1),
      ...(number < 6 ? { kind: 'ab'[number % 2] ?? '' } : {}),
    },
    startedAtMs: 0,
    finishedAtMs: 1_000 * (number + 1),
    ...changes,
  }
}
const trials = [
  ...[0.5, 0.9, 0.7, Number.NaN, 0.1, 0.3].map((value, number) => trial(number, value)),
  trial(6, 0.2),
  trial(7, null, { state: 'failed', finishedAtMs: null }),
]
const fields = customChartFields({
  goals,
  axes,
  constraints: ['latencyMs'],
  metrics: ['accuracy', 'modelBytes'],
  t,
  attributes: attributesOf(
    [{ site: 'lab', epochs: 3 }, { site: 'home', epochs: 5, tags: ['a'] }, {}].map(
      (userAttributes, number) => ({
        number,
        provenance: {
          sampler: 'optuna',
          reason: msg('proposal.byPerson'),
          detail: { userAttributes },
        },
      }),
    ),
  ),
  lastValues: new Map([
    [
      'modelBytes',
      new Map([
        [0, 1_000],
        [2, 3_000],
      ]),
    ],
  ]),
})
const field = (id: string) => {
  const match = fields.find(candidate => candidate.id === id)
  if (match === undefined) throw new Error(`no field ${id}`)
  return match
}
function draw(
  x: string,
  y: string,
  color: string | null = null,
  size: string | null = null,
  of = trials,
) {
  return customChartModel({
    trials: of,
    all: of.length,
    x: field(x),
    y: field(y),
    t,
    language: 'en',
    color: color === null ? null : field(color),
    size: size === null ? null : field(size),
  })
}
const pointsOf = (model: ReturnType<typeof draw>) =>
  model.marks.flatMap(mark => (mark.kind === 'points' ? mark.points : []))

describe('an attribute', () => {
  it('is a number or a category, and not there where nothing was noted', () => {
    expect(trials.map(chartTrial => field('attribute.epochs').valueOf(chartTrial))).toEqual([
      3,
      5,
      ...trials.slice(2).map(() => null),
    ])
    const siteField = field('attribute.site')
    expect(siteField.axis.rows).toEqual(['home', 'lab'])
    expect(trials.slice(0, 3).map(chartTrial => siteField.valueOf(chartTrial))).toEqual([
      1,
      0,
      null,
    ])
  })

  it('that tells every trial apart, or is no single value, groups none', () => {
    const noted = (userAttributes: JsonObject, number: number) => ({
      number,
      provenance: {
        sampler: 'optuna',
        reason: msg('proposal.byPerson'),
        detail: { userAttributes },
      },
    })
    const many = Array.from({ length: 40 }, (_, at) =>
      noted({ file: `run-${at}`, note: 'x'.repeat(100), list: [1], ok: at > 3 }, at),
    )
    expect(attributesOf(many).map(({ name }) => name)).toEqual(['ok'])
  })
})

describe('a free chart', () => {
  it('offers everything that a trial may have a number or a category of, each once', () => {
    expect(fields.map(({ id }) => id)).toEqual([
      'trial',
      'state',
      'goal.0',
      'parameter.rate',
      'parameter.kind',
      'duration',
      'lastStep',
      'constraint.0',
      'metric.modelBytes',
      'attribute.epochs',
      'attribute.site',
    ])
  })

  it('draws trials that have both values, and says how many have not', () => {
    const model = draw('parameter.rate', 'goal.0')
    expect(pointsOf(model).map(({ trial: number, y }) => [number, y])).toEqual([
      [0, 0.5],
      [1, 0.9],
      [2, 0.7],
      [4, 0.1],
      [5, 0.3],
      [6, 0.2],
    ])
    expect(model.x).toMatchObject({ scale: 'log', title: 'rate' })
    expect(model.notes).toContain('2 trials have no value here.')
    expect(model.table).toMatchObject({ columns: ['trial', 'rate', 'accuracy'] })
    expect(model.table.rows[1]).toEqual([1, 0.002, 0.9])
  })

  it('shades by rank, the best darkest whichever way the goal goes, and leaves out none without a color', () => {
    const model = draw('trial', 'duration', 'goal.0')
    expect(model.ramp).toMatchObject({ kind: 'rank', low: 'accuracy 0.1000', high: '0.9000' })
    const shades = new Map(pointsOf(model).map(({ trial: number, shade }) => [number, shade]))
    expect(shades.get(1)).toBe(1)
    expect(shades.get(4)).toBe(0)
    expect(shades.get(3)).toBeUndefined()
    expect(model.marks.map(({ name, tone }) => [name, tone])).toEqual([
      ['without accuracy', 'quiet'],
      ['', 'accent'],
    ])
    // Hollow, so that none can be taken for an end of the colors.
    expect(model.marks.map(mark => (mark.kind === 'points' ? mark.shape : ''))).toEqual([
      'circle',
      undefined,
    ])
  })

  it('gives categories names, shapes and the colors of states, and spreads them on an axis', () => {
    const byKind = draw('trial', 'goal.0', 'parameter.kind')
    expect(byKind.marks.map(({ name }) => name)).toEqual(['without kind', 'a', 'b'])
    const byState = draw('trial', 'lastStep', 'state')
    expect(byState.marks.map(({ name, tone }) => [name, tone])).toEqual([
      ['complete', 'complete'],
      ['failed', 'failed'],
    ])
    const across = draw('parameter.kind', 'goal.0')
    for (const { x, trial: number = 0 } of pointsOf(across))
      expect(Math.abs(Math.round(x))).toBe(number % 2)
    expect(across.table.rows[0]).toEqual([0, 'a', 0.5])
  })

  it('grows points by a metric that was asked for', () => {
    const sizes = new Map(
      pointsOf(draw('trial', 'goal.0', null, 'metric.modelBytes')).map(
        ({ trial: number, size }) => [number, size],
      ),
    )
    expect([sizes.get(0), sizes.get(2), sizes.get(1)]).toEqual([0, 1, undefined])
  })

  it('says why it is empty', () => {
    expect(draw('trial', 'constraint.0').empty).toBe(
      'No trial has both trial and latencyMs beyond its bound.',
    )
    expect(draw('trial', 'goal.0', null, null, []).empty).toBe(t('chart.noTrials'))
  })

  it('makes facets of categories and of quarters of numbers, each trial in one', () => {
    const kinds = customChartFacets(trials, field('parameter.kind'), { t, language: 'en' })
    expect(kinds.map(({ title, trials: facetTrials }) => [title, facetTrials.length])).toEqual([
      ['kind = a', 3],
      ['kind = b', 3],
      ['without kind', 2],
    ])
    const quarters = customChartFacets(trials, field('trial'), { t, language: 'en' })
    expect(quarters.map(({ title }) => title)).toEqual([
      'trial 0 … 1',
      'trial 2 … 3',
      'trial 4 … 5',
      'trial 6 … 7',
    ])
    expect(
      quarters.flatMap(({ trials: facetTrials }) => facetTrials.map(({ number }) => number)),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('keeps trials of one value in one facet', () => {
    const most = [0, 1, 2, 3, 4, 9, 9, 9, 9, 9, 9, 9].map((lastStep, number) =>
      trial(number, 1, { lastStep }),
    )
    const facets = customChartFacets(most, field('lastStep'), { t, language: 'en' })
    expect(facets.map(({ title, trials: facetTrials }) => [title, facetTrials.length])).toEqual([
      ['last step 0 … 2', 3],
      ['last step 3 … 4', 2],
      ['last step 9', 7],
    ])
  })

  it('keeps one axis for all facets', () => {
    const [first, second] = customChartFacets(trials, field('parameter.kind'), {
      t,
      language: 'en',
    })
    const shared = {
      x: field('trial'),
      y: field('goal.0'),
      color: null,
      size: null,
      t,
      all: 8,
      language: 'en',
      scaledBy: trials,
    } as const
    const [a, b] = [first, second].map(part =>
      customChartModel({ ...shared, trials: part?.trials ?? [] }),
    )
    expect(a?.y).toEqual(b?.y)
    expect(a?.x).toEqual(b?.x)
  })
})
