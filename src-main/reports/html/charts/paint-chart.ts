import { axisSpan, sideOf } from '../../../charts/axis-span.ts'
import type { ChartModel, Mark, MarkPoint } from '../../../charts/chart-model.ts'
import { pointText, spanText, type Spoken, tickText } from '../../../charts/chart-words.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import {
  bottomAxis,
  CHART_FONT_SIZE,
  type Drawing,
  leftAxis,
  type PlotArea,
  text,
} from './frame.ts'
import { arrowPath, coordinate, shapePath } from './marks.ts'
import { numericAxis, type Tick } from '../../../charts/numeric-axis.ts'
import { paintParallel } from './paint-parallel.ts'
import { fitText, textWidth } from './text-width.ts'
import { shadeClass, toneClass } from './tones.ts'

/** A drawing and what a screen reader says instead. */
export interface Painting extends Spoken {
  readonly summary: string
  /** One of many: smaller, without titles and without words on points. */
  readonly small?: boolean
}

const ROW_HEIGHT = 32
/** Diameter of points that have sizes. */
const SMALLEST = 4
const GROWS = 12
/** Height of the strip under the plot for what has no value. */
const STRIP_HEIGHT = 22
/** Points that say what they are; more would make the page large. */
const MAX_SPEAKING = 1_000
/** More stretches than this are too narrow for their hatching, which makes each of them thousands of bytes on paper. */
const MAX_HATCHED = 200

interface Scale {
  at(value: number): number
  readonly ticks: readonly Tick[]
}

interface Plot {
  readonly area: PlotArea
  readonly x: Scale
  readonly y: Scale
  readonly rowHeight: number
  readonly painting: Painting
  readonly speaks: boolean
}

/** Draws any chart; null where it is empty. Nothing here knows what a chart is about. */
export function paintChart(painting: Painting): Drawing | null {
  const { model, summary, small = false } = painting
  if (model.empty !== null) return null
  const [first] = model.marks
  if (first?.kind === 'parallel') return paintParallel(first, summary)
  const plot = layOut(painting)
  const { area, x, y } = plot
  const spans = model.marks.flatMap(mark => (mark.kind === 'spans' ? mark.spans : []))
  const isRows = model.y.scale === 'rows'
  const content = markup`${spans.length > 0 ? hatching : null}${isRows ? rowNames(plot) : leftAxis(area, y.ticks)}${bottomAxis(
    area,
    x.ticks,
    small ? '' : model.x.title,
  )}${small || isRows ? null : text(0, 12, model.y.title, { className: 'axis-title' })}<g${trusted(
    spans.length > MAX_HATCHED ? ' class="dense"' : '',
  )}>${model.marks.map(mark => paintMark(mark, plot))}</g>`
  const { width, height } = area
  return { width, height, summary, content, ...(small ? { className: 'small' } : {}) }
}

function layOut(painting: Painting): Plot {
  const { model, small = false, language } = painting
  const { marks } = model
  const rows = model.y.scale === 'rows' ? (model.y.rows ?? []) : null
  const strip = marks.some(mark => mark.kind === 'rug') ? STRIP_HEIGHT : 0
  const below = (small ? 28 : 48) + strip
  const [width, height] = small
    ? [300, 190]
    : [760, rows === null ? 340 : 8 + rows.length * ROW_HEIGHT + below]
  const [top, bottom] = [small ? 12 : rows === null ? 28 : 8, height - below]
  const rowHeight = rows === null ? 0 : (bottom - top) / Math.max(1, rows.length)
  const y =
    rows === null
      ? scaleOf(model, 'y', language, { from: bottom, to: top, ticks: small ? 4 : 5 })
      : { at: (row: number) => top + (row + 0.5) * rowHeight, ticks: [] }
  const labels = rows ?? y.ticks.map(({ label }) => label)
  const widest = Math.max(0, ...labels.map(label => textWidth(label, CHART_FONT_SIZE)))
  const left = Math.min(240, Math.ceil(widest) + 14)
  const area = { width, height, left, right: width - (small ? 12 : 16), top, bottom, strip }
  const inset = rows === null && model.x.scale !== 'rows' ? 8 : 0
  const x = scaleOf(model, 'x', language, {
    from: left + inset,
    to: area.right - inset,
    ticks: small ? 4 : model.x.unit === 'durationMs' ? 6 : 9,
  })
  const count = marks.reduce(
    (sum, mark) => sum + (mark.kind === 'points' ? mark.points.length : 0),
    0,
  )
  return { area, x, y, rowHeight, painting, speaks: !small && count <= MAX_SPEAKING }
}

