import type {
  ActiveElement,
  Chart,
  ChartConfiguration,
  ChartDataset,
  ScaleOptionsByType,
} from 'chart.js'
import type { Extent } from '../../src-main/analysis/statistics/robust-range.ts'
import { axisSpan, sideOf } from '../../src-main/charts/axis-span.ts'
import { type ChartColors, rampColor, toneColor } from '../../src-main/charts/chart-colors.ts'
import {
  type ChartAxis,
  dashes,
  type Mark,
  type MarkPoint,
  type Shape,
  type Tone,
} from '../../src-main/charts/chart-model.ts'
import {
  pointText,
  spanText,
  type Spoken,
  tickText,
  valueText,
} from '../../src-main/charts/chart-words.ts'
import { paintAreas, type Painted } from './paint-areas.ts'

/** The part of both axes that is shown; an axis that is not named shows all of it. */
export type View = Readonly<Partial<Record<'x' | 'y', Extent>>>

export interface Drawing extends Spoken {
  readonly colors: ChartColors
  /** Trials with a ring around them. */
  readonly selected: ReadonlySet<number>
  readonly selectedName: string
  /** Smaller, without legend: one of many. */
  readonly small: boolean
  /** Lines below the value where a trial is pointed at. */
  readonly trialLines: (trial: number) => readonly string[]
  readonly onPick: (trial: number) => void
  readonly onHover: (trial: number | null) => void
  /** The part that is looked at closely. */
  readonly view: View
}

/** One dataset of a chart: points with what they say about themselves. */
export type Data = ChartDataset<'scatter' | 'line', MarkPoint[]> & {
  /** It shows once more what another one holds. */
  silent?: boolean
}

/** A chart model as chart.js draws it: points and lines are datasets, the rest is drawn by a plugin, with invisible points to be hit. */
export function paintChart(drawing: Drawing): ChartConfiguration {
  const { model, selected, colors } = drawing
  const spans = { x: spanWithAir(drawing, 'x'), y: spanWithAir(drawing, 'y') }
  const datasets = model.marks.flatMap(mark => datasetsOf(mark, drawing, spans))
  // chart.js draws the first dataset last.
  datasets.reverse()
  const ringed = model.marks.flatMap(mark =>
    mark.kind === 'points'
      ? mark.points.filter(({ trial }) => trial !== undefined && selected.has(trial))
      : [],
  )
  if (ringed.length > 0) {
    datasets.unshift({ ...ring(drawing.selectedName, colors.text), data: ringed })
  }
  const painted: Painted = { model, colors }
  return {
    type: 'scatter',
    data: { datasets, painted } as unknown as ChartConfiguration['data'],
    plugins: [paintAreas],
    options: {
      animation: false,
      maintainAspectRatio: false,
      normalized: true,
      parsing: false,
      onClick: (_, elements, chart) => {
        const trial = trialAt(elements, chart)
        if (trial !== null) drawing.onPick(trial)
      },
      onHover: (_, elements, chart) => {
        drawing.onHover(trialAt(elements, chart))
      },
      interaction: { mode: 'nearest', intersect: false },
      scales: { x: scaleOf(drawing, 'x', spans.x), y: scaleOf(drawing, 'y', spans.y) },
      plugins: {
        legend: {
          display: !drawing.small && datasets.some(({ label = '' }) => label !== ''),
          reverse: true,
          labels: {
            usePointStyle: true,
            boxHeight: 7,
            // Trials without a value have the entry of those with one.
            filter: ({ text, datasetIndex = 0 }) =>
              text !== '' && datasets.findIndex(({ label }) => label === text) === datasetIndex,
          },
        },
        tooltip: {
          callbacks: {
            title: () => '',
            label: item => pointText(item.raw as MarkPoint, drawing),
            afterLabel: item => {
              const { trial } = item.raw as MarkPoint
              return trial === undefined ? [] : [...drawing.trialLines(trial)]
            },
          },
        },
      },
    },
  }
}

function trialAt([hit]: readonly ActiveElement[], { data }: Chart): number | null {
  const point = hit && (data.datasets[hit.datasetIndex]?.data[hit.index] as MarkPoint)
  return point?.trial ?? null
}

type Spans = Readonly<Record<'x' | 'y', Extent>>

/** Room below for what has no value. */
function withStrip({ low, high }: Extent, { model }: Drawing, which: 'x' | 'y'): Extent {
  if (which === 'x' || !model.marks.some(({ kind }) => kind === 'rug')) return { low, high }
  const share = 0.08
  return {
    low: model.y.scale === 'log' ? low * (low / high) ** share : low - share * (high - low),
    high,
  }
}

/** A little more than there is, so that nothing lies on the edge. */
function spanWithAir(drawing: Drawing, which: 'x' | 'y'): Extent {
  const { model } = drawing
  const axis = model[which]
  const span = axisSpan(model, which)
  if (span === null) return axis.scale === 'log' ? { low: 1, high: 10 } : { low: 0, high: 1 }
  if (axis.scale === 'rows') return span
  const { low, high } = withStrip(span, drawing, which)
  if (axis.scale === 'log') {
    const air = low === high ? 2 : (high / low) ** 0.03
    return { low: low / air, high: high * air }
  }
  const air = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.03
  const fromZero = axis.unit === 'share' || (low >= 0 && low - air < 0)
  return {
    low: fromZero ? Math.min(0, low) : low - air,
    high: axis.unit === 'share' && high <= 1 && high > 0.9 ? 1 : high + air,
  }
}

