import type { ChartConfiguration, ChartDataset, ScaleOptionsByType } from 'chart.js'
import type {
  ChartAxis,
  ChartModel,
  Mark,
  MarkPoint,
} from '../../src-main/analysis/charts/chart-model.ts'
import type { Language } from '../../src-main/i18n/language.ts'
import { formatMetric, formatNumber, formatPercent } from '../../src-main/i18n/format-number.ts'
import { formatDuration } from '../../src-main/i18n/format-time.ts'
import type { ChartTheme } from './chart-theme.ts'
import { modelAreas, type ModelData } from './model-areas.ts'
import { rampColour, toneColour } from './model-colours.ts'
import { axisSpan } from './model-range.ts'

export interface ModelDrawing {
  readonly model: ChartModel
  readonly language: Language
  /** Trials with a ring around them. */
  readonly selected: ReadonlySet<number>
  readonly selectedName: string
  readonly trialName: string
  /** Smaller, without legend: one of many. */
  readonly small: boolean
  readonly onPick: (trial: number) => void
}

/** One dataset of a chart: points with what they say about themselves. */
type Data = ChartDataset<'scatter' | 'line', MarkPoint[]>

/** A chart model as chart.js draws it: points and lines are datasets, the rest is drawn by a plugin, with invisible points to be hit. */
export function modelConfig(drawing: ModelDrawing, theme: ChartTheme): ChartConfiguration {
  const { model, selected } = drawing
  const datasets = model.marks.flatMap(mark => datasetsOf(mark, drawing, theme))
  // chart.js draws the first dataset last.
  datasets.reverse()
  const ringed = model.marks.flatMap(mark =>
    mark.kind === 'points'
      ? mark.points.filter(({ trial }) => trial !== undefined && selected.has(trial))
      : [],
  )
  if (ringed.length > 0) {
    datasets.unshift({
      type: 'scatter',
      label: drawing.selectedName,
      data: ringed,
      pointRadius: 8,
      pointHoverRadius: 8,
      pointBorderWidth: 2,
      pointBorderColor: theme.text,
      pointBackgroundColor: 'transparent',
    })
  }
  const carried: ModelData = { model, theme }
  return {
    type: 'scatter',
    data: { datasets, carried } as unknown as ChartConfiguration['data'],
    plugins: [modelAreas],
    options: {
      animation: false,
      maintainAspectRatio: false,
      normalized: true,
      parsing: false,
      onClick: (_, elements, chart) => {
        const hit = elements[0]
        const point = hit && (chart.data.datasets[hit.datasetIndex]?.data[hit.index] as MarkPoint)
        if (point?.trial !== undefined) drawing.onPick(point.trial)
      },
      interaction: { mode: 'nearest', intersect: false },
      scales: { x: scaleOf(drawing, 'x'), y: scaleOf(drawing, 'y') },
      plugins: {
        legend: {
          display: !drawing.small && datasets.some(({ label = '' }) => label !== ''),
          reverse: true,
          labels: {
            usePointStyle: true,
            boxHeight: 7,
            filter: ({ text }) => text !== '',
          },
        },
        tooltip: {
          callbacks: { title: () => '', label: item => pointText(item.raw as MarkPoint, drawing) },
        },
      },
    },
  }
}

/** What a point says when it is looked at. */
export function pointText(
  { x, y, trial, text }: MarkPoint,
  { model, language, trialName }: Pick<ModelDrawing, 'model' | 'language' | 'trialName'>,
): string {
  if (text !== undefined && text !== '') return text
  const head = trial === undefined ? '' : `${trialName} ${trial}: `
  const part = (axis: ChartAxis, value: number): string =>
    `${axis.title} ${valueText(axis, value, language)}`.trim()
  return `${head}${part(model.x, x)}, ${part(model.y, y)}`
}

function valueText(axis: ChartAxis, value: number, language: Language): string {
  if (axis.scale === 'rows') return axis.rows?.[Math.round(value)] ?? ''
  if (axis.unit === 'durationMs') return formatDuration(value, language)
  if (axis.unit === 'share') return formatPercent(value)
  return axis.unit === 'whole' ? formatNumber(value) : formatMetric(value)
}

