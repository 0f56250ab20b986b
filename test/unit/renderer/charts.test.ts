import type { ChartDataset } from 'chart.js'
import { describe, expect, it } from 'vitest'
import { chartColors } from '../../../src-main/charts/chart-colors.ts'
import type { ChartModel, MarkPoint } from '../../../src-main/charts/chart-model.ts'
import { paintAreas } from '../../../src-renderer/charts/paint-areas.ts'
import { type Data, paintChart, roundTicks } from '../../../src-renderer/charts/paint-chart.ts'
import { isWithinRanges, lineAt } from '../../../src-renderer/charts/parallel-drawing.ts'
import { modelOfEveryMark } from '../../helpers/every-mark.ts'

const colors = chartColors.light

function paint(model: ChartModel, selected: readonly number[] = [], small = false) {
  const config = paintChart({
    model,
    colors,
    language: 'en',
    trialName: 'trial',
    small,
    selected: new Set(selected),
    selectedName: 'selected',
    trialLines: () => [],
    onPick: () => undefined,
    onHover: () => undefined,
    view: {},
  })
  const datasets = config.data.datasets as unknown as (Data & ChartDataset<'scatter'>)[]
  const named = (label: string) => datasets.find(dataset => dataset.label === label)
  const scales = config.options?.scales as unknown as Record<
    'x' | 'y',
    {
      type: string
      min: number
      max: number
      reverse?: boolean
      ticks: { callback: (value: number) => string }
    }
  >
  return { config, datasets, named, scales }
}

const plain: ChartModel = {
  x: { title: 'trial', scale: 'linear', unit: 'trial' },
  y: { title: 'loss', scale: 'linear', range: { low: 0, high: 10 } },
  marks: [
    {
      kind: 'points',
      name: 'complete',
      tone: 'complete',
      points: [
        { x: 0, y: 5, trial: 0 },
        { x: 1, y: 900, trial: 1 },
      ],
    },
  ],
  table: { columns: [], rows: [] },
  empty: null,
  notes: [],
}

describe('paintChart', () => {
  it('draws thousands of shaded points in few colors, every point once and the best on top', () => {
    const count = 3_000
    const points = Array.from({ length: count }, (_, trial) => ({
      x: trial,
      y: trial % 10,
      trial,
      shade: trial / (count - 1),
    }))
    const many: ChartModel = {
      ...plain,
      marks: [{ kind: 'points', name: 'complete', tone: 'complete', points }],
      ramp: { kind: 'rank', low: 'worst', high: 'best' },
    }
    const { datasets, config } = paint(many)
    expect(datasets.length).toBeLessThanOrEqual(30)
    for (const { pointBackgroundColor } of datasets)
      expect(typeof pointBackgroundColor).toBe('string')
    const drawn = datasets.flatMap(({ data }) => data.map(({ trial }) => trial))
    expect(drawn.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      points.map(({ trial }) => trial),
    )
    // chart.js draws the first dataset last.
    expect((datasets[0]?.data.at(-1) as MarkPoint).trial).toBe(count - 1)
    const filter = config.options?.plugins?.legend?.labels?.filter as unknown as (entry: {
      text: string
      datasetIndex: number
    }) => boolean
    const entries = datasets.filter(({ label = '' }, datasetIndex) =>
      filter({ text: label, datasetIndex }),
    )
    expect(entries).toHaveLength(1)
  })

  it('draws every kind of mark so that it can be hit and says what it is', () => {
    const { datasets, named } = paint(modelOfEveryMark())
    const texts = ['', 'lengths', 'boxes', 'spans', 'rules', 'rug'].map(
      label => (named(label)?.data[0] as MarkPoint | undefined)?.text,
    )
    expect(texts).toEqual([
      'a <cell>',
      'a, lengths: 4.000 (2.000 … 6.000)',
      undefined,
      'trial 7 · spans · 6.000',
      'a rule',
      'trial 2: failed',
    ])
    // Bands are drawn by the plugin only.
    expect(named('band')).toBeUndefined()
    const styles = ['dot', 'circle', 'diamond', 'cross', 'square', 'triangle', 'bars'].map(
      label => named(label)?.pointStyle,
    )
    expect(new Set(styles).size).toBe(6)
    expect(named('circle')?.pointBackgroundColor).toBe('transparent')
    expect(named('ring')?.silent).toBe(true)
    expect(datasets.some(({ data }) => data.length === 0)).toBe(false)
  })

  it('puts what lies outside on the edge, where it says its own value', () => {
    const points = paint(plain).named('complete')?.data
    expect(points?.[0]).toEqual({ x: 0, y: 5, trial: 0 })
    expect(points?.[1]).toEqual({ x: 1, y: 10, trial: 1, text: 'trial 1: loss 900.0' })
  })

  it('leaves a little air around what is shown, rows at their places', () => {
    const { x, y } = paint(plain).scales
    expect([x.min, x.max]).toEqual([0, 1.03])
    expect([y.min, y.max]).toEqual([0, 10.3])
    expect(y.ticks.callback(0.30000000000000004)).toBe('0.3')
    const rows = paint(modelOfEveryMark()).scales.y
    expect([rows.min, rows.max, rows.reverse]).toEqual([-0.5, 2.5, true])
    expect(rows.ticks.callback(1)).toBe('b')
    const log = paint({ ...plain, y: { title: '', scale: 'log', range: { low: 1, high: 100 } } })
    expect(log.scales.y.type).toBe('logarithmic')
    expect(log.scales.y.min).toBeLessThan(1)
  })

  it('has room below for what has no value', () => {
    const rug = {
      kind: 'rug',
      name: 'failed',
      tone: 'failed',
      shape: 'cross',
      points: [{ x: 2 }],
    } as const
    const painted = paint({ ...plain, marks: [...plain.marks, rug] })
    expect(painted.scales.y.min).toBeLessThan(-0.5)
    expect(painted.named('failed')?.data[0]?.y).toBe(painted.scales.y.min)
  })

  it('rings selected trials without telling them twice', () => {
    const { named, datasets } = paint(plain, [1, 7])
    expect(named('selected')).toMatchObject({ silent: true, data: [{ trial: 1 }] })
    // chart.js draws the first dataset last.
    expect(datasets[0]?.label).toBe('selected')
    expect(paint(plain, [7]).named('selected')).toBeUndefined()
  })

  it('has a legend of what has a name, unless it is small', () => {
    const hasLegend = (model: ChartModel, small: boolean) =>
      paint(model, [], small).config.options?.plugins?.legend?.display
    expect(hasLegend(plain, false)).toBe(true)
    expect(hasLegend(plain, true)).toBe(false)
    const nameless = plain.marks.map(mark => ({ ...mark, name: '' }))
    expect(hasLegend({ ...plain, marks: nameless }, false)).toBe(false)
  })
})

