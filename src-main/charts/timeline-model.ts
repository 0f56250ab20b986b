import { busyTime, endOf, type SlotRun } from '../analysis/timeline/busy-time.ts'
import type { EventKind, EventRecord } from '../core/study/events.ts'
import { machineName } from './machine-name.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { type TrialState, trialStates } from '../core/trial/trial.ts'
import { type ChartModel, isDrawn, type Mark, type Span, titles } from './chart-model.ts'

/** A trial, or one of its attempts. */
interface TimelineRun extends SlotRun {
  /** Of the trial. */
  readonly number: number
  readonly state: TrialState
  /** The attempt, where the trial had several. */
  readonly attempt?: number
  /** Where it ran, of a study that other machines run trials of. */
  readonly machine?: string
}

export interface TimelineQuestion {
  readonly runs: readonly TimelineRun[]
  readonly events: readonly Pick<EventRecord, 'atMs' | 'kind' | 'trialNumber'>[]
  /** How an event is called. */
  readonly eventName: (kind: EventKind) => string
  /** Where running trials end: now. */
  readonly untilMs: number
  readonly t: Translate
}

/** Events by which a person steers a study. */
const interventionKinds: readonly EventKind[] = [
  'study.paused',
  'study.stopped',
  'study.resumed',
  'study.changed',
  'trial.queued',
  'trial.unqueued',
  'trial.excluded',
  'trial.included',
  'trial.noted',
]

/** Runs as stretches of their slots, with what a person did; pauses in which nothing ran are cut out. */
export function timelineModel(question: TimelineQuestion): ChartModel {
  const { t, untilMs } = question
  const runs = question.runs.map(run => ({
    ...run,
    machine: run.machine === undefined ? undefined : machineName(run.machine, t),
    fromMs: run.startedAtMs,
    toMs: endOf(run, untilMs),
  }))
  const slots = [...new Set(runs.map(({ slot }) => slot))].sort((a, b) => a - b)
  const rows = slots.map(slot => t('chart.slot', { slot: slot + 1 }))
  const time = busyTime(runs)
  const spanOf = ({ number, slot, fromMs, toMs, ...run }: (typeof runs)[number]): Span => ({
    row: slots.indexOf(slot),
    from: time.at(fromMs),
    to: time.at(toMs),
    trial: number,
    label: String(number),
    ...describe(run, t),
  })
  const first = runs.reduce(
    (least, { fromMs }) => Math.min(least, fromMs),
    Number.POSITIVE_INFINITY,
  )
  const done = question.events.filter(
    ({ kind, atMs }) => interventionKinds.includes(kind) && atMs >= first,
  )
  const lengthOf = (lengthMs: number): string => `${Math.round(lengthMs / 60_000)} min`
  const pauses = time.pauses.map(({ atMs, lengthMs }) => ({
    x: atMs,
    text: t('chart.pause', { time: lengthOf(lengthMs) }),
  }))
  const marks: Mark[] = [
    ...trialStates.map((state): Mark => ({
      kind: 'spans',
      name: t(`state.${state}`),
      tone: state,
      spans: runs.filter(run => run.state === state).map(spanOf),
    })),
    { kind: 'rules', name: '', tone: 'quiet', rules: pauses },
    {
      kind: 'rules',
      name: t('chart.intervention'),
      tone: 'best',
      rules: done.map(({ atMs, kind, trialNumber }) => ({
        x: time.at(atMs),
        text: `${question.eventName(kind)}${trialNumber === null ? '' : ` ${trialNumber}`}`,
      })),
    },
  ]
  return {
    x: { title: t('chart.wallTime'), scale: 'linear', unit: 'durationMs' },
    y: { title: '', scale: 'rows', rows },
    marks: marks.filter(isDrawn),
    table: {
      columns: titles(t, 'trial', 'event', 'wallTime', 'duration'),
      units: ['trial', undefined, 'durationMs', 'durationMs'],
      rows: [
        ...runs.map(({ number, state, slot, fromMs, toMs, machine }) => [
          number,
          [t(`state.${state}`), t('chart.slot', { slot: slot + 1 }), machine]
            .filter(text => text !== undefined)
            .join(t('list.separator')),
          time.at(fromMs),
          toMs - fromMs,
        ]),
        ...done.map(({ atMs, kind, trialNumber }) => [
          trialNumber,
          question.eventName(kind),
          time.at(atMs),
          null,
        ]),
      ],
    },
    empty: runs.length === 0 ? t('chart.noTrials') : null,
    notes: pauses.map(({ text }) => text),
  }
}

/** Which attempt a stretch is, and where it ran, as far as that is not plain. */
function describe(
  { attempt, machine }: { readonly attempt?: number; readonly machine: string | undefined },
  t: Translate,
): Pick<Span, 'text'> {
  const parts = [attempt === undefined ? undefined : t('chart.attempt', { attempt }), machine]
  const shownParts = parts.filter(text => text !== undefined)
  return shownParts.length === 0 ? {} : { text: shownParts.join(t('list.separator')) }
}
