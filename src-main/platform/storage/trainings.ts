import { decodeMetric, encodeMetric, metricToJson } from '../../core/trial/metric-value.ts'
import type { MetricColumns } from '../../core/processes/trainer-protocol.ts'
import type { TrainingCurves, TrainingRecord } from '../../core/trial/trial.ts'
import { decodeColumn } from './json-columns.ts'
import type { MetricTable } from './metrics.ts'
import { byTrial, Connected, everyTrial, type InRange, inRange } from './table.ts'

/** What one of several trainings of a trial ended with. */
export type TrainingEnd = Pick<TrainingRecord, 'number' | 'values' | 'bestStep'>

interface TrainingRow {
  readonly trial_id: number
  readonly number: number
  readonly best_step: number | null
  readonly last_step: number | null
  readonly objective_values: string
}

type CurveRow = [
  training: number,
  name: string,
  step: number,
  value: number | null,
  kind: Parameters<typeof decodeMetric>[0]['kind'],
]

/**
 * The rows of `trainings` and `training_metrics`: trials that train their configuration several times. What the first training reports
 * stands in `metrics`.
 */
export class TrainingTable extends Connected {
  readonly #begin = this.handle.prepare<[trialId: number, number: number]>(
    `INSERT INTO trainings (trial_id, number, objective_values) VALUES (?, ?, '[]')
     ON CONFLICT DO NOTHING`,
  )
  readonly #end = this.handle.prepare<
    [{ trialId: number; number: number; bestStep: number | null; values: string }]
  >(
    `INSERT INTO trainings (trial_id, number, best_step, objective_values)
     VALUES (:trialId, :number, :bestStep, :values)
     ON CONFLICT DO UPDATE SET best_step = excluded.best_step,
       objective_values = excluded.objective_values`,
  )
  readonly #raiseLastStep = this.handle.prepare<
    [{ trialId: number; number: number; step: number }]
  >(
    `UPDATE trainings SET last_step = :step
     WHERE trial_id = :trialId AND number = :number AND (last_step IS NULL OR last_step < :step)`,
  )
  readonly #insertMetric = this.handle.prepare(
    `INSERT INTO training_metrics (trial_id, metric_id, step, training, value, kind)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value, kind = excluded.kind`,
  )
  readonly #clear = ['training_metrics', 'trainings'].map(table =>
    this.handle.prepare<[trialId: number]>(`DELETE FROM ${table} WHERE trial_id = ?`),
  )
  readonly #ofTrial = this.handle.prepare<[trialId: number], TrainingRow>(
    'SELECT * FROM trainings WHERE trial_id = ? ORDER BY number',
  )
  readonly #ofStudy = this.handle.prepare<[InRange], TrainingRow>(
    `SELECT trainings.* FROM trials CROSS JOIN trainings ON trainings.trial_id = trials.id
     WHERE ${inRange} ORDER BY trials.number, trainings.number`,
  )
  readonly #curves = this.handle
    .prepare<[trialId: number], CurveRow>(
      `SELECT training, metric_names.name, step, value, kind
       FROM training_metrics JOIN metric_names ON metric_names.id = training_metrics.metric_id
       WHERE trial_id = ? ORDER BY training, training_metrics.metric_id, step`,
    )
    .raw()

  begin(trialId: number, number: number): void {
    this.#begin.run(trialId, number)
  }

  end(trialId: number, { number, values, bestStep }: TrainingEnd): void {
    this.#end.run({ trialId, number, bestStep, values: JSON.stringify(values.map(metricToJson)) })
  }

  /** What a training after the first has reported. @param metrics has the names */
  append(trialId: number, training: number, columns: MetricColumns, metrics: MetricTable): void {
    const ids = columns.names.map(name => metrics.idOf(name))
    columns.steps.forEach((step, row) => {
      ids.forEach((metricId, column) => {
        const cell = columns.values[row * ids.length + column] ?? Number.NaN
        const { value, kind } = encodeMetric(cell)
        this.#insertMetric.run(trialId, metricId, step, training, value, kind)
      })
    })
  }

  reached(trialId: number, number: number, { steps }: MetricColumns): void {
    const step = steps.at(-1)
    if (step !== undefined) this.#raiseLastStep.run({ trialId, number, step })
  }

  /** A further attempt trains all of them anew. */
  clear(trialId: number): void {
    for (const statement of this.#clear) statement.run(trialId)
  }

  ofTrial(trialId: number): TrainingRecord[] {
    return this.#ofTrial.all(trialId).map(toRecord)
  }

  /** By id of the trial; trials of a single training are not in it. */
  ofStudy(study: number, range = everyTrial): Map<number, TrainingRecord[]> {
    return byTrial(this.#ofStudy.iterate({ study, ...range }), ({ trial_id }) => trial_id, toRecord)
  }

  /** Those after the first, by rising number. */
  curves(trialId: number): TrainingCurves[] {
    const byTraining = new Map<number, Record<string, { steps: number[]; values: number[] }>>()
    for (const [training, name, step, value, kind] of this.#curves.iterate(trialId)) {
      const metrics = byTraining.get(training) ?? (Object.create(null) as Record<string, never>)
      byTraining.set(training, metrics)
      // eslint-disable-next-line own/own-names -- it inherits nothing, and this runs once for each value
      const curve = (metrics[name] ??= { steps: [], values: [] })
      curve.steps.push(step)
      curve.values.push(decodeMetric({ value, kind }))
    }
    return [...byTraining].map(([number, metrics]) => ({ number, metrics }))
  }
}

function toRecord({ number, best_step, last_step, objective_values }: TrainingRow): TrainingRecord {
  return {
    number,
    values: decodeColumn('trainings.objective_values', objective_values),
    bestStep: best_step,
    lastStep: last_step,
  }
}
