import type { Database, Statement } from 'better-sqlite3'
import { decodeMetric, encodeMetric, type MetricKind } from '../contract/metric-value.ts'
import type { Goal } from '../contract/study-specification.ts'
import type { TrialValues } from '../contract/trial.ts'

interface ValueRow {
  readonly trial_id: number
  readonly value: number | null
  readonly kind: MetricKind
}

interface BestRow {
  readonly number: number
  readonly value: number | null
  readonly kind: MetricKind
}

/** The trial breaks a constraint. */
export const infeasible = `EXISTS (SELECT 1 FROM constraint_values AS c WHERE c.trial_id = trials.id
  AND (c.value > 0 OR c.kind = 'nan' OR c.kind = 'positiveInfinity'))`

/** The trial breaks no constraint, and nobody took it out of the search. */
const feasible = `NOT EXISTS (SELECT 1 FROM trial_marks AS m WHERE m.trial_id = trials.id
  AND m.excluded = 1) AND NOT ${infeasible}`

export const noValues: TrialValues = { values: [] }

/**
 * The rows of `objective_values` (one per goal of a trial) and of `constraint_values` (one per
 * constraint).
 */
export class ObjectiveValueTable {
  readonly #goals: ValueRows
  readonly #constraints: ValueRows
  readonly #best: Readonly<Record<Goal['direction'], Statement<[number], BestRow>>>
  readonly #completeValues: Statement<[number], BestRow>

  constructor(handle: Database) {
    this.#goals = new ValueRows(handle, 'objective_values', 'goal')
    this.#constraints = new ValueRows(handle, 'constraint_values', 'position')
    const best = (order: 'ASC' | 'DESC'): Statement<[number], BestRow> =>
      handle.prepare(
        `SELECT trials.number, v.value, v.kind
         FROM trials JOIN objective_values AS v ON v.trial_id = trials.id AND v.goal = 0
         WHERE trials.study_id = ? AND trials.state = 'complete' AND v.kind <> 'nan'
           AND ${feasible}
         ORDER BY CASE v.kind WHEN 'positiveInfinity' THEN 9e999
           WHEN 'negativeInfinity' THEN -9e999 ELSE v.value END ${order}, trials.number LIMIT 1`,
      )
    this.#best = { minimize: best('ASC'), maximize: best('DESC') }
    this.#completeValues = handle.prepare(
      `SELECT trials.number, v.value, v.kind
       FROM trials CROSS JOIN objective_values AS v ON v.trial_id = trials.id AND v.goal = 0
       WHERE trials.study_id = ? AND trials.state = 'complete' AND ${feasible}
       ORDER BY trials.number`,
    )
  }

  insert(trialId: number, { values, constraints = [] }: TrialValues): void {
    this.#goals.insert(trialId, values)
    this.#constraints.insert(trialId, constraints)
  }

  ofTrial(trialId: number): TrialValues {
    return join(this.#goals.ofTrial(trialId), this.#constraints.ofTrial(trialId))
  }

  /** By id of the trial; trials without values are not in it. */
  ofStudy(studyId: number): Map<number, TrialValues> {
    const constraints = this.#constraints.ofStudy(studyId)
    return new Map(
      [...this.#goals.ofStudy(studyId)].map(([trialId, values]) => [
        trialId,
        join(values, constraints.get(trialId) ?? []),
      ]),
    )
  }

  /** The best feasible complete trial by the first goal; the lower number among equals, never NaN. */
  best(
    studyId: number,
    direction: Goal['direction'],
  ): { readonly number: number; readonly value: number } | null {
    const row = this.#best[direction].get(studyId)
    return row === undefined ? null : { number: row.number, value: decodeMetric(row) }
  }

  /** The first goal's value of every feasible complete trial, by number. */
  completeValues(studyId: number): number[] {
    return this.#completeValues.all(studyId).map(decodeMetric)
  }
}

/** A table of numbered values per trial. */
class ValueRows {
  readonly #insert: Statement<[number, number, number | null, MetricKind]>
  readonly #ofTrial: Statement<[number], ValueRow>
  readonly #ofStudy: Statement<[number], ValueRow>

  constructor(handle: Database, table: string, position: string) {
    this.#insert = handle.prepare(
      `INSERT INTO ${table} (trial_id, ${position}, value, kind) VALUES (?, ?, ?, ?)`,
    )
    this.#ofTrial = handle.prepare(
      `SELECT trial_id, value, kind FROM ${table} WHERE trial_id = ? ORDER BY ${position}`,
    )
    this.#ofStudy = handle.prepare(
      `SELECT v.trial_id, v.value, v.kind
       FROM trials CROSS JOIN ${table} AS v ON v.trial_id = trials.id
       WHERE trials.study_id = ? ORDER BY trials.number, v.${position}`,
    )
  }

  insert(trialId: number, values: readonly number[]): void {
    values.forEach((number, position) => {
      const { value, kind } = encodeMetric(number)
      this.#insert.run(trialId, position, value, kind)
    })
  }

  ofTrial(trialId: number): number[] {
    return this.#ofTrial.all(trialId).map(decodeMetric)
  }

  ofStudy(studyId: number): Map<number, number[]> {
    const values = new Map<number, number[]>()
    for (const row of this.#ofStudy.iterate(studyId)) {
      const list = values.get(row.trial_id)
      if (list === undefined) values.set(row.trial_id, [decodeMetric(row)])
      else list.push(decodeMetric(row))
    }
    return values
  }
}

function join(values: readonly number[], constraints: readonly number[]): TrialValues {
  return constraints.length === 0 ? { values } : { values, constraints }
}
