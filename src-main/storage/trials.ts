import { type Fact, fact, factToJson } from '../contract/fact.ts'
import type { Database, Statement } from 'better-sqlite3'
import type { OriginMode, TrialOrigin } from '../contract/checkpoint.ts'
import { AppError } from '../contract/errors.ts'
import type { ImportedTrial } from '../contract/imported-study.ts'
import { decodeMetric, type MetricKind } from '../contract/metric-value.ts'
import { problemValue } from '../contract/problem.ts'
import type { MetricColumns } from '../contract/trainer-protocol.ts'
import {
  type TrialOutline,
  type TrialState,
  trialStates,
  finishedTrialStates,
} from '../contract/trial.ts'
import { encodeAssignment } from './json-columns.ts'
import { infeasible } from './objective-values.ts'
import type { NewTrial, TrialFinish, MetricBatch, StudyStore } from './study-store.ts'

/** The few facts that decide what may happen to a trial. */
export interface TrialHead {
  readonly id: number
  readonly number: number
  readonly state: TrialState
}

/** What samplers need. */
interface TrialHistoryRow extends TrialHead {
  readonly parameters: string
  readonly best_step: number | null
  readonly origin_trial: number | null
  readonly origin_step: number | null
  readonly origin_mode: OriginMode | null
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

type OutlineRow = [
  number: number,
  state: TrialState,
  value: number | null,
  kind: MetricKind | null,
  excluded: 0 | 1 | null,
  infeasible: 0 | 1,
]

const headColumns = 'id, number, state'
const historyColumns = `${headColumns}, parameters, best_step, origin_trial, origin_step, origin_mode`
const columns = `${historyColumns}, seed, last_step, started_at_ms, finished_at_ms,
  reason, provenance, until_step`

/** The rows of `trials`. Runs inside the caller's transaction, which has checked the state. */
export class TrialTable {
  readonly #insert: Statement<unknown[]>
  readonly #head: Statement<[number, number], TrialHead>
  readonly #one: Statement<[number, number], TrialRow>
  readonly #all: Statement<[number], TrialRow>
  readonly #history: Statement<[number], TrialHistoryRow>
  readonly #outline: Statement<[number], OutlineRow>
  readonly #running: Statement<[number], TrialHead>
  readonly #counts: Statement<[number], { readonly state: TrialState; readonly count: number }>
  readonly #restart: Statement<[number]>
  readonly #interrupt: Statement<[number]>
  readonly #raiseLastStep: Statement<[{ id: number; step: number }]>
  readonly #finish: Statement<unknown[]>

