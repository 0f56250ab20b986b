import { existsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { isAppError } from '../../core/errors/errors.ts'
import { moveStepSchema, takeBackMoves } from '../files/moves.ts'
import { PrivateJsonFile } from '../files/private-json.ts'
import { removeEntrySync } from '../files/remove.ts'
import { isTemporaryName } from '../files/temporary.ts'
import { takeWriteLock, type WriteLock, writerIsAlive } from './write-lock.ts'

const journalSchema = z.object({
  /** The restored database, which takes its place last: while it is here, nothing has been restored. */
  partial: z.string(),
  /** Of what is replaced; null if there was nothing. */
  copy: z.string().nullable(),
  /** The log of what is replaced, once it is aside. */
  oldLog: z.string(),
  steps: z.array(moveStepSchema),
})

export function restoreJournalPath(databasePath: string): string {
  return `${databasePath}.restoring`
}

/**
 * What a restore has renamed until now, noted before each rename. It is sealed: a folder that came from somebody else cannot have files renamed.
 */
export function restoreJournal(databasePath: string): PrivateJsonFile<typeof journalSchema> {
  return new PrivateJsonFile(restoreJournalPath(databasePath), journalSchema, { isSealed: true })
}

/** {@link settleRestore} for somebody without the right to write the database; where it cannot be had, everything stays as it is. */
export function settleKilledRestore(databasePath: string): void {
  if (!existsSync(restoreJournalPath(databasePath)) || writerIsAlive(databasePath)) return
  let lock: WriteLock | null = null
  try {
    lock = takeWriteLock(databasePath)
    settleRestore(databasePath)
  } catch (error) {
    if (!isAppError(error)) throw error
  } finally {
    lock?.release()
  }
}

/**
 * Takes back what a restore has renamed that was killed before the database had its place, or ends one that was killed right afterwards. The
 * caller has the right to write the database.
 */
export function settleRestore(databasePath: string): void {
  const file = restoreJournalPath(databasePath)
  if (!existsSync(file)) return
  const journal = readJournal(databasePath)
  if (journal === null) return
  const { partial, copy, oldLog, steps } = journal
  if (existsSync(partial)) {
    if (!takeBackMoves(steps)) return
    const parts = steps.flatMap(step =>
      'from' in step && isTemporaryName(path.basename(step.from)) ? [step.from] : [],
    )
    const ofDatabase = [partial, ...(copy === null ? [] : [copy])].flatMap(base =>
      ['', '-wal', '-shm', '.lock'].map(ending => base + ending),
    )
    for (const left of [...parts, ...ofDatabase]) removeEntrySync(left)
  } else removeEntrySync(oldLog)
  removeEntrySync(file)
}

/** Null for one that this installation has not written. */
function readJournal(databasePath: string): z.infer<typeof journalSchema> | null {
  try {
    return restoreJournal(databasePath).read()
  } catch {
    return null
  }
}
