import { busyTime, type BusyTime } from '../../../analysis/timeline/busy-time.ts'
import type { AttemptRecord, TrialRecord } from '../../../contract/trial.ts'
import { formatDuration } from '../../../i18n/format-time.ts'
import type { Language } from '../../../i18n/language.ts'
import { markup, trusted, type Fragment, type Markup } from '../markup.ts'
import type { Translate } from '../../../i18n/translate.ts'
import { bottomAxis, chartFontSize, drawing, text, type PlotArea } from './frame.ts'
import { coordinate } from './marks.ts'
import { numericAxis } from './numeric-axis.ts'
import { textWidth } from './text-width.ts'

const width = 760
const rowHeight = 30
const barHeight = 18
/** More bars than this are too narrow for their hatching, which makes each of them thousands of bytes on paper. */
const mostHatched = 200

/** One attempt as a bar. */
export interface TimelineBar {
  readonly trial: TrialRecord
  readonly attempt: AttemptRecord
  readonly fromMs: number
  readonly toMs: number
}

/** Attempts of all trials; running ones end now. */
export function timelineBars(trials: readonly TrialRecord[], nowMs: number): TimelineBar[] {
  return trials.flatMap(trial =>
    trial.attempts.map(attempt => ({
      trial,
      attempt,
      fromMs: attempt.startedAtMs,
      toMs:
        attempt.finishedAtMs ??
        (attempt.state === 'running' ? Math.max(attempt.startedAtMs, nowMs) : attempt.startedAtMs),
    })),
  )
}

/** One row per slot, one bar per attempt; pauses in which nothing ran are cut out. */
export function timelineChart(
  t: Translate,
  language: Language,
  bars: readonly TimelineBar[],
  slots: readonly number[],
  summary: string,
): { readonly chart: Markup; readonly time: BusyTime } {
  const time = busyTime(bars)
  const labels = slots.map(slot => t('report.timeline.slot', { slot }))
  const left = Math.ceil(Math.max(...labels.map(label => textWidth(label, chartFontSize)))) + 14
  const bottom = 8 + slots.length * rowHeight
  const area: PlotArea = { width, height: bottom + 48, left, right: width - 16, top: 8, bottom }
  const unit = axisUnit(time.lengthMs)
  const x = numericAxis({
    low: 0,
    high: Math.max(time.lengthMs, 1) / unit.ms,
    from: left,
    to: area.right,
    ticks: 8,
  })
  const at = (ms: number) => x.at(ms / unit.ms)
  const rows = slots.map((slot, row) => {
    const y = area.top + row * rowHeight
    return markup`${text(left - 10, y + rowHeight / 2 + 4, labels[row] ?? '', { anchor: 'end' })}${bars
      .filter(bar => bar.attempt.slot === slot)
      .map(bar => barDrawing(t, language, bar, at, time, y + (rowHeight - barHeight) / 2))}`
  })
  const cuts = time.pauses
    .map(pause => `M${coordinate(at(pause.atMs))},${area.top}V${area.bottom}`)
    .join('')
  const content = markup`${patterns}<g${trusted(bars.length > mostHatched ? ' class="dense"' : '')}>${rows}</g>${
    cuts === '' ? null : trusted(`<path class="cut" d="${cuts}"/>`)
  }${bottomAxis(area, x.ticks, t('report.axis.elapsed', { unit: t(unit.key) }))}`
  return { chart: drawing({ width, height: area.height }, summary, content), time }
}

function barDrawing(
  t: Translate,
  language: Language,
  bar: TimelineBar,
  at: (ms: number) => number,
  time: BusyTime,
  y: number,
): Markup {
  const from = at(time.at(bar.fromMs))
  const barWidth = Math.max(1, at(time.at(bar.toMs)) - from - 0.5)
  const title = [
    t('report.trial.title', { number: bar.trial.number }),
    bar.trial.attempts.length > 1
      ? t('report.timeline.attempt', { number: bar.attempt.number })
      : null,
    t(`state.${bar.attempt.state}`),
    formatDuration(bar.toMs - bar.fromMs, language),
  ]
    .filter(part => part !== null)
    .join(' · ')
  const number = String(bar.trial.number)
  const label: Fragment =
    barWidth > textWidth(number, chartFontSize) + 6
      ? text(from + barWidth / 2, y + barHeight / 2 + 4, number, {
          anchor: 'middle',
          className: `bar-label ${bar.attempt.state}`,
        })
      : null
  return markup`<rect class="bar ${bar.attempt.state}" x="${coordinate(from)}" y="${coordinate(
    y,
  )}" width="${coordinate(barWidth)}" height="${coordinate(barHeight)}"><title>${title}</title></rect>${label}`
}

const patterns = trusted(
  `<defs><pattern id="stripe-pruned" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="tile pruned" width="6" height="6"/><path class="hatch pruned" d="M0,0V6"/></pattern>` +
    `<pattern id="stripe-failed" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="tile failed" width="7" height="7"/><path class="hatch failed" d="M1,1L6,6M6,1L1,6"/></pattern></defs>`,
)

function axisUnit(lengthMs: number): {
  readonly ms: number
  readonly key: 'report.unit.seconds' | 'report.unit.minutes' | 'report.unit.hours'
} {
  if (lengthMs < 3 * 60_000) return { ms: 1_000, key: 'report.unit.seconds' }
  if (lengthMs < 3 * 3_600_000) return { ms: 60_000, key: 'report.unit.minutes' }
  return { ms: 3_600_000, key: 'report.unit.hours' }
}
