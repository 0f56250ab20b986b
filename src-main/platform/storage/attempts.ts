import type { Database } from 'better-sqlite3'
import type { CheckpointRecord, SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import type { EngineInfo } from '../../core/machine/engine.ts'
import type { AttemptResources, ResourceSample } from '../../core/trial/resources.ts'
import { messageFromJson, messageToJson } from '../../core/errors/message.ts'
import {
  accidents,
  type AttemptCode,
  type AttemptRecord,
  type Failure,
  type FailureClass,
  type TrialState,
} from '../../core/trial/trial.ts'
import { decodeColumn } from './json-columns.ts'
import { StoredFiles } from './stored-files.ts'
import { byTrial, Connected, everyTrial, type InRange, inRange, type JsonRow } from './table.ts'

interface AttemptRow {
  readonly trial_id: number
  readonly number: number
  readonly state: TrialState
  readonly slot: number
  readonly started_at_ms: number
  readonly finished_at_ms: number | null
  readonly engine: string | null
  readonly machine: string | null
  readonly code: string | null
  readonly failure_class: FailureClass | null
  readonly failure_message: string | null
  readonly failure_stack: string | null
}

/** The rows of `attempts`; at most one attempt of a trial is open, i.e. `running`. */
export class AttemptTable extends Connected {
  readonly #insert = this.handle.prepare<[number, number, number, number]>(
    `INSERT INTO attempts (trial_id, number, state, slot, started_at_ms)
     VALUES (?, ?, 'running', ?, ?)`,
  )
  readonly #last = this.handle.prepare<[number], AttemptRow>(
    'SELECT * FROM attempts WHERE trial_id = ? ORDER BY number DESC LIMIT 1',
  )
  readonly #ofTrial = this.handle.prepare<[number], AttemptRow>(
    'SELECT * FROM attempts WHERE trial_id = ? ORDER BY number',
  )
  readonly #ofStudy = this.handle.prepare<[InRange], AttemptRow>(
    `SELECT attempts.* FROM trials CROSS JOIN attempts ON attempts.trial_id = trials.id
     WHERE ${inRange} ORDER BY trials.number, attempts.number`,
  )
  readonly #accidents = this.handle
    .prepare<[number], number>(
      `SELECT DISTINCT trials.id FROM trials CROSS JOIN attempts ON attempts.trial_id = trials.id
       WHERE trials.study_id = ? AND trials.state = 'failed' AND attempts.failure_class IN (${accidents.map(name => `'${name}'`).join(', ')})
         AND attempts.number = (SELECT max(number) FROM attempts WHERE trial_id = trials.id)`,
    )
    .pluck()
  readonly #firstEngine = this.handle
    .prepare<[number], string>(
      `SELECT engine FROM trials CROSS JOIN attempts ON attempts.trial_id = trials.id
       WHERE trials.study_id = ? AND engine IS NOT NULL ORDER BY trials.number, attempts.number LIMIT 1`,
    )
    .pluck()
  readonly #setEngine = this.handle.prepare<[string, number]>(
    `UPDATE attempts SET engine = ? WHERE trial_id = ? AND state = 'running'`,
  )
  readonly #setMachine = this.handle.prepare<[string, number]>(
    `UPDATE attempts SET machine = ? WHERE trial_id = ? AND state = 'running'`,
  )
  readonly #setCode = this.handle.prepare<[string, number]>(
    `UPDATE attempts SET code = ? WHERE trial_id = ? AND state = 'running'`,
  )
  readonly #end = this.handle.prepare(
    `UPDATE attempts SET state = ?, finished_at_ms = max(?, started_at_ms), failure_class = ?, failure_message = ?,
       failure_stack = ? WHERE trial_id = ? AND state = 'running'`,
  )
  readonly #addFailure = this.handle.prepare(
    `UPDATE attempts SET failure_class = ?, failure_message = ?, failure_stack = ?
     WHERE trial_id = ? AND number = ?`,
  )

  /** @returns the attempt's number. */
  open(trialId: number, slot: number, atMs: number): number {
    const number = (this.#last.get(trialId)?.number ?? 0) + 1
    this.#insert.run(trialId, number, slot, atMs)
    return number
  }

  last(trialId: number): AttemptRecord | null {
    const row = this.#last.get(trialId)
    return row === undefined ? null : toRecord(row)
  }

  ofTrial(trialId: number): AttemptRecord[] {
    return this.#ofTrial.all(trialId).map(toRecord)
  }

  /** By id of the trial. */
  ofStudy(study: number, range = everyTrial): Map<number, AttemptRecord[]> {
    return byTrial(this.#ofStudy.iterate({ study, ...range }), ({ trial_id }) => trial_id, toRecord)
  }

  /** Ids of the trials whose last attempt failed for a reason that lies elsewhere than in their point. */
  accidents(studyId: number): ReadonlySet<number> {
    return new Set(this.#accidents.all(studyId))
  }

  /** Of the first attempt that had one; null if none had. */
  firstEngine(studyId: number): EngineInfo | null {
    const engine = this.#firstEngine.get(studyId)
    return engine === undefined ? null : decodeColumn('attempts.engine', engine)
  }

  /** @returns whether an attempt was open. */
  setEngine(trialId: number, engine: EngineInfo): boolean {
    return this.#setEngine.run(JSON.stringify(engine), trialId).changes > 0
  }

  /** @returns whether an attempt was open. */
  setMachine(trialId: number, machine: string): boolean {
    return this.#setMachine.run(machine, trialId).changes > 0
  }

  /** @returns whether an attempt was open. */
  setCode(trialId: number, code: AttemptCode): boolean {
    return this.#setCode.run(JSON.stringify(code), trialId).changes > 0
  }

  /** Ends the open attempt; @returns whether one was open. */
  end(trialId: number, state: TrialState, failure: Failure | null, atMs: number): boolean {
    return this.#end.run(state, atMs, ...failureColumns(failure), trialId).changes > 0
  }

  /** A trial that was given up after its last attempt ended without a failure of its own. */
  addFailure(trialId: number, failure: Failure): void {
    const last = this.#last.get(trialId)
    if (last === undefined || last.failure_class !== null) return
    this.#addFailure.run(...failureColumns(failure), trialId, last.number)
  }
}

function failureColumns(failure: Failure | null): (string | null)[] {
  return failure === null
    ? [null, null, null]
    : [failure.class, messageToJson(failure.reason), failure.stack ?? null]
}

function toRecord(row: AttemptRow): AttemptRecord {
  return {
    number: row.number,
    state: row.state,
    slot: row.slot,
    engine: row.engine === null ? null : decodeColumn('attempts.engine', row.engine),
    ...(row.machine === null ? {} : { machine: row.machine }),
    ...(row.code === null ? {} : { code: decodeColumn('attempts.code', row.code) }),
    startedAtMs: row.started_at_ms,
    finishedAtMs: row.finished_at_ms,
    failure:
      row.failure_class === null
        ? null
        : {
            class: row.failure_class,
            reason: messageFromJson(row.failure_message ?? ''),
            ...(row.failure_stack === null ? {} : { stack: row.failure_stack }),
          },
  }
}

const checkpointsOfStudy = `SELECT trials.number AS trialNumber, c.step, c.batch, c.path, c.bytes, c.sha256,
    c.saved_at_ms AS savedAtMs
  FROM trials JOIN checkpoints AS c ON c.trial_id = trials.id WHERE trials.study_id = ?`

/** The rows of `checkpoints`: what trainings saved and nobody has removed. */
export class CheckpointTable extends Connected {
  readonly #files: StoredFiles
  readonly #put = this.handle.prepare<
    [SavedCheckpoint & { readonly trialId: number; readonly atMs: number }]
  >(
    `INSERT INTO checkpoints (trial_id, step, batch, path, bytes, sha256, saved_at_ms)
     VALUES (:trialId, :step, :batch, :path, :bytes, :sha256, :atMs)
     ON CONFLICT (trial_id, step, batch) DO UPDATE SET path = excluded.path,
       bytes = excluded.bytes, sha256 = excluded.sha256, saved_at_ms = excluded.saved_at_ms`,
  )
  readonly #remove = this.handle.prepare<[number, number, step: number, batch: number]>(
    `DELETE FROM checkpoints WHERE trial_id = (SELECT id FROM trials WHERE study_id = ? AND number = ?)
       AND step = ? AND batch = ?`,
  )
  readonly #ofStudy = this.handle.prepare<[studyId: number], CheckpointRecord>(
    `${checkpointsOfStudy} ORDER BY trials.number, c.step, c.batch`,
  )
  readonly #ofTrial = this.handle.prepare<[studyId: number, trialNumber: number], CheckpointRecord>(
    `${checkpointsOfStudy} AND trials.number = ? ORDER BY c.step, c.batch`,
  )

  /** @param root the folder that paths are relative to; null keeps them as they are */
  constructor(handle: Database, root: string | null) {
    super(handle)
    this.#files = new StoredFiles('checkpoints.path', root)
  }

  /** Another attempt may save at the same place again: the later one stays. */
  put(trialId: number, checkpoint: SavedCheckpoint, atMs: number): void {
    this.#put.run({ ...checkpoint, trialId, atMs, path: this.#files.toStored(checkpoint.path) })
  }

  remove(studyId: number, { trialNumber, step, batch }: CheckpointRecord): void {
    this.#remove.run(studyId, trialNumber, step, batch)
  }

  /** By trial and place. */
  ofStudy(studyId: number): CheckpointRecord[] {
    return this.#ofStudy.all(studyId).map(row => this.#toRecord(row))
  }

  /** By place. */
  ofTrial(studyId: number, trialNumber: number): CheckpointRecord[] {
    return this.#ofTrial.all(studyId, trialNumber).map(row => this.#toRecord(row))
  }

  #toRecord(row: CheckpointRecord): CheckpointRecord {
    return { ...row, path: this.#files.toFile(row.path) }
  }
}

/** The rows of `attempt_resources`. */
export class AttemptResourcesTable extends Connected {
  readonly #set = this.handle.prepare<[number, number, string]>(
    `INSERT INTO attempt_resources (trial_id, attempt, samples) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET samples = excluded.samples`,
  )
  readonly #ofTrial = this.handle.prepare<[number], JsonRow<AttemptResources, 'samples'>>(
    'SELECT attempt, samples FROM attempt_resources WHERE trial_id = ? ORDER BY attempt',
  )

  set(trialId: number, attempt: number, samples: readonly ResourceSample[]): void {
    this.#set.run(trialId, attempt, JSON.stringify(samples))
  }

  ofTrial(trialId: number): AttemptResources[] {
    return this.#ofTrial.all(trialId).map(({ attempt, samples }) => ({
      attempt,
      samples: JSON.parse(samples) as ResourceSample[],
    }))
  }
}
