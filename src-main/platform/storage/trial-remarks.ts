import { msg } from '../../core/errors/message.ts'
import type { JsonValue } from '../../core/values/json.ts'
import { type LeftOutFile, leftOutSchema, type TrialRemarks } from '../../core/trial/trial-files.ts'
import { StoredValueError } from './database-errors.ts'
import { Connected } from './table.ts'

type Kind = 'note' | 'attribute' | 'leftOut'

interface Row {
  readonly kind: Kind
  readonly key: string
  readonly value: string
}

/** The rows of `trial_remarks`: what a program has said about its trial, and which of its files are not there. */
export class TrialRemarkTable extends Connected {
  readonly #put = this.handle.prepare<[number, Kind, string, string]>(
    `INSERT INTO trial_remarks (trial_id, kind, key, value) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  readonly #ofStudy = this.handle.prepare<[number], Row & { readonly number: number }>(
    `SELECT trials.number, kind, key, value FROM trials JOIN trial_remarks ON trial_id = trials.id
     WHERE study_id = ? ORDER BY trials.number, trial_remarks.rowid`,
  )

  readonly #count = this.handle
    .prepare<[number, string], number>(
      'SELECT count(*) FROM trial_remarks WHERE trial_id = ? AND kind LIKE ?',
    )
    .pluck()

  /** Beside what is there. */
  insert(trialId: number, { notes, attributes, leftOut }: TrialRemarks): void {
    const before = notes.length === 0 ? 0 : (this.#count.get(trialId, 'note') ?? 0)
    for (const [at, note] of notes.entries()) this.#set(trialId, 'note', String(before + at), note)
    for (const [key, value] of Object.entries(attributes))
      this.#set(trialId, 'attribute', key, value)
    for (const file of leftOut) this.leaveOut(trialId, file)
  }

  leaveOut(trialId: number, file: LeftOutFile): void {
    this.#set(trialId, 'leftOut', file.name, file as unknown as JsonValue)
  }

  countOf(trialId: number): number {
    return this.#count.get(trialId, '%') ?? 0
  }

  /** By number of the trial; those without remarks are not in it. */
  ofStudy(studyId: number): Map<number, TrialRemarks> {
    const rows = Map.groupBy(this.#ofStudy.all(studyId), ({ number }) => number)
    return new Map([...rows].map(([number, trialRows]) => [number, toRemarks(trialRows)]))
  }

  #set(trialId: number, kind: Kind, key: string, value: JsonValue): void {
    this.#put.run(trialId, kind, key, JSON.stringify(value))
  }
}

function toRemarks(rows: readonly Row[]): TrialRemarks {
  const notes: string[] = []
  const attributes = new Map<string, JsonValue>()
  const leftOut: LeftOutFile[] = []
  for (const { kind, key, value: text } of rows) {
    const value = JSON.parse(text) as JsonValue
    if (kind === 'attribute') attributes.set(key, value)
    else if (kind === 'note' && typeof value === 'string') notes.push(value)
    else {
      const parsed = leftOutSchema.safeParse(value)
      if (kind !== 'leftOut' || !parsed.success) {
        throw new StoredValueError(
          msg('failure.column', { column: 'trial_remarks.value', reason: msg('rule.allowed') }),
        )
      }
      leftOut.push(parsed.data)
    }
  }
  return { notes, attributes: Object.fromEntries(attributes), leftOut }
}
