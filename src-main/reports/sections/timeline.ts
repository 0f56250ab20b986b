import { slotTimes, type SlotRun } from '../../analysis/timeline/busy-time.ts'
import { timelineModel } from '../../charts/timeline-model.ts'
import type { EventKind } from '../../core/study/events.ts'
import { formatPercent } from '../../core/i18n/format-number.ts'
import { machineName } from '../../charts/machine-name.ts'
import { formatDuration } from '../../core/i18n/format-time.ts'
import type { ChartModel } from '../../charts/chart-model.ts'
import { eventTable } from './event-table.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block } from '../blocks/blocks.ts'
import { chartFigure } from '../blocks/chart-blocks.ts'
import { fold, table } from '../blocks/make-blocks.ts'

/** Start and end of every trial are in the chart already. */
const chartedKinds: readonly EventKind[] = ['trial.started', 'trial.finished']

/** More attempts are narrower than a line can be drawn. */
const MAX_DRAWN = 5_000

/** The runs over time, and everything that happened beside the trials. */
export const timelineSection: SectionDefinition<'timeline'> = {
  id: 'timeline',
  heading: 'report.timeline.heading',
  showsWholeRecord: true,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, language, snapshot } = context
  const runs = snapshot.trials.flatMap(({ number, attempts }) =>
    attempts.map(attempt => ({
      ...attempt,
      number,
      ...(attempts.length > 1 ? { attempt: attempt.number } : {}),
    })),
  )
  const whole = timelineModel({
    runs,
    events: [],
    eventName: kind => kind,
    untilMs: context.generatedAtMs,
    t,
  })
  const model = longestOf(whole, runs.length, context)
  const busy = slotTimes(runs, context.generatedAtMs)
  const events = snapshot.events.filter(event => !chartedKinds.includes(event.kind))
  return [
    chartFigure(context, model, {
      summary: t('report.timeline.summary', { count: runs.length, slots: busy.length }),
      table: [
        table(
          t,
          t('report.timeline.heading'),
          ['slot', '#attempts', '#busy', '#share'],
          busy.map(({ slot, count, busyMs, share }) => [
            t('report.timeline.slot', { slot: slot + 1 }),
            count,
            formatDuration(busyMs, language),
            formatPercent(share),
          ]),
        ),
      ],
    }),
    ...machineTable(context, runs),
    ...(events.length === 0
      ? []
      : [
          fold(
            t('report.timeline.events', { count: events.length }),
            eventTable(context, t('report.timeline.eventsLabel'), events),
          ),
        ]),
  ]
}

/** Where attempts ran, of a study with other machines. */
function machineTable(
  { t, language, generatedAtMs }: ReportContext,
  runs: readonly (SlotRun & { readonly machine?: string })[],
): readonly Block[] {
  const names = [...new Set(runs.map(({ machine }) => machine))]
  if (names.every(name => name === undefined)) return []
  const rows = names.sort().map(name => {
    const machineRuns = runs.filter(({ machine }) => machine === name)
    const busyMs = slotTimes(machineRuns, generatedAtMs).reduce((sum, slot) => sum + slot.busyMs, 0)
    const label = name === undefined ? '–' : machineName(name, t)
    return [label, machineRuns.length, formatDuration(busyMs, language)]
  })
  return [table(t, t('report.timeline.machines'), ['machine', '#attempts', '#busy'], rows)]
}

/** Time is that of all attempts; drawn are the longest. */
function longestOf(model: ChartModel, count: number, { t }: ReportContext): ChartModel {
  if (count <= MAX_DRAWN) return model
  const lengths = model.marks
    .flatMap(mark => (mark.kind === 'spans' ? mark.spans.map(({ from, to }) => to - from) : []))
    .sort((a, b) => b - a)
  const least = lengths[MAX_DRAWN - 1] ?? 0
  let room = MAX_DRAWN - lengths.filter(length => length > least).length
  const isShown = (length: number): boolean => length > least || (length === least && room-- > 0)
  return {
    ...model,
    marks: model.marks.map(mark =>
      mark.kind === 'spans'
        ? { ...mark, spans: mark.spans.filter(({ from, to }) => isShown(to - from)) }
        : mark,
    ),
    notes: [...model.notes, t('report.timeline.showing', { shown: MAX_DRAWN, count })],
  }
}
