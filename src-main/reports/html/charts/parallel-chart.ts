import { axisPosition, type ParameterAxis } from '../../../analysis/parallel/parameter-axis.ts'
import { robustRange } from '../../../analysis/statistics/robust-range.ts'
import type { Goal } from '../../../contract/study-specification.ts'
import type { TrialRecord } from '../../../contract/trial.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import type { Translate } from '../../../i18n/translate.ts'
import { chartFontSize, drawing, text, type TextOptions } from './frame.ts'
import { coordinate } from './marks.ts'
import { numericAxis, type NumericAxis, type Tick } from './numeric-axis.ts'
import { textWidth } from './text-width.ts'

const height = 380
const top = 66
const bottom = height - 58
/** Where lines of trials pass for which the parameter was not active. */
const inactiveY = height - 26
const smallestWidth = 760
const smallestSpacing = 84
const sideMargin = 64
/** Bold text is this much wider. */
const boldness = 1.12

/** How many colours there are from worst to best; the style sheet has `q0` … `q9`. */
export const colourCount = 10

interface DrawnAxis {
  readonly title: string
  readonly x: number
  readonly ticks: readonly Tick[]
  readonly at: (trial: TrialRecord) => number | null
}

/**
 * One vertical axis per parameter and goal, one line per trial, coloured by rank in the first goal.
 *
 * @param ranked trials with a finite value of the first goal, best first
 */
export function parallelChart(
  t: Translate,
  ranked: readonly TrialRecord[],
  parameters: readonly ParameterAxis[],
  goals: readonly Goal[],
  summary: string,
): Markup {
  const count = parameters.length + goals.length
  const spacing = Math.max(
    smallestSpacing,
    (smallestWidth - 2 * sideMargin) / Math.max(1, count - 1),
  )
  const width = 2 * sideMargin + spacing * Math.max(1, count - 1)
  const axes = [
    ...parameters.map((axis, index) => parameterDrawing(axis, sideMargin + index * spacing)),
    ...goals.map((goal, index) =>
      goalDrawing(t, goal, index, ranked, sideMargin + (parameters.length + index) * spacing),
    ),
  ]
  const anyInactive = ranked.some(trial => axes.some(axis => axis.at(trial) === null))
  const content = markup`${anyInactive ? inactiveLine(t, width) : null}<g class="curves">${ranked
    .toReversed()
    .map((trial, index) => {
      const place = ranked.length - 1 - index
      return trialLine(trial, axes, place === 0 ? 'best' : colourClass(place, ranked.length))
    })}</g>${axes.map((axis, index) =>
    axisDrawing(axis, spacing, titlePlace(axes, index, spacing)),
  )}`
  return drawing({ width, height }, summary, content, 'parallel')
}

/** `q9` for the best tenth, `q0` for the worst. */
export function colourClass(place: number, count: number): string {
  return `q${colourCount - 1 - Math.min(colourCount - 1, Math.floor((place / count) * colourCount))}`
}

function parameterDrawing(axis: ParameterAxis, x: number): DrawnAxis {
  const at = (trial: TrialRecord) => {
    const position = axisPosition(axis, trial.parameters)
    return position === null ? null : bottom - position * (bottom - top)
  }
  if (axis.kind === 'numeric') {
    return { title: axis.name, x, at, ticks: numericAxis({ ...axis, from: bottom, to: top }).ticks }
  }
  const ticks = axis.values.map((value, index) => ({
    at:
      bottom - (axis.values.length === 1 ? 0.5 : index / (axis.values.length - 1)) * (bottom - top),
    label: String(value),
  }))
  return { title: axis.name, x, at, ticks: thinTicks(ticks) }
}

/** With very many values only every second, third … gets a label. */
function thinTicks(ticks: readonly Tick[]): readonly Tick[] {
  const stride = Math.ceil((ticks.length * (chartFontSize + 4)) / (bottom - top + chartFontSize))
  return stride <= 1 ? ticks : ticks.filter((_, index) => index % stride === 0)
}

function goalDrawing(
  t: Translate,
  goal: Goal,
  index: number,
  trials: readonly TrialRecord[],
  x: number,
): DrawnAxis {
  const range = robustRange(
    trials.map(trial => trial.values[index] ?? Number.NaN),
    goal.direction,
  )
  const axis: NumericAxis | null =
    range === null ? null : numericAxis({ ...range, from: bottom, to: top })
  return {
    title: `${t(goal.direction === 'minimize' ? 'report.goal.minimizeSign' : 'report.goal.maximizeSign')} ${goal.metric}`,
    x,
    ticks: axis?.ticks ?? [],
    at: trial => {
      const value = trial.values[index] ?? Number.NaN
      return axis === null || !Number.isFinite(value) ? null : axis.at(value)
    },
  }
}

function trialLine(trial: TrialRecord, axes: readonly DrawnAxis[], className: string): Markup {
  const points = axes.map(
    axis => `${coordinate(axis.x)},${coordinate(axis.at(trial) ?? inactiveY)}`,
  )
  const state = trial.state === 'pruned' ? ' pruned' : ''
  return trusted(`<path class="curve ${className}${state}" d="M${points.join('L')}"/>`)
}

interface TitlePlace extends TextOptions {
  readonly x: number
  readonly y: number
}

/** Titles that do not fit side by side stand in two rows in turn, and get the room of two. */
function titlePlace(axes: readonly DrawnAxis[], index: number, spacing: number): TitlePlace {
  const crowded = axes.some(axis => textWidth(axis.title, chartFontSize) * boldness > spacing - 10)
  const y = top - 18 - (crowded && index % 2 === 0 ? 20 : 0)
  const x = axes[index]?.x ?? 0
  const room = crowded ? spacing * 1.5 : spacing - 10
  if (!crowded || (index > 0 && index < axes.length - 1)) {
    return { x, y, anchor: 'middle', width: room / boldness }
  }
  // An end title may fill what the next title of its row leaves free.
  const next = axes[index === 0 ? 2 : index - 2]
  const taken = next === undefined ? 0 : (textWidth(next.title, chartFontSize) * boldness) / 2
  const free =
    axes.length === 3
      ? spacing + sideMargin - 16
      : spacing * 2 + sideMargin - Math.min(taken, spacing * 0.75) - 20
  return index === 0
    ? { x: x - sideMargin + 6, y, anchor: 'start', width: free / boldness }
    : { x: x + sideMargin - 6, y, anchor: 'end', width: free / boldness }
}

function axisDrawing(axis: DrawnAxis, spacing: number, title: TitlePlace): Markup {
  const ticks = axis.ticks.map(tick => `M${coordinate(axis.x)},${coordinate(tick.at)}h-5`).join('')
  return markup`${trusted(
    `<path class="axis strong" d="M${coordinate(axis.x)},${top}V${bottom}${ticks}"/>`,
  )}${text(title.x, title.y, axis.title, { ...title, className: 'axis-title' })}${axis.ticks.map(
    tick =>
      text(axis.x - 8, tick.at + 4, tick.label, {
        anchor: 'end',
        className: 'halo',
        width: Math.min(spacing - 24, sideMargin - 10 + textWidth('0', chartFontSize)),
      }),
  )}`
}

function inactiveLine(t: Translate, width: number): Markup {
  return markup`${trusted(
    `<path class="grid dashed" d="M${sideMargin - 20},${inactiveY}H${coordinate(width - sideMargin + 20)}"/>`,
  )}${text(sideMargin - 20, inactiveY + 20, t('report.parallel.inactive'))}`
}
