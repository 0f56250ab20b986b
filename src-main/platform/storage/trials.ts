import type { TrialRemarks } from '../../core/trial/trial-files.ts'
import {
  type MessageDescriptor,
  msg,
  messageAsJson,
  messageToJson,
} from '../../core/errors/message.ts'
import type { OriginMode, SavedCheckpoint, TrialOrigin } from '../../core/trial/checkpoint.ts'
import { AppError } from '../../core/errors/errors.ts'
import { defined, type JsonObject } from '../../core/values/json.ts'
import {
  decodeMetric,
  metricToJson,
  type MetricKind,
  trialValuesToJson,
} from '../../core/trial/metric-value.ts'
import { problemValue } from '../../core/errors/problem.ts'
import type { FinishedPace } from '../../core/study/time-left.ts'
import type { MetricColumns } from '../../core/processes/trainer-protocol.ts'
import {
  type Assignment,
  type Failure,
  type FinishedTrialState,
  finishedTrialStates,
  type Provenance,
  type TrialOutline,
  type TrialRecord,
  type TrialState,
  trialStates,
  type TrialValues,
} from '../../core/trial/trial.ts'
import type { NewArtifact } from './artifacts.ts'
import { decodeColumn, encodeAssignment } from './json-columns.ts'
import type { MetricBatch } from './metrics.ts'
import { Connected, type InRange, inRange } from './table.ts'
import { infeasible } from './trial-values.ts'

export interface NewTrial {
  readonly studyId: number
  readonly number: number
  readonly parameters: Assignment
  readonly provenance: Provenance
  readonly seed: number
  readonly slot: number
  readonly atMs: number
  /** The queued point that it is; leaves the queue in the same transaction. */
  readonly queuedPoint?: number
  readonly origin?: TrialOrigin
  readonly untilStep?: number
}

/** Constraint values stand wherever there are values, if the study has constraints. */
export interface TrialFinish extends TrialValues {
  readonly studyId: number
  readonly trialNumber: number
  readonly state: FinishedTrialState
  readonly bestStep: number | null
  /** The step at which it was ended, where it was to have more; who trains it again ends there, too. */
  readonly untilStep?: number
  readonly reason: MessageDescriptor | null
  readonly failure: Failure | null
  /** Values of each of several trainings, one per goal; kept with the event of the end. */
  readonly replicates?: readonly (readonly number[])[]
  /** The best step of each of them; kept there, too. */
  readonly replicateSteps?: readonly (number | null)[]
  /** Metrics not yet flushed; written in the same transaction. */
  readonly metrics: readonly MetricBatch[]
  readonly artifacts: readonly NewArtifact[]
  /** What its program has said beside metrics. */
  readonly remarks?: TrialRemarks
  /** Written where the trial ended. */
  readonly checkpoint?: SavedCheckpoint
  readonly atMs: number
  /** How far the clock of the machine was ahead of that, where somebody set it. */
  readonly clockMovedMs?: number
}

/** The details that the event of an end keeps. */
export function detailOfEnd(finish: TrialFinish): JsonObject {
  const { state, reason, failure, replicates, replicateSteps, clockMovedMs } = finish
  return {
    state,
    ...trialValuesToJson(finish),
    ...defined({
      replicates: replicates?.map(values => values.map(metricToJson)),
      replicateSteps: replicateSteps?.slice(),
      reason: reason === null ? undefined : messageAsJson(reason),
      failure: failure?.class,
      clockMovedMs,
    }),
  }
}

/** The few facts that decide what may happen to a trial. */
export interface TrialHead {
  readonly id: number
  readonly number: number
  readonly state: TrialState
}

/** The columns that samplers need. */
interface TrialHistoryRow extends TrialHead {
  readonly parameters: string
  readonly best_step: number | null
  readonly origin_trial: number | null
  readonly origin_step: number | null
  readonly origin_mode: OriginMode | null
  readonly is_estimate: 0 | 1 | null
}

export interface TrialRow extends TrialHistoryRow {
  readonly seed: number
  readonly last_step: number | null
  readonly started_at_ms: number
  readonly finished_at_ms: number | null
  readonly reason: string | null
  readonly provenance: string
  readonly until_step: number | null
}

/** A running trial: since when its last attempt has been running, and how far it has come. */
export interface RunningSteps extends Pick<TrialRecord, 'parameters' | 'lastStep'> {
  /** Of several trainings, the number of those that have ended; `lastStep` is that of the one that runs. */
  readonly trainingsDone: number
  readonly startedAtMs: number
}

type RunningRow = Pick<TrialRow, 'parameters' | 'last_step' | 'started_at_ms'> & {
  readonly training: number | null
  readonly training_step: number | null
}

