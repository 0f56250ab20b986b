import { busyTime, endOf, type SlotRun } from '../analysis/timeline/busy-time.ts'
import type { EventKind, EventRecord } from '../contract/events.ts'
import { type ChartTexts, fillIn } from '../contract/i18n/chart-texts.ts'
import { type TrialState, trialStates } from '../contract/trial.ts'
import { type ChartModel, isDrawn, type Mark, type Span } from './chart-model.ts'

/** A trial, or one of its attempts. */
export interface TimelineRun extends SlotRun {
  /** Of the trial. */
  readonly number: number
  readonly state: TrialState
  /** The attempt, where the trial had several. */
  readonly attempt?: number
}

export interface TimelineQuestion {
  readonly runs: readonly TimelineRun[]
  readonly events: readonly Pick<EventRecord, 'atMs' | 'kind' | 'trialNumber'>[]
  /** How an event is called. */
  readonly eventName: (kind: EventKind) => string
  /** Where running trials end: now. */
  readonly untilMs: number
  readonly texts: ChartTexts
}

/** What a person does to a study. */
export const interventionKinds: readonly EventKind[] = [
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
  const { texts, untilMs } = question
  const runs = question.runs.map(run => ({
    ...run,
    fromMs: run.startedAtMs,
    toMs: endOf(run, untilMs),
  }))
  const slots = [...new Set(runs.map(({ slot }) => slot))].sort((a, b) => a - b)
  const rows = slots.map(slot => fillIn(texts.slot, { slot: slot + 1 }))
  const time = busyTime(runs)
  const spanOf = ({ number, slot, fromMs, toMs, attempt }: (typeof runs)[number]): Span => ({
    ...{ row: slots.indexOf(slot), from: time.at(fromMs), to: time.at(toMs) },
    ...{ trial: number, label: String(number) },
    ...(attempt === undefined ? {} : { text: fillIn(texts.attempt, { attempt }) }),
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
    ...{ x: atMs, text: fillIn(texts.pause, { time: lengthOf(lengthMs) }) },
  }))
  const marks: Mark[] = [
    ...trialStates.map((state): Mark => ({
      ...{ kind: 'spans', name: texts[state], tone: state },
      spans: runs.filter(run => run.state === state).map(spanOf),
    })),
    { kind: 'rules', name: '', tone: 'quiet', rules: pauses },
    {
      ...{ kind: 'rules', name: texts.intervention, tone: 'best' },
      rules: done.map(({ atMs, kind, trialNumber }) => ({
        x: time.at(atMs),
        text: `${question.eventName(kind)}${trialNumber === null ? '' : ` ${trialNumber}`}`,
      })),
    },
  ]
  return {
    x: { title: texts.wallTime, scale: 'linear', unit: 'durationMs' },
    y: { title: '', scale: 'rows', rows },
    marks: marks.filter(isDrawn),
    table: {
      columns: [texts.trial, texts.event, texts.wallTime, texts.duration],
      units: ['trial', undefined, 'durationMs', 'durationMs'],
      rows: [
        ...runs.map(({ number, state, slot, fromMs, toMs }) => [
          ...[number, `${texts[state]}, ${fillIn(texts.slot, { slot: slot + 1 })}`],
          ...[time.at(fromMs), toMs - fromMs],
        ]),
        ...done.map(({ atMs, kind, trialNumber }) => [
          ...[trialNumber, question.eventName(kind), time.at(atMs), null],
        ]),
      ],
    },
    empty: runs.length === 0 ? texts.noTrials : null,
    notes: pauses.map(({ text }) => text),
  }
}
