import { decodeMetric, encodeMetric, type MetricKind } from '../../core/trial/metric-value.ts'
import type { MetricColumns } from '../../core/processes/trainer-protocol.ts'
import type { Curve, Report } from '../../core/trial/trial.ts'
import { byTrial, Connected } from './table.ts'

type Curves = Record<string, { steps: number[]; values: number[] }>

type MetricRow = [
  trialId: number,
  name: string,
  step: number,
  value: number | null,
  kind: MetricKind,
]
type ReportRow = [trialId: number, step: number, value: number | null, kind: MetricKind]

/** Whose curves are read: of all trials, or of those that were stopped early. */
export type ReportsOf = 'all' | 'ofPruned' | 'none'

/** Metrics of a trial that arrived together. */
export interface MetricBatch {
  readonly trialNumber: number
  readonly columns: MetricColumns
  /** Of several trainings of the trial, the one that reported it, from 0; absent: its configuration is trained once. */
  readonly training?: number
}

const row = 'metrics.trial_id, metric_names.name, metrics.step, metrics.value, metrics.kind'
const reportsOfStudy = `SELECT metrics.trial_id, metrics.step, metrics.value, metrics.kind
  FROM trials CROSS JOIN metrics ON metrics.trial_id = trials.id
    AND metrics.metric_id = (SELECT id FROM metric_names WHERE name = ?)
  WHERE trials.study_id = ?`

/** The rows of `metrics` and the names they share. */
export class MetricTable extends Connected {
  readonly #upsert = this.handle.prepare<[number, number, number, number | null, MetricKind]>(
    `INSERT INTO metrics (trial_id, metric_id, step, value, kind) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value, kind = excluded.kind`,
  )
  readonly #clearAfter = this.handle.prepare<[number, number]>(
    'DELETE FROM metrics WHERE trial_id = ? AND step > ?',
  )
  readonly #highest = this.handle
    .prepare<[number], number | null>('SELECT max(step) FROM metrics WHERE trial_id = ?')
    .pluck()
  readonly #nameId = this.handle
    .prepare<[string], number>('SELECT id FROM metric_names WHERE name = ?')
    .pluck()
  readonly #insertName = this.handle.prepare<[string]>('INSERT INTO metric_names (name) VALUES (?)')
  readonly #ofTrial = this.handle
    .prepare<[number], MetricRow>(
      `SELECT ${row} FROM metrics JOIN metric_names ON metric_names.id = metrics.metric_id
       WHERE metrics.trial_id = ? ORDER BY metrics.metric_id, metrics.step`,
    )
    .raw()
  // CROSS JOIN keeps the order of the loops, which is the order of the keys: nothing is sorted.
  readonly #ofStudy = this.handle
    .prepare<[number], MetricRow>(
      `SELECT ${row} FROM trials CROSS JOIN metrics ON metrics.trial_id = trials.id
         CROSS JOIN metric_names ON metric_names.id = metrics.metric_id
       WHERE trials.study_id = ? ORDER BY trials.number, metrics.metric_id, metrics.step`,
    )
    .raw()
  readonly #reports = this.handle
    .prepare<[string, number], ReportRow>(`${reportsOfStudy} ORDER BY trials.number, metrics.step`)
    .raw()
  readonly #reportsOfPruned = this.handle
    .prepare<[string, number], ReportRow>(
      `${reportsOfStudy} AND trials.state = 'pruned' ORDER BY trials.number, metrics.step`,
    )
    .raw()
  readonly #curve = this.handle
    .prepare<[string, number, number], ReportRow>(
      `${reportsOfStudy} AND trials.number = ? ORDER BY metrics.step`,
    )
    .raw()
  /**
   * Names of the metrics that any trial of the study reported, in the order of their first report. One probe of the key
   * for each trial and name, instead of a walk over every value.
   */
  readonly namesOfStudy = this.handle
    .prepare<[studyId: number], string>(
      `SELECT name FROM metric_names WHERE EXISTS (
         SELECT 1 FROM trials CROSS JOIN metrics ON metrics.trial_id = trials.id
           AND metrics.metric_id = metric_names.id
         WHERE trials.study_id = ?)
       ORDER BY id`,
    )
    .pluck()

  /** Adds values; a step that was reported before takes the new value. @returns the highest step. */
  append(trialId: number, columns: MetricColumns): number | null {
    const ids = columns.names.map(name => this.idOf(name))
    let highest: number | null = null
    columns.steps.forEach((step, row) => {
      ids.forEach((metricId, column) => {
        const { value, kind } = encodeMetric(
          columns.values[row * ids.length + column] ?? Number.NaN,
        )
        this.#upsert.run(trialId, metricId, step, value, kind)
      })
      if (highest === null || step > highest) highest = step
    })
    return ids.length === 0 ? null : highest
  }

  /** Adds one value, or puts it in the place of an earlier one. */
  put(trialId: number, name: string, { step, value: number }: Report): void {
    const { value, kind } = encodeMetric(number)
    this.#upsert.run(trialId, this.idOf(name), step, value, kind)
  }

  /** Removes what was reported after a step. @returns the highest step that is left */
  clearAfter(trialId: number, step: number): number | null {
    this.#clearAfter.run(trialId, step)
    return this.#highest.get(trialId) ?? null
  }

  ofTrial(trialId: number): Curves {
    return this.#collect(this.#ofTrial.iterate(trialId)).get(trialId) ?? {}
  }

  /** By id of the trial. */
  ofStudy(studyId: number): Map<number, Curves> {
    return this.#collect(this.#ofStudy.iterate(studyId))
  }

  /** One metric of every trial, by id of the trial. */
  reports(studyId: number, metric: string, of: ReportsOf = 'all'): Map<number, Report[]> {
    if (of === 'none') return new Map()
    const statement = of === 'all' ? this.#reports : this.#reportsOfPruned
    return byTrial(
      statement.iterate(metric, studyId),
      ([trialId]) => trialId,
      ([, step, value, kind]) => ({ step, value: decodeMetric({ value, kind }) }),
    )
  }

  /** One metric of one trial; empty if it did not report it. */
  curve(studyId: number, trialNumber: number, metric: string): Curve {
    const steps: number[] = []
    const values: number[] = []
    for (const [, step, value, kind] of this.#curve.iterate(metric, studyId, trialNumber)) {
      steps.push(step)
      values.push(decodeMetric({ value, kind }))
    }
    return { steps, values }
  }

  /** A new one for a name that no trial has reported. */
  idOf(name: string): number {
    return this.#nameId.get(name) ?? Number(this.#insertName.run(name).lastInsertRowid)
  }

  #collect(rows: Iterable<MetricRow>): Map<number, Curves> {
    const all = new Map<number, Curves>()
    let lastTrial = Number.NaN
    let curves: Curves = {}
    for (const [trialId, name, step, value, kind] of rows) {
      if (trialId !== lastTrial) {
        curves = Object.create(null) as Curves
        all.set(trialId, curves)
        lastTrial = trialId
      }
      // eslint-disable-next-line own/own-names -- it has no prototype, and this is done for every stored value
      const curve = (curves[name] ??= { steps: [], values: [] })
      curve.steps.push(step)
      curve.values.push(decodeMetric({ value, kind }))
    }
    return all
  }
}
