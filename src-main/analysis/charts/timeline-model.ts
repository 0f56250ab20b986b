import type { EventKind, EventRecord } from '../../contract/events.ts'
import { type ChartTexts, fillIn } from '../../contract/i18n/chart-texts.ts'
import { busyTime } from '../timeline/busy-time.ts'
import type { ChartModel, ChartTrial, Mark, Span } from './chart-model.ts'

export type TimelineTrial = ChartTrial & {
  /** Of its last attempt. */
  readonly slot: number
}

export interface TimelineQuestion {
  readonly trials: readonly TimelineTrial[]
  readonly events: readonly Pick<EventRecord, 'atMs' | 'kind' | 'trialNumber'>[]
  /** What an event is called. */
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

/** Trials as stretches of their slots, with what a person did; pauses in which nothing ran are cut out. */
export function timelineModel(question: TimelineQuestion): ChartModel {
  const { trials, texts } = question
  const slots = [...new Set(trials.map(({ slot }) => slot))].sort((a, b) => a - b)
  const endOf = ({ finishedAtMs, startedAtMs }: ChartTrial): number =>
    Math.max(startedAtMs, finishedAtMs ?? question.untilMs)
  const time = busyTime(trials.map(trial => ({ fromMs: trial.startedAtMs, toMs: endOf(trial) })))
  const spansOf = (states: readonly ChartTrial['state'][]): Span[] =>
    trials
      .filter(({ state }) => states.includes(state))
      .map(trial => ({
        row: slots.indexOf(trial.slot),
        from: time.at(trial.startedAtMs),
        to: time.at(endOf(trial)),
        trial: trial.number,
        text: '',
      }))
  const groups: readonly (readonly [string, Extract<Mark, { kind: 'spans' }>['tone'], Span[]])[] = [
    [texts.complete, 'complete', spansOf(['complete'])],
    [texts.pruned, 'pruned', spansOf(['pruned'])],
    [texts.failed, 'failed', spansOf(['failed'])],
    ['…', 'quiet', spansOf(['running', 'cancelled', 'interrupted'])],
  ]
  const first = trials[0]?.startedAtMs ?? 0
  const done = question.events.filter(
    ({ kind, atMs }) => interventionKinds.includes(kind) && atMs >= first,
  )
  return {
    x: { title: texts.wallTime, scale: 'linear', unit: 'durationMs' },
    y: {
      title: '',
      scale: 'rows',
      rows: slots.map(slot => fillIn(texts.slot, { slot: slot + 1 })),
    },
    marks: [
      ...groups
        .filter(([, , spans]) => spans.length > 0)
        .map(([name, tone, spans]): Mark => ({ kind: 'spans', name, tone, spans })),
      {
        kind: 'rules',
        name: texts.intervention,
        tone: 'best',
        rules: done.map(({ atMs, kind, trialNumber }) => ({
          x: time.at(atMs),
          text: `${question.eventName(kind)}${trialNumber === null ? '' : ` ${trialNumber}`}`,
        })),
      },
    ],
    table: {
      columns: [texts.trial, texts.event, texts.wallTime, texts.duration],
      rows: [
        ...trials.map(trial => [
          trial.number,
          `${trial.state}, ${fillIn(texts.slot, { slot: trial.slot + 1 })}`,
          time.at(trial.startedAtMs),
          endOf(trial) - trial.startedAtMs,
        ]),
        ...done.map(({ atMs, kind, trialNumber }) => [
          trialNumber,
          question.eventName(kind),
          time.at(atMs),
          null,
        ]),
      ],
    },
    empty: trials.length === 0 ? texts.noTrials : null,
    notes: time.pauses.map(({ lengthMs }) =>
      fillIn(texts.pause, { time: `${Math.round(lengthMs / 60_000)} min` }),
    ),
  }
}
