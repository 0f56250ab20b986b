import { curveStepAfter, line } from 'd3-shape'
import { type Improvement, improvements as improvementsOf } from '../../../contract/ranking.ts'
import { robustRange, type RobustRange } from '../../../analysis/statistics/robust-range.ts'
import { isFeasible } from '../../../contract/constraints.ts'
import type { Goal } from '../../../contract/study-specification.ts'
import { trialStates, type TrialRecord } from '../../../contract/trial.ts'
import { formatMetric } from '../../../i18n/format-number.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import type { Translate } from '../../../i18n/translate.ts'
import { bottomAxis, drawing, leftAxis, leftMargin, text, type PlotArea } from './frame.ts'
import { coordinate, markClass, markPath, marks } from './marks.ts'
import { numericAxis, type NumericAxis } from './numeric-axis.ts'

const width = 760
const height = 320
/** Height of the strip under the plot where trials without a value stand. */
const stripHeight = 22
const mostTooltips = 1_000

export interface HistoryChart {
  readonly chart: Markup
  readonly notes: readonly string[]
  readonly improvements: readonly Improvement[]
}

/**
 * Values of one goal over trial numbers, with the best-so-far line. Trials without a finite value
 * stand in a strip below the plot. Null if no trial has a finite value.
 */
export function historyChart(
  t: Translate,
  trials: readonly TrialRecord[],
  goal: Goal,
  goalIndex: number,
  summary: string,
): HistoryChart | null {
  const valueOf = (trial: TrialRecord) => trial.values[goalIndex] ?? Number.NaN
  const range = robustRange(trials.map(valueOf), goal.direction)
  if (range === null) return null
  const without = trials.filter(trial => !Number.isFinite(valueOf(trial)))
  const strip = without.length > 0 ? stripHeight : 0
  const { area, x, y } = layOut(trials, range, strip)
  const improvements = improvementsOf(trials, { ...goal, index: goalIndex })
  const steps = improvements.filter(({ value }) => Number.isFinite(value))
  const bestShown = steps.at(-1) === improvements.at(-1)
  const withValue = trials.filter(trial => Number.isFinite(valueOf(trial)))
  const place = (trial: TrialRecord): [number, number] => [x.at(trial.number), y.at(valueOf(trial))]
  const content = markup`${leftAxis(area, y.ticks)}${bottomAxis(
    { ...area, bottom: area.bottom + strip },
    x.ticks,
    t('report.axis.trial'),
  )}${strip === 0 ? null : noValueStrip(t, area, without, x)}${bestLine(steps, trials, x, y)}${
    withValue.length <= mostTooltips
      ? withValue.map(trial => {
          const infeasible = !isFeasible(trial)
          const state = t(`state.${trial.state}`) + (infeasible ? `, ${t('state.infeasible')}` : '')
          const title = `${t('report.trial.title', { number: trial.number })} · ${state} · ${formatMetric(valueOf(trial))}`
          return markup`<path class="${markClass(trial.state, infeasible)}" d="${markPath(trial.state, ...place(trial))}"><title>${title}</title></path>`
        })
      : trialStates.map(state =>
          [true, false].map(feasible =>
            marks(
              state,
              withValue
                .filter(trial => trial.state === state && isFeasible(trial) === feasible)
                .map(trial => markPath(state, ...place(trial))),
              !feasible,
            ),
          ),
        )
  }${bestShown ? bestMark(steps, x, y) : null}`
  const notes: string[] = []
  if (range.log) notes.push(t('report.note.logAxis'))
  if (range.outside > 0) notes.push(t('report.note.outside', { count: range.outside }))
  return { chart: drawing({ width, height }, summary, content), notes, improvements }
}

function layOut(
  trials: readonly TrialRecord[],
  range: RobustRange,
  strip: number,
): { area: PlotArea; x: NumericAxis; y: NumericAxis } {
  const top = 16
  const bottom = height - 48 - strip
  const y = numericAxis({ ...range, from: bottom, to: top, round: !range.log })
  const area: PlotArea = { width, height, left: leftMargin(y), right: width - 16, top, bottom }
  const x = numericAxis({
    low: trials[0]?.number ?? 0,
    high: trials.at(-1)?.number ?? 1,
    from: area.left + 8,
    to: area.right - 8,
    ticks: 10,
    whole: true,
  })
  return { area, x, y }
}

function bestLine(
  steps: readonly Improvement[],
  trials: readonly TrialRecord[],
  x: NumericAxis,
  y: NumericAxis,
): Markup | null {
  const last = steps.at(-1)
  if (last === undefined) return null
  const points = steps.map(({ trial, value }): [number, number] => [
    x.at(trial.number),
    y.at(value),
  ])
  points.push([x.at(trials.at(-1)?.number ?? last.trial.number), y.at(last.value)])
  const path = line().curve(curveStepAfter).digits(1)(points) ?? ''
  return trusted(`<path class="best-line" d="${path}"/>`)
}

function bestMark(steps: readonly Improvement[], x: NumericAxis, y: NumericAxis): Markup | null {
  const last = steps.at(-1)
  if (last === undefined) return null
  const [cx, cy] = [x.at(last.trial.number), y.at(last.value)].map(coordinate)
  return trusted(`<circle class="best-ring" cx="${cx}" cy="${cy}" r="7"/>`)
}

function noValueStrip(
  t: Translate,
  area: PlotArea,
  trials: readonly TrialRecord[],
  x: NumericAxis,
): Markup {
  const middle = area.bottom + stripHeight / 2 + 2
  return markup`<g><rect class="strip" x="${coordinate(area.left)}" y="${coordinate(
    area.bottom + 4,
  )}" width="${coordinate(area.right - area.left)}" height="${coordinate(
    stripHeight - 4,
  )}"/>${text(area.left - 8, middle + 4, '–', { anchor: 'end' })}${trialStates.map(state =>
    marks(
      state,
      trials
        .filter(trial => trial.state === state)
        .map(trial => markPath(state, x.at(trial.number), middle)),
    ),
  )}<title>${t('report.history.noValue', { count: trials.length })}</title></g>`
}
