import { axisPosition, type ParameterAxis } from '../../../analysis/parallel/parameter-axis.ts'
import type { RobustRange } from '../../../analysis/statistics/robust-range.ts'
import { trialStates, type TrialRecord } from '../../../contract/trial.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import { bottomAxis, chartFontSize, drawing, leftAxis, leftMargin, text } from './frame.ts'
import type { PlotArea } from './frame.ts'
import { coordinate, markPath, marks } from './marks.ts'
import { numericAxis } from './numeric-axis.ts'
import { fitText, textWidth } from './text-width.ts'

const width = 300
const height = 190

/**
 * Values of the first goal over the values of one parameter.
 *
 * @param trials in which the parameter was active and the goal has a finite value
 * @param best   gets a ring; null if it is not among the trials
 */
export function sliceChart(
  axis: ParameterAxis,
  trials: readonly TrialRecord[],
  best: TrialRecord | null,
  range: RobustRange,
  summary: string,
): Markup {
  const top = 12
  const bottom = height - 28
  const y = numericAxis({ ...range, from: bottom, to: top, round: !range.log, ticks: 4 })
  const area: PlotArea = { width, height, left: leftMargin(y), right: width - 12, top, bottom }
  const place = placement(axis, area)
  const at = (trial: TrialRecord): [number, number] => [
    place(trial),
    y.at(trial.values[0] ?? Number.NaN),
  ]
  const content = markup`${leftAxis(area, y.ticks)}${
    axis.kind === 'numeric'
      ? bottomAxis(area, horizontal(axis, area).ticks, '')
      : categoryAxis(axis, area)
  }${trialStates.map(state =>
    marks(
      state,
      trials.filter(trial => trial.state === state).map(trial => markPath(state, ...at(trial))),
    ),
  )}${best === null ? null : ring(...at(best))}`
  return drawing({ width, height }, summary, content, 'small')
}

function horizontal(axis: Extract<ParameterAxis, { kind: 'numeric' }>, area: PlotArea) {
  return numericAxis({ ...axis, from: area.left + 10, to: area.right - 10, ticks: 5 })
}

/** Width of the band of one category. */
function bandWidth(axis: Extract<ParameterAxis, { kind: 'categorical' }>, area: PlotArea): number {
  return (area.right - area.left) / axis.values.length
}

function placement(axis: ParameterAxis, area: PlotArea): (trial: TrialRecord) => number {
  if (axis.kind === 'numeric') {
    const scale = horizontal(axis, area)
    return trial => scale.at(Number(trial.parameters[axis.name]))
  }
  const band = bandWidth(axis, area)
  return trial => {
    const position = axisPosition(axis, trial.parameters) ?? 0
    const index = axis.values.length === 1 ? 0 : Math.round(position * (axis.values.length - 1))
    // Multiples of the golden ratio spread neighbours evenly, and the same way every time.
    const spread = ((trial.number * 0.618034) % 1) - 0.5
    return area.left + band * (index + 0.5 + 0.6 * spread)
  }
}

function categoryAxis(
  axis: Extract<ParameterAxis, { kind: 'categorical' }>,
  area: PlotArea,
): Markup {
  const band = bandWidth(axis, area)
  const stride = Math.max(1, Math.ceil(textWidth('abc…', chartFontSize) / band))
  return markup`${trusted(
    `<path class="axis" d="M${coordinate(area.left)},${area.bottom}H${area.right}"/>`,
  )}${axis.values.map((value, index) => {
    if (index % stride !== 0) return null
    const label = String(value)
    const room = band * stride - 6
    return text(area.left + band * (index + 0.5), area.bottom + 18, label, {
      anchor: 'middle',
      ...(fitText(label, room, chartFontSize) === label ? {} : { width: room }),
    })
  })}`
}

function ring(x: number, y: number): Markup {
  return trusted(`<circle class="best-ring" cx="${coordinate(x)}" cy="${coordinate(y)}" r="7"/>`)
}
