import { markup, trusted, type Fragment, type Markup } from '../markup.ts'
import { coordinate } from './marks.ts'
import type { Tick } from '../../../charts/numeric-axis.ts'
import { drawingStyle } from '../style-sheet.ts'
import { fitText, textWidth } from './text-width.ts'

/** Font size of everything written in charts, in units of the drawing. */
export const CHART_FONT_SIZE = 12

/** Place of the plotting area in the drawing. */
export interface PlotArea {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Height of what stands between the plot and its axis; default none. */
  readonly strip?: number
}

/** What is drawn, and how large it is, in units of the drawing. */
export interface Drawing {
  readonly width: number
  readonly height: number
  /** What a screen reader says. */
  readonly summary: string
  readonly content: Fragment
  readonly className?: 'small' | 'parallel'
}

/** As it stands in a page. */
export function inlineDrawing(drawing: Drawing): Markup {
  return markup`<svg ${attributesOf(drawing)}>${drawing.content}</svg>`
}

/** A file of its own: light colors on white. */
export function drawingFile(drawing: Drawing): string {
  const { width, height, content } = drawing
  const size = `xmlns="http://www.w3.org/2000/svg" width="${coordinate(width)}" height="${coordinate(height)}"`
  const file = markup`<?xml version="1.0" encoding="UTF-8"?>
<svg ${trusted(size)} ${attributesOf(drawing)}><style>${trusted(drawingStyle())}</style><rect width="100%" height="100%" fill="#ffffff"/>${content}</svg>
`
  return file.text
}

function attributesOf({ width, height, summary, className }: Drawing): Markup {
  const [across, down] = [coordinate(width), coordinate(height)]
  return markup`class="chart ${className}" viewBox="0 0 ${across} ${down}" style="--chart-width:${across}px" role="img" aria-label="${summary}"`
}

/** Horizontal grid lines with labels on the left. */
export function leftAxis(area: PlotArea, ticks: readonly Tick[]): Markup {
  const lines = ticks
    .map(tick => `M${coordinate(area.left)},${coordinate(tick.at)}H${coordinate(area.right)}`)
    .join('')
  return markup`${trusted(`<path class="grid" d="${lines}"/>`)}${ticks.map(tick =>
    text(area.left - 8, tick.at + 4, tick.label, { anchor: 'end' }),
  )}`
}

/** A line below with ticks and labels; labels that would touch are left out. */
export function bottomAxis(area: PlotArea, ticks: readonly Tick[], title: string): Markup {
  const bottom = area.bottom + (area.strip ?? 0)
  let free = Number.NEGATIVE_INFINITY
  const shownTicks = ticks.filter(tick => {
    const half = textWidth(tick.label, CHART_FONT_SIZE) / 2
    if (tick.at - half < free) return false
    free = tick.at + half + 6
    return true
  })
  const lines = shownTicks.map(tick => `M${coordinate(tick.at)},${coordinate(bottom)}v5`).join('')
  const base = `M${coordinate(area.left)},${coordinate(bottom)}H${coordinate(area.right)}`
  return markup`${trusted(`<path class="axis" d="${base}${lines}"/>`)}${shownTicks.map(tick =>
    text(tick.at, bottom + 18, tick.label, { anchor: 'middle' }),
  )}${
    title === ''
      ? null
      : text((area.left + area.right) / 2, bottom + 36, title, {
          anchor: 'middle',
          width: area.right - area.left,
        })
  }`
}

export interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly className?: string
  /** Longer text is cut to this width; the whole text is then its tooltip. */
  readonly width?: number
}

export function text(x: number, y: number, content: string, options: TextOptions = {}): Markup {
  const shownText =
    options.width === undefined ? content : fitText(content, options.width, CHART_FONT_SIZE)
  return markup`<text x="${coordinate(x)}" y="${coordinate(y)}" class="${
    options.anchor ?? 'start'
  } ${options.className ?? ''}">${shownText}${
    shownText === content ? null : markup`<title>${content}</title>`
  }</text>`
}
