import {
  type ChartModel,
  type ChartTable,
  isDrawn,
  type Mark,
} from '../../../charts/chart-model.ts'
import { unitText } from '../../../charts/chart-words.ts'
import { figure, type FigureParts, table } from '../figure.ts'
import { markup, type Fragment, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { breakable, code, nothing, trialLink } from '../values.ts'
import { sample, shapePath } from './marks.ts'
import { paintChart } from './paint-chart.ts'
import { RAMP_STEPS, toneClass } from './tones.ts'

/** A chart with its legend, its notes and its figures; where it is empty, the reason. */
export function modelFigure(
  context: ReportContext,
  model: ChartModel,
  { notes = [], ...parts }: Partial<FigureParts> & Pick<FigureParts, 'summary'>,
): Markup {
  const chart = paintModel(context, model, parts.summary)
  if (chart === null) return nothing(model.empty ?? parts.summary)
  return figure(context.t, {
    chart,
    legend: legend(model),
    notes: [...notes, ...model.notes],
    table: modelTable(context, parts.summary, model.table),
    ...parts,
  })
}

/** The drawing alone; null where it is empty. */
export function paintModel(
  { t, language }: ReportContext,
  model: ChartModel,
  summary: string,
  small = false,
): Markup | null {
  return paintChart({ model, language, summary, small, trialName: t('chart.trial') })
}

/** Marks that have a name, each name once, and what the shades mean. */
export function legend(model: ChartModel): Markup {
  return markup`<ul class="legend">${legendEntries(model).map(
    ({ before, picture, after }) => markup`<li>${before}${picture}${after}</li>`,
  )}</ul>`
}

export interface LegendEntry {
  /** Words before the picture; empty for most. */
  readonly before: string
  readonly picture: Markup
  readonly widthPx: number
  readonly after: string
}

export function legendEntries({ marks, ramp }: ChartModel): LegendEntry[] {
  const named = new Map(
    marks.filter(mark => mark.name !== '' && isDrawn(mark)).map(mark => [mark.name, mark]),
  )
  const steps = Array.from(
    { length: RAMP_STEPS },
    (_, step) =>
      `<rect class="area-${ramp?.kind ?? 'rank'}${step}" x="${step * 12}" width="12" height="12"/>`,
  )
  const widthPx = RAMP_STEPS * 12
  return [
    ...[...named.values()].map(mark => ({
      before: '',
      picture: markSample(mark),
      widthPx: 24,
      after: mark.name,
    })),
    ...(ramp === undefined
      ? []
      : [
          { before: ramp.low, picture: sample(widthPx, steps.join('')), widthPx, after: ramp.high },
        ]),
  ]
}

/** A mark as the legend shows it. */
function markSample(mark: Mark): Markup {
  const line = toneClass('line', mark.tone)
  switch (mark.kind) {
    case 'points':
    case 'rug': {
      const { shape = 'dot' } = mark
      return sample(12, `<path class="mark ${shape} ${line}" d="${shapePath(shape, 6, 6)}"/>`)
    }
    case 'line': {
      const path = mark.stepped === true ? 'M1,9H12V3H23' : 'M1,6H23'
      return sample(24, `<path class="line dash${mark.dash ?? 0} ${line}" d="${path}"/>`)
    }
    case 'rules':
      return sample(12, `<path class="rule ${line}" d="M6,0V12"/>`)
    default: {
      const kind = mark.kind === 'spans' && typeof mark.tone === 'string' ? mark.tone : ''
      const className = `${mark.kind === 'band' ? 'band' : 'span'} ${kind} ${line} ${toneClass('area', mark.tone)}`
      return sample(24, `<rect class="${className}" x="1" y="1" width="22" height="10"/>`)
    }
  }
}

export function modelTable(
  { t, language }: ReportContext,
  label: string,
  { columns, units = [], rows }: ChartTable,
): Markup {
  const cell = (value: string | number | null, column: number): Fragment => {
    if (value === null) return '–'
    const unit = units[column]
    if (unit === 'name') return code(String(value))
    if (typeof value === 'string') return breakable(value)
    return unit === 'trial' ? trialLink({ number: value }) : unitText(value, unit, language)
  }
  const titles = columns.map((title, column) => ({
    title,
    numeric: rows.some(row => typeof row[column] === 'number'),
  }))
  return table(
    t,
    label,
    titles,
    rows.map(row => row.map(cell)),
  )
}
