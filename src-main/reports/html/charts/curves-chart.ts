import { line } from 'd3-shape'
import { thinPoints, type Point } from '../../../analysis/curves/thin-points.ts'
import { robustRange } from '../../../analysis/statistics/robust-range.ts'
import type { Goal } from '../../../contract/study-specification.ts'
import type { Curve } from '../../../contract/trial.ts'
import { trusted, markup, type Markup } from '../markup.ts'
import type { Translate } from '../../../i18n/translate.ts'
import { bottomAxis, drawing, leftAxis, leftMargin, type PlotArea } from './frame.ts'
import { coordinate } from './marks.ts'
import { numericAxis } from './numeric-axis.ts'

/** One line of the chart; later ones are drawn over earlier ones. */
export interface CurveLine {
  readonly curve: Curve
  /** Classes of the style sheet: `context`, `pruned`, `best`, `second` … */
  readonly className: string
  readonly title: string
}

export interface CurvesChart {
  readonly chart: Markup
  readonly notes: readonly string[]
}

export interface CurvesChartOptions {
  readonly width: number
  readonly height: number
  readonly summary: string
  /** Decides which side of the axis may be cut when a curve runs away. */
  readonly direction: Goal['direction']
  /** What the horizontal axis counts; steps by default. */
  readonly axis?: string
}

const mostPoints = 200
/** Curves start far from where they end; only what runs away for good is cut. */
const curveFence = 40

/** Curves over steps. Null if no curve has a finite value. */
export function curvesChart(
  t: Translate,
  lines: readonly CurveLine[],
  options: CurvesChartOptions,
): CurvesChart | null {
  const { width, height } = options
  const runs = lines.map(({ curve }) => finiteRuns(curve))
  const points = runs.flat(2)
  const range = robustRange(
    points.map(point => point.y),
    options.direction,
    curveFence,
  )
  if (range === null) return null
  const lowX = points.reduce((low, point) => Math.min(low, point.x), Number.POSITIVE_INFINITY)
  const highX = points.reduce((high, point) => Math.max(high, point.x), Number.NEGATIVE_INFINITY)
  const top = 16
  const bottom = height - 48
  const y = numericAxis({ ...range, from: bottom, to: top, round: !range.log })
  const area: PlotArea = { width, height, left: leftMargin(y), right: width - 16, top, bottom }
  const x = numericAxis({
    low: lowX,
    high: highX,
    from: area.left + 8,
    to: area.right - 8,
    ticks: Math.round(width / 80),
    whole: true,
  })
  const path = line<Point>(
    point => x.at(point.x),
    point => y.at(point.y),
  ).digits(1)
  let thinned = 0
  const drawn = lines.map(({ className, title }, index) => {
    const parts = (runs[index] ?? []).map(run => {
      const kept = thinPoints(run, mostPoints)
      if (kept.length < run.length) thinned++
      const first = kept[0]
      // A single point has no line: it becomes a short dash.
      return kept.length === 1 && first !== undefined
        ? `M${coordinate(x.at(first.x) - 2)},${coordinate(y.at(first.y))}h4`
        : (path(kept) ?? '')
    })
    if (parts.length === 0) return null
    return markup`<path class="curve ${className}" d="${parts.join('')}"><title>${title}</title></path>`
  })
  const notes: string[] = []
  if (range.log) notes.push(t('report.note.logAxis'))
  if (range.outside > 0) notes.push(t('report.note.pointsOutside', { count: range.outside }))
  if (thinned > 0) notes.push(t('report.note.thinned', { points: mostPoints, count: thinned }))
  const content = markup`${leftAxis(area, y.ticks)}${bottomAxis(area, x.ticks, options.axis ?? t('report.axis.step'))}${trusted(
    '<g class="curves">',
  )}${drawn}${trusted('</g>')}`
  return { chart: drawing({ width, height }, options.summary, content), notes }
}

/** Stretches of finite values; a gap in the values is a gap in the line. */
function finiteRuns(curve: Curve): Point[][] {
  const runs: Point[][] = []
  let run: Point[] = []
  for (const [index, x] of curve.steps.entries()) {
    const y = curve.values[index] ?? Number.NaN
    if (Number.isFinite(y)) {
      if (run.length === 0) runs.push(run)
      run.push({ x, y })
    } else {
      run = []
    }
  }
  return runs
}
