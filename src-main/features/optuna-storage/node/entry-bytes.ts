import { status } from '@grpc/grpc-js'
import { msg } from '../../../core/errors/message.ts'
import { Refusal } from './refusal.ts'

const MIB = 2 ** 20

/** What programs of Optuna may store, in bytes of keys and values; a change that would pass a limit is refused, and nothing of it is stored. */
export const entryLimits = {
  /** Attributes of one study, which every look at the study sends. */
  studyAttributes: 8 * MIB,
  /** Attributes and parameters of all trials of one study. */
  trials: 512 * MIB,
  /** All of that in one database, with what programs have deleted and the bin has. */
  database: 2_048 * MIB,
} as const

export type EntryLimits = Readonly<Record<keyof typeof entryLimits, number>>

/** After a refusal, what the database holds is counted again at most this often. */
const COUNT_EVERY_MS = 10_000

type Owner = Exclude<keyof EntryLimits, 'database'>

/** What is counted of a study. */
export type EntryBytes = Record<Owner, number>

interface Entry {
  readonly key: string
  readonly value: string
}

/** Counts keys and values that programs store, and refuses what would be too many bytes. */
export class EntryCount {
  readonly #limits: EntryLimits
  readonly #count: () => number
  readonly #now: () => number
  #databaseBytes: number
  #countedAtMs: number

  /** @param count bytes in the database */
  constructor(limits: EntryLimits, count: () => number, now: () => number) {
    this.#limits = limits
    this.#count = count
    this.#now = now
    this.#databaseBytes = count()
    this.#countedAtMs = now()
  }

  /** What was not stored in the end no longer counts. */
  reset(): void {
    this.#databaseBytes = this.#count()
    this.#countedAtMs = this.#now()
  }

  /**
   * Counts a change.
   * @param study what it changes
   * @param isLimited false for what a person does here
   * @throws Refusal with the limit, before anything is counted
   */
  add(
    study: { readonly entryBytes: EntryBytes },
    owner: Owner,
    addedBytes: number,
    isLimited: boolean,
  ): void {
    if (isLimited && addedBytes > 0) {
      this.#check(owner, study.entryBytes[owner] + addedBytes)
      if (this.#databaseBytes + addedBytes > this.#limits.database) this.#countAgain()
      this.#check('database', this.#databaseBytes + addedBytes)
    }
    study.entryBytes[owner] += addedBytes
    this.#databaseBytes += addedBytes
  }

  /** A person may have emptied the bin. */
  #countAgain(): void {
    if (this.#now() - this.#countedAtMs >= COUNT_EVERY_MS) this.reset()
  }

  #check(limit: keyof EntryLimits, bytes: number): void {
    const limitBytes = this.#limits[limit]
    if (bytes <= limitBytes) return
    const values = { mebibytes: limitBytes / MIB }
    throw new Refusal(status.RESOURCE_EXHAUSTED, msg(`optuna.full.${limit}`, values))
  }
}

/** @param before the value that it replaces */
export function bytesOf({ key, value }: Entry, before?: string): number {
  if (before !== undefined) return Buffer.byteLength(value) - Buffer.byteLength(before)
  return Buffer.byteLength(key) + Buffer.byteLength(value)
}