const pointStyles = {
  dot: 'circle',
  circle: 'circle',
  diamond: 'rectRot',
  cross: 'crossRot',
  square: 'rect',
  triangle: 'triangle',
  bars: 'dash',
  ring: 'circle',
  star: 'star',
} as const

function ring(label: string, color: string): Data {
  return {
    type: 'scatter',
    label,
    data: [],
    silent: true,
    clip: 10,
    pointRadius: 8,
    pointHoverRadius: 8,
    pointBorderWidth: 2,
    pointBorderColor: color,
    pointBackgroundColor: 'transparent',
  }
}

function pointsData(
  mark: { readonly name: string; readonly tone: Tone; readonly shape?: Shape },
  data: readonly MarkPoint[],
  { model, colors, small }: Drawing,
  isMany = data.length > MANY,
): Data {
  const { name: label, shape = 'dot' } = mark
  const color = toneColor(mark.tone, colors)
  if (shape === 'ring') return { ...ring(label, color), data: [...data] }
  if (shape === 'star') return targets(label, color, [...data])
  const kind = model.ramp?.kind ?? 'rank'
  const isShaded = data.some(({ shade }) => shade !== undefined)
  const shaded = !isShaded
    ? color
    : isMany && data.every(({ shade }) => shade !== undefined)
      ? rampColor(data[Math.floor(data.length / 2)]?.shade ?? 1, kind, colors)
      : data.map(({ shade }) => rampColor(shade ?? 1, kind, colors))
  const fill = shape === 'dot' || shape === 'triangle' ? shaded : 'transparent'
  const turns = data.map(point => outwards.get(point))
  const isCut = turns.some(turn => turn !== undefined)
  const pointStyle = pointStyles[shape]
  return {
    type: 'scatter',
    label,
    data: [...data],
    // Points on the edge are whole.
    clip: 8,
    // Of many points, an edge would take as long to draw as they do: they are larger by it instead.
    ...(isMany && fill !== 'transparent'
      ? { pointRadius: 2.5, pointBorderWidth: 0 }
      : {
          pointRadius: isMany ? 2 : small ? 2.5 : 3.5,
          pointBorderWidth: fill === 'transparent' ? 1.5 : 1,
        }),
    ...(data.some(({ size }) => size !== undefined)
      ? { pointRadius: data.map(({ size = 0 }) => SMALLEST_PX + GROWS_PX * size) }
      : {}),
    pointStyle: isCut
      ? turns.map(turn => (turn === undefined ? pointStyle : 'triangle'))
      : pointStyle,
    ...(isCut ? { pointRotation: turns.map(turn => turn ?? 0) } : {}),
    pointBackgroundColor: fill,
    pointBorderColor: shaded,
    backgroundColor: fill === 'transparent' ? fill : color,
    borderColor: color,
  }
}

/** More points than this are drawn in a simpler way. */
const MANY = 1_000
const SHADE_STEPS = 24
/** Radius of points that have sizes. */
const SMALLEST_PX = 2
const GROWS_PX = 6

/**
 * Many points in parts of one color each, in their order of shade: with a color of its own for each point, a chart of
 * thousands takes several times as long to draw.
 */
function byShade(points: MarkPoint[]): MarkPoint[][] {
  if (points.length === 0) return []
  if (points.length <= MANY || points.some(({ shade }) => shade === undefined)) return [points]
  const parts = Array.from({ length: SHADE_STEPS }, (): MarkPoint[] => [])
  for (const point of points) {
    const step = Math.floor((point.shade ?? 0) * SHADE_STEPS)
    parts[Math.min(SHADE_STEPS - 1, Math.max(0, step))]?.push(point)
  }
  return parts.filter(part => part.length > 0)
}