type OutlineRow = [
  number: number,
  state: TrialState,
  value: number | null,
  kind: MetricKind | null,
  excluded: 0 | 1 | null,
  infeasible: 0 | 1,
]

const head = 'SELECT id, number, state'
const history = `${head}, parameters, best_step, origin_trial, origin_step, origin_mode,
  reason ->> '$.code' = 'pruning.lostRace' AS is_estimate`
const all = `${history}, seed, last_step, started_at_ms, finished_at_ms, reason, provenance,
  until_step`
const ofStudy = 'FROM trials WHERE study_id = ?'

/** The rows of `trials`. The caller has checked the state. */
export class TrialTable extends Connected {
  readonly #insert = this.handle.prepare(
    `INSERT INTO trials (study_id, number, state, seed, started_at_ms, parameters, provenance,
       origin_trial, origin_step, origin_mode, until_step)
     VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  readonly head = this.handle.prepare<[studyId: number, number: number], TrialHead>(
    `${head} ${ofStudy} AND number = ?`,
  )
  readonly one = this.handle.prepare<[studyId: number, number: number], TrialRow>(
    `${all} ${ofStudy} AND number = ?`,
  )
  readonly all = this.handle.prepare<[InRange], TrialRow>(
    `${all} FROM trials WHERE ${inRange} ORDER BY number`,
  )
  readonly history = this.handle.prepare<[studyId: number], TrialHistoryRow>(
    `${history} ${ofStudy} ORDER BY number`,
  )
  readonly running = this.handle.prepare<[studyId: number], TrialHead>(
    `${head} ${ofStudy} AND state = 'running' ORDER BY number`,
  )
  // CROSS JOIN keeps the order of the loops: nothing is sorted.
  readonly #outline = this.handle
    .prepare<[number], OutlineRow>(
      `SELECT trials.number, trials.state, v.value, v.kind, trial_marks.excluded,
         ${infeasible}
       FROM trials LEFT JOIN objective_values AS v ON v.trial_id = trials.id AND v.goal = 0
         LEFT JOIN trial_marks ON trial_marks.trial_id = trials.id
       WHERE trials.study_id = ? ORDER BY trials.number`,
    )
    .raw()
  readonly #proposedFor = this.handle
    .prepare<[number, string], number>(
      `SELECT number FROM trials
       WHERE study_id = ? AND provenance -> 'reason' ->> 'code' = ? ORDER BY number`,
    )
    .pluck()
  readonly #counts = this.handle.prepare<
    [number],
    { readonly state: TrialState; readonly count: number }
  >(`SELECT state, count(*) AS count ${ofStudy} GROUP BY state`)
  /** Attempts that a killed process left end when the next session begins: how long they ran is not known. */
  readonly #finishedPace = this.handle.prepare<[studyId: number], FinishedPace>(
    `SELECT count(DISTINCT trials.id) AS count,
       total(attempts.finished_at_ms - attempts.started_at_ms) AS totalMs
     FROM trials CROSS JOIN attempts ON attempts.trial_id = trials.id
     WHERE trials.study_id = ? AND attempts.state <> 'interrupted'
       AND trials.state IN (${finishedTrialStates.map(state => `'${state}'`).join(', ')})`,
  )
  readonly #runningSteps = this.handle.prepare<[studyId: number], RunningRow>(
    `SELECT parameters, trials.last_step,
       (SELECT max(started_at_ms) FROM attempts WHERE trial_id = trials.id) AS started_at_ms,
       trainings.number AS training, trainings.last_step AS training_step
     FROM trials LEFT JOIN trainings ON trainings.trial_id = trials.id AND trainings.number =
       (SELECT max(number) FROM trainings AS latest WHERE latest.trial_id = trials.id)
     WHERE study_id = ? AND state = 'running' ORDER BY trials.number`,
  )
  /** Running again, without what its earlier attempts reported. */
  readonly restart = this.handle.prepare<[id: number]>(
    `UPDATE trials SET state = 'running', best_step = NULL, last_step = NULL WHERE id = ?`,
  )
  /** Of a trial that names its parameters as it goes. */
  readonly setParameters = this.handle.prepare<[parameters: string, id: number]>(
    'UPDATE trials SET parameters = ? WHERE id = ?',
  )
  readonly interrupt = this.handle.prepare<[id: number]>(
    `UPDATE trials SET state = 'interrupted' WHERE id = ?`,
  )
  readonly raiseLastStep = this.handle.prepare<[{ readonly id: number; readonly step: number }]>(
    `UPDATE trials SET last_step = :step
     WHERE id = :id AND (last_step IS NULL OR last_step < :step)`,
  )
  readonly #finish = this.handle.prepare(
    `UPDATE trials SET state = ?, best_step = ?, until_step = coalesce(?, until_step), reason = ?,
       finished_at_ms = max(?, started_at_ms) WHERE id = ?`,
  )

  /** @returns the row's id. */
  insert(trial: NewTrial): number {
    const { lastInsertRowid } = this.#insert.run(
      trial.studyId,
      trial.number,
      trial.seed,
      trial.atMs,
      encodeAssignment(trial.parameters),
      JSON.stringify(trial.provenance),
      trial.origin?.trial ?? null,
      trial.origin?.step ?? null,
      trial.origin?.mode ?? null,
      trial.untilStep ?? null,
    )
    return Number(lastInsertRowid)
  }

  outline(studyId: number): TrialOutline[] {
    return this.#outline
      .all(studyId)
      .map(([number, state, value, kind, excluded, isInfeasible]) => ({
        number,
        state,
        value: kind === null ? Number.NaN : decodeMetric({ value, kind }),
        excluded: excluded === 1,
        feasible: isInfeasible === 0,
      }))
  }

  /** @returns numbers of the trials with this reason */
  proposedFor(studyId: number, code: string): number[] {
    return this.#proposedFor.all(studyId, code)
  }

  finishedPace(studyId: number): FinishedPace {
    return this.#finishedPace.get(studyId) ?? { count: 0, totalMs: 0 }
  }

  runningSteps(studyId: number): RunningSteps[] {
    return this.#runningSteps.all(studyId).map(row => ({
      parameters: decodeColumn('trials.parameters', row.parameters),
      startedAtMs: row.started_at_ms,
      lastStep: row.training === null ? row.last_step : row.training_step,
      trainingsDone: row.training ?? 0,
    }))
  }

  counts(studyId: number): Record<TrialState, number> {
    const none = Object.fromEntries(trialStates.map(state => [state, 0]))
    const stateCounts = this.#counts.all(studyId).map(({ state, count }) => [state, count])
    return { ...none, ...Object.fromEntries(stateCounts) } as Record<TrialState, number>
  }

  /** Comes after every other row of the trial: from here on, triggers refuse changes. */
  finish(id: number, finish: TrialFinish): void {
    this.#finish.run(
      finish.state,
      finish.bestStep,
      finish.untilStep ?? null,
      finish.reason && messageToJson(finish.reason),
      finish.atMs,
      id,
    )
  }
}

/** The checkpoint that a trial began with; nothing for one that began at the beginning. */
export function originOf({
  origin_trial: trial,
  origin_step: step,
  origin_mode: mode,
}: TrialHistoryRow): { readonly origin?: TrialOrigin } {
  return trial === null || step === null || mode === null ? {} : { origin: { trial, step, mode } }
}

/** @throws AppError `protocol.invalid`: the caller broke the law of the store. */
export function refuseArgument(
  method: string,
  field: string,
  value: unknown,
  rule: MessageDescriptor,
): never {
  throw new AppError('protocol.invalid', {
    from: `store.${method}`,
    field,
    value: problemValue(value),
    rule,
  })
}

/** Checks the outcome of a trial against the numbers of goals and constraints of its study. */
export function checkFinish(
  finish: TrialFinish,
  { goals, constraints }: { readonly goals: number; readonly constraints: number },
): void {
  const { state, values } = finish
  if (!(finishedTrialStates as readonly string[]).includes(state)) {
    refuseArgument(
      'finishTrial',
      'state',
      state,
      msg('rule.oneOf', { values: finishedTrialStates }),
    )
  }
  const fits =
    state === 'complete'
      ? values.length === goals
      : state === 'pruned'
        ? values.length <= goals
        : values.length === 0
  if (fits) {
    checkConstraints(finish, constraints)
    return
  }
  const rule =
    state === 'pruned'
      ? msg('rule.items.atMost', { count: goals })
      : msg('rule.items.exactly', { count: state === 'complete' ? goals : 0 })
  refuseArgument('finishTrial', 'values', values.map(String), rule)
}

function checkConstraints({ values, constraints = [] }: TrialFinish, count: number): void {
  const wanted = values.length === 0 ? 0 : count
  if (constraints.length === wanted) return
  const rule = msg('rule.items.exactly', { count: wanted })
  refuseArgument('finishTrial', 'constraints', constraints.map(String), rule)
}

/** Checks that a batch is a whole table: one value per step and name. */
export function checkColumns(method: string, columns: MetricColumns): void {
  const wanted = columns.names.length * columns.steps.length
  if (columns.values.length !== wanted) {
    refuseArgument(
      method,
      'columns.values.length',
      columns.values.length,
      msg('rule.items.exactly', { count: wanted }),
    )
  }
}