function scaleOf(
  model: ChartModel,
  which: 'x' | 'y',
  language: Spoken['language'],
  range: { readonly from: number; readonly to: number; readonly ticks: number },
): Scale {
  const axis = model[which]
  const { low, high } = axisSpan(model, which) ?? { low: 0, high: 1 }
  if (axis.scale === 'rows') return bandScale(axis.rows ?? [], range)
  const { unit } = axis
  const per = unit === 'durationMs' ? timeUnitMs(high) : 1
  const isWhole = unit === 'whole' || unit === 'trial'
  const isShare = unit === 'share'
  const scale = numericAxis({
    ...range,
    low: isShare ? Math.min(0, low) : low / per,
    high: high / per,
    log: axis.scale === 'log',
    whole: isWhole,
    // An axis of counts or of time ends where its marks end.
    round: axis.scale !== 'log' && !isWhole && per === 1,
  })
  const ticks =
    isShare || unit === 'durationMs'
      ? scale.ticks.map(tick => ({ ...tick, label: tickText(axis, tick.value * per, language) }))
      : scale.ticks
  return { at: value => scale.at(value / per), ticks }
}

function timeUnitMs(lengthMs: number): number {
  return lengthMs < 3 * 60_000 ? 1_000 : lengthMs < 3 * 3_600_000 ? 60_000 : 3_600_000
}