describe('paintAreas', () => {
  it('draws the areas of every mark on the scales of the chart', () => {
    const calls: string[] = []
    const context = new Proxy<Record<string, unknown>>(
      {},
      {
        get: (target, name: string) => target[name] ?? ((): number => calls.push(name)),
      },
    )
    const chart = {
      ctx: context,
      chartArea: { left: 0, top: 0, width: 100, height: 60, bottom: 60 },
      scales: Object.fromEntries(
        ['x', 'y'].map(id => [id, { getPixelForValue: (value: number) => 10 * value }]),
      ),
      data: { painted: { model: modelOfEveryMark(), colors } },
    }
    ;(paintAreas.beforeDatasetsDraw as unknown as (of: unknown) => void)(chart)
    const count = (name: string): number => calls.filter(call => call === name).length
    // A cell, a bar, a box and a stretch; the label of the stretch; two bands.
    expect(count('fillRect')).toBe(4)
    expect(count('fillText')).toBe(1)
    expect(count('fill')).toBe(2)
    expect(count('strokeRect')).toBe(1)
  })
})

describe('isWithinRanges', () => {
  it('keeps lines inside all ranges; inactive ones are outside', () => {
    const line = { trial: 0, shade: 1, positions: [0.2, null] }
    expect(isWithinRanges(line, new Map())).toBe(true)
    expect(isWithinRanges(line, new Map([[0, [0.2, 0.3]]]))).toBe(true)
    expect(isWithinRanges(line, new Map([[0, [0.21, 1]]]))).toBe(false)
    expect(isWithinRanges(line, new Map([[1, [0, 1]]]))).toBe(false)
  })
})

describe('lineAt', () => {
  const geometry = { widthPx: 300, heightPx: 248, marginPx: 100 }
  const lines = [
    { trial: 0, shade: 0, positions: [0, 1] },
    { trial: 1, shade: 1, positions: [0, 1] },
    { trial: 2, shade: 0.5, positions: [1, null] },
  ]

  it('finds the better of two lines at a place between two axes, and none far away', () => {
    // Half way between the axes, half way up.
    expect(lineAt(lines, geometry, { x: 150, y: 114 })?.trial).toBe(1)
    expect(lineAt(lines, geometry, { x: 100, y: 16 })?.trial).toBe(2)
    expect(lineAt(lines, geometry, { x: 200, y: 238 })?.trial).toBe(2)
    expect(lineAt(lines, geometry, { x: 100, y: 100 })).toBeNull()
    expect(lineAt(lines, geometry, { x: 20, y: 214 })).toBeNull()
  })
})

describe('roundTicks', () => {
  const of = (...values: number[]) =>
    roundTicks(values.map(value => ({ value }))).map(({ value }) => value)

  it('leaves out the ends of a logarithmic axis that the data made', () => {
    expect(of(3.68, 5, 7, 10, 20, 40, 68.2)).toEqual([5, 10, 20])
    expect(of(3.1, 6, 7, 9)).toEqual([6, 7, 9])
    expect(of(0.0001, 0.0005, 0.001)).toEqual([0.0001, 0.0005, 0.001])
  })

  it('keeps them where the axis would have none otherwise', () => {
    expect(of(3.68, 4.4, 5.9)).toEqual([3.68, 4.4, 5.9])
  })
})
