import type { Mark, ParallelAxis } from '../../../charts/chart-model.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import { CHART_FONT_SIZE, type Drawing, text, type TextOptions } from './frame.ts'
import { coordinate } from './marks.ts'
import type { Tick } from '../../../charts/numeric-axis.ts'
import { parallelTicks } from '../../../charts/parallel-model.ts'
import { textWidth } from './text-width.ts'
import { shadeClass } from './tones.ts'

const HEIGHT = 380
const TOP = 66
const BOTTOM = HEIGHT - 58
/** Where lines of trials pass for which the parameter was not active. */
const INACTIVE_Y = HEIGHT - 26
const MIN_WIDTH = 760
const MIN_SPACING = 84
const SIDE_MARGIN = 64
/** Bold text is this much wider. */
const BOLDNESS = 1.12

/** Parallel coordinates: the axes share no scale, so they have a layout of their own. */
export function paintParallel(
  { axes, lines, inactive }: Extract<Mark, { kind: 'parallel' }>,
  summary: string,
): Drawing {
  const gaps = Math.max(1, axes.length - 1)
  const spacing = Math.max(MIN_SPACING, (MIN_WIDTH - 2 * SIDE_MARGIN) / gaps)
  const width = 2 * SIDE_MARGIN + spacing * gaps
  const xOf = (index: number): number => SIDE_MARGIN + index * spacing
  const paths = lines.map(({ positions, shade, tone }) => {
    const points = positions.map(
      (position, index) =>
        `${coordinate(xOf(index))},${coordinate(position === null ? INACTIVE_Y : BOTTOM - position * (BOTTOM - TOP))}`,
    )
    const color = tone === 'best' ? 'strong line-best' : `thin ${shadeClass('line', shade, 'rank')}`
    return `<path class="line ${color}${tone === 'pruned' ? ' pruned' : ''}" d="M${points.join('L')}"/>`
  })
  const isInactive = lines.some(({ positions }) => positions.includes(null))
  const content = markup`${isInactive ? inactiveLine(inactive, width) : null}${trusted(paths.join(''))}${axes.map(
    (axis, index) => axisDrawing(axis, xOf(index), spacing, titleLayout(axes, index, spacing)),
  )}`
  return { width, height: HEIGHT, summary, content, className: 'parallel' }
}

function ticksOf(axis: ParallelAxis): readonly Tick[] {
  const room = Math.floor((BOTTOM - TOP + CHART_FONT_SIZE) / (CHART_FONT_SIZE + 4))
  return parallelTicks(axis, room).map(tick => ({ ...tick, at: BOTTOM - tick.at * (BOTTOM - TOP) }))
}

/** Titles that do not fit side by side stand in two rows in turn, and get the room of two. */
function titleLayout(
  axes: readonly ParallelAxis[],
  index: number,
  spacing: number,
): TextOptions & { readonly shift: number; readonly y: number } {
  const widthOf = ({ title }: ParallelAxis): number => textWidth(title, CHART_FONT_SIZE) * BOLDNESS
  const crowded = axes.some(axis => widthOf(axis) > spacing - 10)
  const y = TOP - 18 - (crowded && index % 2 === 0 ? 20 : 0)
  const room = crowded ? spacing * 1.5 : spacing - 10
  if (!crowded || (index > 0 && index < axes.length - 1)) {
    return { shift: 0, y, anchor: 'middle', width: room / BOLDNESS }
  }
  // An end title may fill what the next title of its row leaves free.
  const next = axes[index === 0 ? 2 : index - 2]
  const nextHalfWidth = next === undefined ? 0 : widthOf(next) / 2
  const free =
    axes.length === 3
      ? spacing + SIDE_MARGIN - 16
      : spacing * 2 + SIDE_MARGIN - Math.min(nextHalfWidth, spacing * 0.75) - 20
  const side = index === 0 ? -1 : 1
  return {
    shift: side * (SIDE_MARGIN - 6),
    y,
    width: free / BOLDNESS,
    anchor: index === 0 ? 'start' : 'end',
  }
}

function axisDrawing(
  axis: ParallelAxis,
  x: number,
  spacing: number,
  { shift, y, ...title }: ReturnType<typeof titleLayout>,
): Markup {
  const ticks = ticksOf(axis)
  const dashes = ticks.map(tick => `M${coordinate(x)},${coordinate(tick.at)}h-5`).join('')
  const width = Math.min(spacing - 24, SIDE_MARGIN - 10 + textWidth('0', CHART_FONT_SIZE))
  return markup`${trusted(
    `<path class="axis strong" d="M${coordinate(x)},${TOP}V${BOTTOM}${dashes}"/>`,
  )}${text(x + shift, y, axis.title, { ...title, className: 'axis-title' })}${ticks.map(tick =>
    text(x - 8, tick.at + 4, tick.label, { anchor: 'end', className: 'halo', width }),
  )}`
}

function inactiveLine(name: string, width: number): Markup {
  return markup`${trusted(
    `<path class="grid dashed" d="M${SIDE_MARGIN - 20},${INACTIVE_Y}H${coordinate(width - SIDE_MARGIN + 20)}"/>`,
  )}${text(SIDE_MARGIN - 20, INACTIVE_Y + 20, name)}`
}