function datasetsOf(mark: Mark, drawing: ModelDrawing, theme: ChartTheme): Data[] {
  const { small } = drawing
  switch (mark.kind) {
    case 'points': {
      if (mark.points.length === 0) return []
      const colour = toneColour(mark.tone, theme)
      const shaded = mark.points.some(({ shade }) => shade !== undefined)
      const colours = shaded
        ? mark.points.map(({ shade }) => rampColour(shade ?? 1, theme))
        : colour
      const radius = mark.points.length > 1_000 ? 2 : small ? 2.5 : 3.5
      return [
        {
          type: 'scatter',
          label: mark.name,
          data: [...mark.points],
          // Points on the edge are whole.
          clip: 8,
          pointRadius: radius,
          pointStyle: mark.hollow === true ? 'rectRot' : 'circle',
          pointBackgroundColor: mark.hollow === true ? 'transparent' : colours,
          pointBorderColor: mark.hollow === true ? colour : colours,
          backgroundColor: mark.hollow === true ? 'transparent' : colour,
          borderColor: colour,
        },
      ]
    }
    case 'line': {
      const colour = toneColour(mark.tone, theme)
      return [
        {
          type: 'line',
          label: mark.name,
          data: [...mark.points],
          stepped: mark.stepped ?? false,
          borderColor: colour,
          backgroundColor: colour,
          borderDash: mark.dashed === true ? [5, 4] : [],
          borderWidth: small ? 1.5 : 2,
          pointRadius: 0,
          pointHitRadius: 6,
          pointStyle: 'line',
        },
      ]
    }
    case 'bars':
      return [
        target(mark.name, toneColour(mark.tone, theme), mark.bars.map(({ row, value, interval, place = [0, 1] }) => ({
          x: value,
          y: row - 0.4 + (0.8 * (place[0] + 0.5)) / place[1],
          text: `${drawing.model.y.rows?.[row] ?? ''}, ${mark.name}: ${valueText(drawing.model.x, value, drawing.language)}${
            interval === undefined ? '' : ` (${interval.map(end => valueText(drawing.model.x, end, drawing.language)).join(' … ')})`
          }`,
        }))),
      ] // prettier-ignore
    case 'boxes':
      return [
        target(mark.name, toneColour(mark.tone, theme), mark.boxes.map(({ row, median }) => ({ x: median, y: row }))),
      ] // prettier-ignore
    case 'cells':
      return [
        target('', 'transparent', mark.cells.map(({ x, y, text }) => ({
          x: middleOf(drawing.model.x, x),
          y: middleOf(drawing.model.y, y),
          text,
        }))),
      ] // prettier-ignore
    case 'spans':
      return [
        target(mark.name, toneColour(mark.tone, theme), mark.spans.map(({ row, from, to, trial, text }) => ({
          x: (from + to) / 2,
          y: row,
          ...(trial === undefined ? {} : { trial }),
          text:
            text ||
            `${drawing.trialName} ${trial ?? ''}, ${mark.name}: ${valueText(drawing.model.x, to - from, drawing.language)}`,
        }))),
      ] // prettier-ignore
    case 'rules': {
      if (mark.rules.length === 0) return []
      const { min } = axisSpan(drawing.model, 'y')
      return [
        target(
          mark.name,
          toneColour(mark.tone, theme),
          mark.rules.map(({ x, text }) => ({ x, y: min, text })),
        ),
      ]
    }
    case 'band':
      return []
  }
}

/** Points that cannot be seen but be hit: what the plugin draws has names and tooltips through them. */
function target(label: string, colour: string, data: MarkPoint[]): Data {
  return {
    type: 'scatter',
    label,
    data,
    pointRadius: 0,
    pointHoverRadius: 0,
    pointHitRadius: 12,
    pointStyle: 'rect',
    backgroundColor: colour,
    borderColor: colour,
  }
}

function middleOf(axis: ChartAxis, [from, to]: readonly [number, number]): number {
  return axis.scale === 'log' ? Math.sqrt(from * to) : (from + to) / 2
}

function scaleOf(
  { model, language, small }: ModelDrawing,
  which: 'x' | 'y',
): Partial<ScaleOptionsByType<'linear' | 'logarithmic'>> {
  const axis = model[which]
  const span = axisSpan(model, which)
  const title = { display: axis.title !== '', text: axis.title }
  if (axis.scale === 'rows') {
    return {
      type: 'linear',
      ...span,
      title,
      reverse: which === 'y',
      grid: { display: false },
      afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
        scale.ticks = (axis.rows ?? []).map((_, value) => ({ value }))
      },
      ticks: {
        autoSkip: false,
        callback: (value: number | string) => axis.rows?.[Number(value)] ?? '',
      },
    } as never
  }
  return {
    type: axis.scale === 'log' ? 'logarithmic' : 'linear',
    ...span,
    title,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      if (axis.scale === 'log') scale.ticks = roundTicks(scale.ticks)
    },
    ticks: {
      maxTicksLimit: small ? 5 : 9,
      includeBounds: false,
      ...(axis.unit === 'whole' ? { precision: 0 } : {}),
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

/** Ends of an axis have the digits of computation; a tick needs four. */
function tickText(axis: ChartAxis, value: number, language: Language): string {
  if (axis.unit === 'durationMs') return formatDuration(value, language)
  if (axis.unit === 'share') return formatPercent(value)
  return formatNumber(Number(value.toPrecision(3)))
}