function datasetsOf(mark: Mark, drawing: Drawing, spans: Spans): Data[] {
  const { model, colors, small, language } = drawing
  const { name, tone } = mark
  const target = (data: MarkPoint[]): Data[] =>
    data.length === 0
      ? []
      : [targets(mark.kind === 'cells' ? '' : name, toneColor(tone, colors), data)]
  const valueOf = (value: number): string => valueText(model.x, value, language)
  switch (mark.kind) {
    case 'points': {
      const points = within(mark.points, drawing)
      return byShade(points).map(part => pointsData(mark, part, drawing, points.length > MANY))
    }
    case 'rug': {
      const points = mark.points.map(point => ({ ...point, y: spans.y.low }))
      return points.length === 0 ? [] : [pointsData(mark, points, drawing)]
    }
    case 'line': {
      const color = toneColor(tone, colors)
      const [first] = mark.points
      // A line of one point would be invisible.
      const isPoint = mark.points.every(({ x, y }) => x === first?.x || !Number.isFinite(y))
      return [
        {
          type: 'line',
          label: name,
          data: within(mark.points, drawing),
          stepped: mark.stepped ?? false,
          spanGaps: false,
          silent: name === '',
          borderColor: color,
          backgroundColor: color,
          borderDash: [...(dashes[(mark.dash ?? 0) % dashes.length] ?? [])],
          borderWidth: tone === 'faint' || tone === 'pruned' ? 1 : small ? 1.5 : 2,
          pointRadius: isPoint ? 3 : 0,
          pointHitRadius: 6,
          pointStyle: 'line',
        },
      ]
    }
    case 'bars':
      return target(
        mark.bars.map(({ row, value, interval, groupPosition = [0, 1] }) => {
          const ends = interval === undefined ? '' : ` (${interval.map(valueOf).join(' … ')})`
          return {
            x: value,
            y: row - 0.4 + (0.8 * (groupPosition[0] + 0.5)) / groupPosition[1],
            text: `${model.y.rows?.[row] ?? ''}, ${name}: ${valueOf(value)}${ends}`,
          }
        }),
      )
    case 'boxes':
      return target(mark.boxes.map(({ row, median }) => ({ x: median, y: row })))
    case 'cells':
      return target(
        mark.cells.map(({ x, y, text }) => ({
          x: middleOf(model.x, x),
          y: middleOf(model.y, y),
          text,
        })),
      )
    case 'spans':
      return target(
        mark.spans.map(span => ({
          x: (span.from + span.to) / 2,
          y: span.row,
          text: spanText(mark, span, drawing),
          ...(span.trial === undefined ? {} : { trial: span.trial }),
        })),
      )
    case 'rules':
      return target(mark.rules.map(({ x, text }) => ({ x, y: spans.y.low, text })))
    case 'band':
    case 'parallel':
      // The plugin draws bands; parallel coordinates have a canvas of their own.
      return []
  }
}

/** Degrees by which an arrow on the edge is turned to point at where its value lies. */
const outwards = new WeakMap<MarkPoint, number>()

/** Points that lie outside of what is shown, on the edge, as arrows; they still say their own values. */
function within(points: readonly MarkPoint[], drawing: Drawing): MarkPoint[] {
  const { x, y } = drawing.model
  if (x.range === undefined && y.range === undefined) return [...points]
  const put = (value: number, { range }: ChartAxis): number =>
    range === undefined ? value : Math.min(range.high, Math.max(range.low, value))
  return points.map(point => {
    const [across, up] = [sideOf(x, point.x), sideOf(y, point.y)]
    if (across === 0 && up === 0) return point
    const edge = {
      ...point,
      x: put(point.x, x),
      y: put(point.y, y),
      text: pointText(point, drawing),
    }
    outwards.set(edge, up === 0 ? across * 90 : up > 0 ? 0 : 180)
    return edge
  })
}

/** Points that cannot be seen but be hit: what the plugin draws has names and tooltips through them. */
function targets(label: string, color: string, data: MarkPoint[]): Data {
  return {
    type: 'scatter',
    label,
    data,
    pointStyle: 'rect',
    pointRadius: 0,
    pointHoverRadius: 0,
    pointHitRadius: 12,
    backgroundColor: color,
    borderColor: color,
  }
}

function middleOf(axis: ChartAxis, [from, to]: readonly [number, number]): number {
  return axis.scale === 'log' ? Math.sqrt(from * to) : (from + to) / 2
}

type Scale = Partial<ScaleOptionsByType<'linear' | 'logarithmic'>>

function scaleOf({ model, language, small, view }: Drawing, which: 'x' | 'y', all: Extent): Scale {
  const axis = model[which]
  const title = { display: axis.title !== '' && !(small && which === 'x'), text: axis.title }
  const span = view[which] ?? all
  const shared = { title, min: span.low, max: span.high }
  if (axis.scale === 'rows') {
    const rows = axis.rows ?? []
    return {
      type: 'linear',
      ...shared,
      reverse: which === 'y',
      grid: { display: false },
      afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
        scale.ticks = rows.map((_, value) => ({ value }))
      },
      ticks: { autoSkip: false, callback: (value: number | string) => rows[Number(value)] ?? '' },
    } as never
  }
  return {
    type: axis.scale === 'log' ? 'logarithmic' : 'linear',
    ...shared,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      if (axis.scale === 'log') scale.ticks = roundTicks(scale.ticks)
    },
    ticks: {
      maxTicksLimit: small ? 5 : 9,
      includeBounds: false,
      ...(axis.unit === 'whole' || axis.unit === 'trial' ? { precision: 0 } : {}),
      callback: (value: number | string) => tickText(axis, Number(value), language),
    },
  } as never
}

/** Of a logarithmic axis: 1, 2 and 5 times a power of ten; not its ends, which are what the data made them. */
export function roundTicks<Tick extends { readonly value: number }>(
  ticks: readonly Tick[],
): Tick[] {
  const of = (mantissa: RegExp): Tick[] =>
    ticks.filter(({ value }) => mantissa.test(Number(value.toPrecision(6)).toExponential()))
  return [of(/^[125]e/), of(/^\de/)].find(round => round.length > 1) ?? [...ticks]
}
