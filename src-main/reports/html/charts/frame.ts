import { markup, trusted, type Fragment, type Markup } from '../markup.ts'
import { coordinate } from './marks.ts'
import type { Tick } from '../../../charts/numeric-axis.ts'
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

/** A drawing with a name; `summary` is what a screen reader says. */
export function drawing(
  size: { readonly width: number; readonly height: number },
  summary: string,
  content: Fragment,
  className = '',
): Markup {
  return markup`<svg class="chart ${className}" viewBox="0 0 ${coordinate(size.width)} ${coordinate(
    size.height,
  )}" style="--chart-width:${coordinate(size.width)}px" role="img" aria-label="${summary}">${content}</svg>`
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