/** Categories side by side; where they are many, only every second, third … is named. */
function bandScale(
  names: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Scale {
  const band = (to - from) / Math.max(1, names.length)
  const at = (row: number): number => from + band * (row + 0.5)
  const stride = Math.max(1, Math.ceil(textWidth('abc…', CHART_FONT_SIZE) / band))
  const ticks = names.flatMap((name, row) =>
    row % stride === 0
      ? [{ value: row, at: at(row), label: fitText(name, band * stride - 6, CHART_FONT_SIZE) }]
      : [],
  )
  return { at, ticks }
}

function rowNames({ area, y, painting }: Plot): Markup {
  return markup`${(painting.model.y.rows ?? []).map((name, row) =>
    text(area.left - 8, y.at(row) + 4, name, { anchor: 'end', width: area.left - 10 }),
  )}`
}

function paintMark(mark: Mark, plot: Plot): Markup | readonly (Markup | null)[] | null {
  const { area, x, y, rowHeight, painting } = plot
  const area_ = toneClass('area', mark.tone)
  const line = toneClass('line', mark.tone)
  const box = (left: number, top: number, right: number, bottom: number): string =>
    `x="${coordinate(left)}" y="${coordinate(top)}" width="${coordinate(Math.max(0, right - left))}" height="${coordinate(Math.max(0, bottom - top))}"`
  switch (mark.kind) {
    case 'points':
      return points(mark, mark.points, plot)
    case 'rug': {
      const middle = area.bottom + STRIP_HEIGHT / 2 + 2
      const at = mark.points.map(point => shapePath(mark.shape, x.at(point.x), middle)).join('')
      return trusted(
        `<rect class="strip" ${box(area.left, area.bottom + 4, area.right, area.bottom + STRIP_HEIGHT)}/><path class="mark ${mark.shape} ${line}" d="${at}"/>`,
      )
    }
    case 'line':
      return lines(mark, plot)
    case 'band':
      return trusted(`<path class="band ${area_}" d="${bandPath(mark, plot)}"/>`)
    case 'bars':
      return mark.bars.map(({ row, value, interval, groupPosition: [index, count] = [0, 1] }) => {
        const thickness = (rowHeight * 0.7) / count
        const top = y.at(row) - rowHeight * 0.35 + index * thickness
        return trusted(
          `<rect class="${area_}" ${box(x.at(0), top, x.at(value), top + thickness - 2)}/>${
            interval === undefined
              ? ''
              : `<path class="axis strong" d="M${coordinate(x.at(interval[0]))},${coordinate(top + thickness / 2)}H${coordinate(x.at(interval[1]))}"/>`
          }`,
        )
      })
    case 'boxes':
      return mark.boxes.map(({ row, low, lowerQuartile, median, upperQuartile, high }) => {
        const [middle, half] = [y.at(row), Math.min(10, rowHeight * 0.3)]
        const [a, b, c, d, e] = [low, lowerQuartile, median, upperQuartile, high].map(value =>
          x.at(value),
        )
        return trusted(
          `<rect class="band ${area_}" ${box(b as number, middle - half, d as number, middle + half)}/><path class="box ${line}" d="M${coordinate(a as number)},${coordinate(middle)}H${coordinate(b as number)}M${coordinate(d as number)},${coordinate(middle)}H${coordinate(e as number)}M${coordinate(c as number)},${coordinate(middle - half)}v${coordinate(2 * half)}"/>`,
        )
      })
    case 'cells':
      return mark.cells.map(cell => {
        const [left = 0, right = 0] = cell.x.map(value => x.at(value))
        const [bottom = 0, top = 0] = cell.y.map(value => y.at(value))
        const shade = shadeClass('area', cell.shade, painting.model.ramp?.kind ?? 'rank')
        return markup`<rect class="${shade}" ${trusted(box(left, top, right + 0.3, bottom + 0.3))}><title>${cell.text}</title></rect>`
      })
    case 'spans':
      return mark.spans.map(span => {
        const [left, middle] = [x.at(span.from), y.at(span.row)]
        const right = Math.max(left + 1, x.at(span.to) - 0.5)
        const half = rowHeight * 0.3
        const label = span.label ?? ''
        const isWide = label !== '' && right - left > textWidth(label, CHART_FONT_SIZE) + 6
        const kind = typeof mark.tone === 'number' ? '' : mark.tone
        return markup`<rect class="span ${kind} ${area_} ${line}" ${trusted(box(left, middle - half, right, middle + half))}><title>${spanText(mark, span, painting)}</title></rect>${
          isWide
            ? text((left + right) / 2, middle + 4, label, {
                anchor: 'middle',
                className: `span-label ${kind}`,
              })
            : null
        }`
      })
    case 'rules':
      return mark.rules.map(
        rule =>
          markup`<path class="rule ${line}" d="M${coordinate(x.at(rule.x))},${coordinate(area.top)}V${coordinate(area.bottom)}"><title>${rule.text}</title></path>`,
      )
    case 'parallel':
      return null
  }
}

function points(
  { tone, shape = 'dot' }: Extract<Mark, { kind: 'points' }>,
  all: readonly MarkPoint[],
  { x, y, speaks, painting }: Plot,
): readonly Markup[] {
  const kind = painting.model.ramp?.kind ?? 'rank'
  const classOf = ({ shade }: MarkPoint): string =>
    `mark ${shape} ${shade === undefined ? toneClass('line', tone) : shadeClass('line', shade, kind)}`
  const { model } = painting
  const path = (point: MarkPoint): string => {
    const [across, up] = [sideOf(model.x, point.x), sideOf(model.y, point.y)]
    return across === 0 && up === 0
      ? shapePath(shape, x.at(point.x), y.at(point.y))
      : arrowPath(x.at(point.x), y.at(point.y), up === 0 ? [across, 0] : [0, -up])
  }
  // Every point has a size of its own, or none has: of dots it is the width of a stroke without length.
  const styleOf = ({ size }: MarkPoint): Markup | null =>
    size === undefined
      ? null
      : trusted(` style="stroke-width:${coordinate(SMALLEST + GROWS * size)}"`)
  const isSized = all.some(({ size }) => size !== undefined)
  if (speaks || isSized) {
    return all.map(
      point =>
        markup`<path class="${classOf(point)}"${styleOf(point)} d="${path(point)}"><title>${pointText(point, painting)}</title></path>`,
    )
  }
  const byClass = new Map<string, string[]>()
  for (const point of all) {
    const name = classOf(point)
    const classPaths = byClass.get(name)
    if (classPaths === undefined) byClass.set(name, [path(point)])
    else classPaths.push(path(point))
  }
  return [...byClass].map(([name, paths]) =>
    trusted(`<path class="${name}" d="${paths.join('')}"/>`),
  )
}

/** Lines without words share a path. */
function lines(
  { tone, dash = 0, stepped, points: all }: Extract<Mark, { kind: 'line' }>,
  { x, y, painting }: Plot,
): readonly Markup[] {
  const className = `line dash${dash} ${toneClass('line', tone)}`
  const silent: string[] = []
  const speaking: Markup[] = []
  let path = ''
  let last: MarkPoint | undefined
  const end = (): void => {
    if (last === undefined) return
    // A single point has no line: it becomes a short dash.
    const whole = /^M[^A-Z]*$/.test(path) ? `${path}m-2,0h4` : path
    const { text: words, trial } = last
    if (words === undefined && (trial === undefined || stepped === true)) silent.push(whole)
    else {
      speaking.push(
        markup`<path class="${className}" d="${whole}"><title>${words ?? `${painting.trialName} ${trial ?? ''}`}</title></path>`,
      )
    }
    path = ''
    last = undefined
  }
  for (const point of all) {
    if (!Number.isFinite(point.y)) {
      end()
      continue
    }
    const [across, up] = [coordinate(x.at(point.x)), coordinate(y.at(point.y))]
    path +=
      last === undefined
        ? `M${across},${up}`
        : stepped === true
          ? `H${across}V${up}`
          : `L${across},${up}`
    last = point
  }
  end()
  return silent.length === 0
    ? speaking
    : [trusted(`<path class="${className}" d="${silent.join('')}"/>`), ...speaking]
}

function bandPath(
  { points: all, stepped }: Extract<Mark, { kind: 'band' }>,
  { x, y }: Plot,
): string {
  const side = (end: 'low' | 'high'): string[] =>
    all.flatMap((point, index) => {
      const before = all[index - 1]
      const across = coordinate(x.at(point.x))
      const pointText = `${across},${coordinate(y.at(point[end]))}`
      return stepped === true && before !== undefined
        ? [`${across},${coordinate(y.at(before[end]))}`, pointText]
        : [pointText]
    })
  return all.length === 0 ? '' : `M${[...side('low'), ...side('high').reverse()].join('L')}Z`
}

const hatching = trusted(
  `<defs><pattern id="stripe-pruned" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="tile" width="6" height="6"/><path class="hatch line-pruned" d="M0,0V6"/></pattern>` +
    `<pattern id="stripe-failed" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="tile" width="7" height="7"/><path class="hatch line-failed" d="M1,1L6,6M6,1L1,6"/></pattern></defs>`,
)
