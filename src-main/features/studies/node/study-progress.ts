import type { MetricPoints, StudyRow } from '../common/rows.ts'
import type { EngineInfo } from '../../../core/machine/engine.ts'
import { columnOf } from '../../../core/trial/metric-value.ts'
import type { Report } from '../../../core/trial/trial.ts'
import type { MetricColumns } from '../../../core/processes/trainer-protocol.ts'
import type { RunnerListener } from '../../../running/runner-events.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { EventHub } from '../../api/node/event-hub.ts'
import { toTrialRow } from './study-rows.ts'

export interface StudyProgressOptions {
  readonly studyId: number
  readonly store: StudyStore
  readonly hub: EventHub
  readonly row: () => StudyRow
}

/** Faces hear of a running study this often at most. */
const REPORT_EVERY_MS = 200

/** Gathers what a runner tells and hands it to the hub in few, larger events. */
export class StudyProgress {
  readonly #options: StudyProgressOptions
  readonly #changed = new Set<number>()
  #metrics: MetricPoints[] = []
  #engine: EngineInfo | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(options: StudyProgressOptions) {
    this.#options = options
  }

  readonly listener: RunnerListener = {
    trialStarted: ({ number }) => {
      this.#changed.add(number)
      this.#schedule()
    },
    engineKnown: engine => {
      this.#engine = engine
      this.#schedule()
    },
    trainingStarted: number => {
      this.#changed.add(number)
      this.#schedule()
    },
    metricsArrived: (number, columns, training) => {
      this.#metrics.push(...toPoints(number, columns, training))
      this.#schedule()
    },
    attemptFailed: number => {
      this.#changed.add(number)
      this.#schedule()
    },
    trialFinished: ({ number }) => {
      this.#changed.add(number)
      this.#schedule()
    },
    trialSuspended: number => {
      this.#changed.add(number)
      this.#schedule()
    },
    trialUnsuspended: number => {
      this.#changed.add(number)
      this.#schedule()
    },
    stateChanged: () => {
      this.#schedule()
    },
  }

  /** @param number of a trial that looks different; null: the study does */
  changed(number: number | null): void {
    if (number !== null) this.#changed.add(number)
    this.#schedule()
  }

  reported(number: number, { metric, step, value }: Report & { readonly metric: string }): void {
    const last = this.#metrics.at(-1)
    if (last?.number === number && last.metric === metric) {
      this.#metrics[this.#metrics.length - 1] = {
        ...last,
        steps: [...last.steps, step],
        values: [...last.values, value],
      }
    } else this.#metrics.push({ number, metric, steps: [step], values: [value] })
    this.#schedule()
  }

  /** Tells what has not been told yet, and nothing after that. */
  close(): void {
    this.#report()
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#report()
    }, REPORT_EVERY_MS)
  }

  #report(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    const { studyId, store, hub, row } = this.#options
    const numbers = [...this.#changed].sort((a, b) => a - b)
    const metrics = this.#metrics
    this.#changed.clear()
    this.#metrics = []
    hub.emit({
      type: 'progress',
      study: row(),
      trials: numbers.map(number => toTrialRow(store.trial(studyId, number))),
      metrics,
      engine: this.#engine,
    })
  }
}

/** The columns of a report, by metric. */
function toPoints(number: number, columns: MetricColumns, training: number): MetricPoints[] {
  return columns.names.map(metric => {
    const points = columnOf(columns, metric)
    return {
      number,
      metric,
      ...(training === 0 ? {} : { training }),
      steps: points.map(({ step }) => step),
      values: points.map(({ value }) => value),
    }
  })
}