  constructor(handle: Database) {
    this.#insert = handle.prepare(
      `INSERT INTO trials (study_id, number, state, seed, started_at_ms, parameters, provenance,
         origin_trial, origin_step, origin_mode, until_step)
       VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    const ofStudy = 'FROM trials WHERE study_id = ?'
    this.#head = handle.prepare(`SELECT ${headColumns} ${ofStudy} AND number = ?`)
    this.#one = handle.prepare(`SELECT ${columns} ${ofStudy} AND number = ?`)
    this.#all = handle.prepare(`SELECT ${columns} ${ofStudy} ORDER BY number`)
    this.#history = handle.prepare(`SELECT ${historyColumns} ${ofStudy} ORDER BY number`)
    // CROSS JOIN keeps the order of the loops: nothing is sorted.
    this.#outline = handle
      .prepare<[number], OutlineRow>(
        `SELECT trials.number, trials.state, v.value, v.kind, trial_marks.excluded,
           ${infeasible}
         FROM trials LEFT JOIN objective_values AS v ON v.trial_id = trials.id AND v.goal = 0
           LEFT JOIN trial_marks ON trial_marks.trial_id = trials.id
         WHERE trials.study_id = ? ORDER BY trials.number`,
      )
      .raw()
    this.#running = handle.prepare(
      `SELECT ${headColumns} ${ofStudy} AND state = 'running' ORDER BY number`,
    )
    this.#counts = handle.prepare(`SELECT state, count(*) AS count ${ofStudy} GROUP BY state`)
    this.#restart = handle.prepare(
      `UPDATE trials SET state = 'running', best_step = NULL, last_step = NULL WHERE id = ?`,
    )
    this.#interrupt = handle.prepare(`UPDATE trials SET state = 'interrupted' WHERE id = ?`)
    this.#raiseLastStep = handle.prepare(
      `UPDATE trials SET last_step = :step
       WHERE id = :id AND (last_step IS NULL OR last_step < :step)`,
    )
    this.#finish = handle.prepare(
      'UPDATE trials SET state = ?, best_step = ?, reason = ?, finished_at_ms = ? WHERE id = ?',
    )
  }

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

  head(studyId: number, number: number): TrialHead | undefined {
    return this.#head.get(studyId, number)
  }

  one(studyId: number, number: number): TrialRow | undefined {
    return this.#one.get(studyId, number)
  }

  all(studyId: number): TrialRow[] {
    return this.#all.all(studyId)
  }

  history(studyId: number): TrialHistoryRow[] {
    return this.#history.all(studyId)
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

  running(studyId: number): TrialHead[] {
    return this.#running.all(studyId)
  }

  counts(studyId: number): Record<TrialState, number> {
    const counts = Object.fromEntries(trialStates.map(state => [state, 0])) as Record<
      TrialState,
      number
    >
    for (const { state, count } of this.#counts.all(studyId)) counts[state] = count
    return counts
  }

  /** Running again, without what its earlier attempts reported. */
  restart(id: number): void {
    this.#restart.run(id)
  }

  interrupt(id: number): void {
    this.#interrupt.run(id)
  }

  raiseLastStep(id: number, step: number): void {
    this.#raiseLastStep.run({ id, step })
  }

  /** Comes after every other row of the trial: from here on, triggers refuse changes. */
  finish(id: number, finish: TrialFinish): void {
    this.#finish.run(
      finish.state,
      finish.bestStep,
      finish.reason && factToJson(finish.reason),
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

/** Stores a trial that another program ran, as if it had run here; one without an end stays running. */
export function importTrial(
  store: Pick<StudyStore, 'startTrial' | 'appendMetrics' | 'finishTrial' | 'setExcluded'>,
  studyId: number,
  trial: ImportedTrial,
): void {
  const { number: trialNumber, state, startedAtMs, finishedAtMs } = trial
  store.startTrial({
    studyId,
    number: trialNumber,
    parameters: trial.parameters,
    provenance: trial.provenance,
    seed: trial.seed,
    slot: 0,
    atMs: startedAtMs,
  })
  const metrics = Object.entries(trial.metrics).map(([name, curve]): MetricBatch => ({
    trialNumber,
    columns: {
      names: [name],
      steps: Int32Array.from(curve.steps),
      values: Float64Array.from(curve.values),
    },
  }))
  if (state === 'interrupted') {
    store.appendMetrics(studyId, metrics)
    return
  }
  store.finishTrial({
    studyId,
    trialNumber,
    state,
    values: trial.values,
    ...(trial.constraints === undefined ? {} : { constraints: trial.constraints }),
    bestStep: trial.bestStep,
    reason: trial.reason,
    failure: trial.failure,
    metrics,
    artifacts: [],
    atMs: finishedAtMs,
  })
  if (trial.excluded === true) store.setExcluded(studyId, trialNumber, true, { atMs: finishedAtMs })
}

/** @throws AppError `protocol.invalid`: the caller broke the law of the store. */
export function refuseArgument(method: string, field: string, value: unknown, rule: Fact): never {
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
      fact('rule.oneOf', { values: finishedTrialStates }),
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
      ? fact('rule.items.atMost', { count: goals })
      : fact('rule.items.exactly', { count: state === 'complete' ? goals : 0 })
  refuseArgument('finishTrial', 'values', values.map(String), rule)
}

function checkConstraints({ values, constraints = [] }: TrialFinish, count: number): void {
  const wanted = values.length === 0 ? 0 : count
  if (constraints.length === wanted) return
  const rule = fact('rule.items.exactly', { count: wanted })
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
      fact('rule.items.exactly', { count: wanted }),
    )
  }
}
