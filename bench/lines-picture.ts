import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'

/** The picture of a benchmark: what was reached against what it cost, ours and reference runs. */

const COLORS = ['#0b6bcb', '#c0392b', '#2e8b57', '#8e6bbf', '#b7791f', '#0e7c86', '#555', '#999']
const WIDTH = 560
const HEIGHT = 320
const LEFT = 48
const RIGHT = 190
const TOP = 30
const BOTTOM = 34

export interface Series {
  readonly label: string
  /** What was reached by cost. */
  readonly at: Readonly<Record<number, number>>
  /** Drawn dashed. */
  readonly isReference: boolean
}

export interface LinesPicture {
  readonly title: string
  readonly series: readonly Series[]
  /** Costs that are named below; the axis is logarithmic. */
  readonly costs: readonly number[]
  /** The best there is, drawn dotted. */
  readonly best: number
}

/** @returns an SVG document */
export function drawLines({ title, series, costs, best }: LinesPicture): string {
  const drawn = series.map(({ label, at, isReference }) => ({
    label,
    isReference,
    points: Object.entries(at)
      .map(([cost, reached]): [number, number] => [Number(cost), reached])
      .sort(([a], [b]) => a - b),
  }))
  const all = drawn.flatMap(({ points }) => points)
  const reached = [best, ...all.map(([, value]) => value)]
  const x = scaleLog(
    [Math.min(...all.map(([cost]) => cost)), Math.max(...all.map(([cost]) => cost))],
    [LEFT, WIDTH - RIGHT],
  )
  const y = scaleLinear([Math.min(...reached), Math.max(...reached)], [HEIGHT - BOTTOM, TOP]).nice()
  const path = line<[number, number]>()
    .x(([cost]) => x(cost))
    .y(([, value]) => y(value))
  const lines = drawn.map(({ points, isReference }, index) => {
    const color = COLORS[index % COLORS.length]
    const dots = points.map(
      ([cost, value]) =>
        `<circle cx="${x(cost).toFixed(1)}" cy="${y(value).toFixed(1)}" r="2.5" fill="${color}"/>`,
    )
    const dashes = isReference ? ' stroke-dasharray="4 3"' : ''
    return `<path d="${path(points)}" fill="none" stroke="${color}" stroke-width="${isReference ? 1.4 : 2.2}"${dashes}/>${dots.join('')}`
  })
  const legend = drawn.map(({ label }, index) => {
    const at = TOP + 8 + index * 18
    return `<path d="M${WIDTH - RIGHT + 14} ${at}h16" stroke="${COLORS[index % COLORS.length]}" stroke-width="2"/><text x="${WIDTH - RIGHT + 36}" y="${at + 4}">${label}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="18" font-weight="bold">${title}</text>
${axes(x, y, costs)}
<path d="M${LEFT} ${y(best).toFixed(1)}H${WIDTH - RIGHT}" stroke="#333" stroke-dasharray="1 3"/>
${lines.join('\n')}
<g>${legend.join('')}</g>
</svg>
`
}

function axes(
  x: ReturnType<typeof scaleLog<number, number>>,
  y: ReturnType<typeof scaleLinear<number, number>>,
  costs: readonly number[],
): string {
  const floor = HEIGHT - BOTTOM
  const below = costs.map(
    tick =>
      `<path d="M${x(tick).toFixed(1)} ${floor}v4" stroke="#999"/><text x="${x(tick).toFixed(1)}" y="${floor + 17}" text-anchor="middle" fill="#555">${tick}</text>`,
  )
  const left = y
    .ticks(6)
    .map(
      tick =>
        `<path d="M${LEFT} ${y(tick).toFixed(1)}H${WIDTH - RIGHT}" stroke="#e4e4e4"/><text x="${LEFT - 6}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end" fill="#555">${tick}</text>`,
    )
  return [...left, ...below].join('')
}
