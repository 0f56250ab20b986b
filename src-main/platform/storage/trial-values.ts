import type { Database, Statement } from 'better-sqlite3'
import { decodeMetric, encodeMetric, type MetricKind } from '../../core/trial/metric-value.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { TrialRecord, TrialValues } from '../../core/trial/trial.ts'
import { byTrial, Connected, everyTrial, type InRange, inRange, type TrialRange } from './table.ts'

type ValueRow = ReturnType<typeof encodeMetric> & { readonly trial_id: number }
type BestRow = ReturnType<typeof encodeMetric> & { readonly number: number }

/** The trial breaks a constraint. */
export const infeasible = `EXISTS (SELECT 1 FROM constraint_values AS c WHERE c.trial_id = trials.id
  AND (c.value > 0 OR c.kind = 'nan' OR c.kind = 'positiveInfinity'))`

/** The trial breaks no constraint, and nobody took it out of the search. */
const feasible = `NOT EXISTS (SELECT 1 FROM trial_marks AS m WHERE m.trial_id = trials.id
  AND m.excluded = 1) AND NOT ${infeasible}`

export const noValues: TrialValues = { values: [] }

/** A table of numbered values per trial. */
class ValueRows {
  readonly #insert: Statement<[number, number, number | null, MetricKind]>
  readonly #ofTrial: Statement<[number], ValueRow>
  readonly #ofStudy: Statement<[InRange], ValueRow>

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
       WHERE ${inRange} ORDER BY trials.number, v.${position}`,
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

  ofStudy(study: number, range: TrialRange): Map<number, number[]> {
    return byTrial(
      this.#ofStudy.iterate({ study, ...range }),
      ({ trial_id }) => trial_id,
      decodeMetric,
    )
  }
}

const ofComplete = `SELECT trials.number, v.value, v.kind
  FROM trials CROSS JOIN objective_values AS v ON v.trial_id = trials.id AND v.goal = 0
  WHERE trials.study_id = ? AND trials.state = 'complete' AND ${feasible}`

/**
 * The rows of `objective_values` (one per goal of a trial) and of `constraint_values` (one per
 * constraint).
 */
export class ObjectiveValueTable extends Connected {
  readonly #goals = new ValueRows(this.handle, 'objective_values', 'goal')
  readonly #constraints = new ValueRows(this.handle, 'constraint_values', 'position')
  readonly #best = { minimize: this.#bestFirst('ASC'), maximize: this.#bestFirst('DESC') }
  readonly #completeValues = this.handle.prepare<[number], BestRow>(
    `${ofComplete} ORDER BY trials.number`,
  )

  insert(trialId: number, { values, constraints = [] }: TrialValues): void {
    this.#goals.insert(trialId, values)
    this.#constraints.insert(trialId, constraints)
  }

  ofTrial(trialId: number): TrialValues {
    return join(this.#goals.ofTrial(trialId), this.#constraints.ofTrial(trialId))
  }

  /** By id of the trial; trials without values are not in it. */
  ofStudy(studyId: number, range = everyTrial): Map<number, TrialValues> {
    const constraints = this.#constraints.ofStudy(studyId, range)
    return new Map(
      [...this.#goals.ofStudy(studyId, range)].map(([trialId, values]) => [
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

  #bestFirst(order: 'ASC' | 'DESC'): Statement<[number], BestRow> {
    return this.handle.prepare(
      `${ofComplete} AND v.kind <> 'nan'
       ORDER BY CASE v.kind WHEN 'positiveInfinity' THEN 9e999
         WHEN 'negativeInfinity' THEN -9e999 ELSE v.value END ${order}, trials.number LIMIT 1`,
    )
  }
}

function join(values: readonly number[], constraints: readonly number[]): TrialValues {
  return constraints.length === 0 ? { values } : { values, constraints }
}

/** Marks that people put on a trial. */
export type TrialMark = Pick<TrialRecord, 'excluded' | 'note' | 'suspended'>

interface MarkRow {
  readonly trial_id: number
  readonly excluded: 0 | 1
  readonly note: string
  readonly suspended: 0 | 1
}

/** The rows of `trial_marks`: at most one per trial, finished or not. */
export class TrialMarkTable extends Connected {
  readonly #set = {
    excluded: this.#upsert('excluded'),
    note: this.#upsert('note'),
    suspended: this.#upsert('suspended'),
  }
  readonly #ofTrial = this.handle.prepare<[number], MarkRow>(
    'SELECT * FROM trial_marks WHERE trial_id = ?',
  )
  readonly #ofStudy = this.handle.prepare<[InRange], MarkRow>(
    `SELECT trial_marks.* FROM trials JOIN trial_marks ON trial_marks.trial_id = trials.id
     WHERE ${inRange}`,
  )
  /** Numbers of the trials of a study that are out of the search. */
  readonly excludedNumbers = this.handle
    .prepare<[studyId: number], number>(
      `SELECT trials.number FROM trials JOIN trial_marks ON trial_marks.trial_id = trials.id
       WHERE trials.study_id = ? AND trial_marks.excluded = 1 ORDER BY trials.number`,
    )
    .pluck()

  /** Of the trials of a study that have one, by number. */
  readonly notes = this.handle
    .prepare<[studyId: number], [number: number, note: string]>(
      `SELECT trials.number, trial_marks.note
       FROM trials JOIN trial_marks ON trial_marks.trial_id = trials.id
       WHERE trials.study_id = ? AND trial_marks.note <> '' ORDER BY trials.number`,
    )
    .raw()

  /** @param value false and the empty note take the mark off */
  set(trialId: number, mark: keyof TrialMark, value: boolean | string): void {
    this.#set[mark].run(trialId, typeof value === 'string' ? value : Number(value))
  }

  ofTrial(trialId: number): TrialMark {
    const row = this.#ofTrial.get(trialId)
    return row === undefined ? {} : toMark(row)
  }

  /** By id of the trial; trials without marks are not in it. */
  ofStudy(study: number, range = everyTrial): Map<number, TrialMark> {
    return new Map(this.#ofStudy.all({ study, ...range }).map(row => [row.trial_id, toMark(row)]))
  }

  #upsert(column: keyof TrialMark): Statement<[number, number | string]> {
    return this.handle.prepare(
      `INSERT INTO trial_marks (trial_id, ${column}) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET ${column} = excluded.${column}`,
    )
  }
}

function toMark({ excluded, note, suspended }: MarkRow): TrialMark {
  return {
    ...(excluded === 1 ? { excluded: true } : {}),
    ...(note === '' ? {} : { note }),
    ...(suspended === 1 ? { suspended: true } : {}),
  }
}
