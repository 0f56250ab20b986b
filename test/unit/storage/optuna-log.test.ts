import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { OptunaChange } from '../../../src-main/contract/optuna-storage.ts'
import {
  OptunaLog,
  optunaLogPath,
  readOptunaLog,
  takeOptunaLog,
} from '../../../src-main/storage/optuna-log.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function newDatabase(): string {
  const path = join(scratch(), 'studies.sqlite')
  writeFileSync(path, '')
  return path
}

const report = (step: number, value: number): OptunaChange => ({
  ...{ type: 'trial.report', trial: 1, step, value },
})

/** @returns steps of what is read */
function stepsOf(database: string, after: number): number[] {
  return readOptunaLog(optunaLogPath(database), after).flatMap(({ changes }) =>
    changes.map(change => (change.type === 'trial.report' ? change.step : -1)),
  )
}

it('gives back what it was given, numbers that are none of JSON too', () => {
  const database = newDatabase()
  const log = new OptunaLog(database, 41)
  const values = [Number.NaN, Number.NEGATIVE_INFINITY, 0.1]
  const group = log.append(
    values.map((value, step) => report(step, value)),
    1_234.5,
  )
  expect(group).toMatchObject({ sequence: 42, atMs: 1_234.5 })
  log.append([report(9, 1)], 1_235)
  expect(readOptunaLog(optunaLogPath(database), 41)).toEqual([
    group,
    { sequence: 43, atMs: 1_235, changes: [report(9, 1)] },
  ])
  expect(stepsOf(database, 42)).toEqual([9])
  expect(stepsOf(database, 43)).toEqual([])
  log.close()
})

it('belongs to the database that it joins', () => {
  const database = newDatabase()
  const log = new OptunaLog(database, 1_000)
  for (let step = 0; step < 3; step++) log.append([report(step, 0)], 0)
  // A backup from before, and another database of a later session.
  expect(stepsOf(database, 999)).toEqual([])
  expect(stepsOf(database, 5_000)).toEqual([])
  expect(stepsOf(database, 1_000)).toEqual([0, 1, 2])
  log.close()
})

it('ends before a group that was not written whole, or whose bytes are others', () => {
  const database = newDatabase()
  const log = new OptunaLog(database, 0)
  for (let step = 0; step < 3; step++) log.append([report(step, 0.5)], 0)
  log.close()
  const file = optunaLogPath(database)
  const bytes = readFileSync(file)
  const used = bytes.findLastIndex(byte => byte !== 0) + 1
  const group = used / 3
  for (let harmed = 0; harmed < used; harmed++) {
    const copy = Buffer.from(bytes.subarray(0, used))
    copy[harmed] = (copy[harmed] ?? 0) ^ 0x10
    writeFileSync(file, copy)
    expect(stepsOf(database, 0)).toEqual([0, 1, 2].slice(0, Math.floor(harmed / group)))
  }
  for (let length = 0; length < used; length++) {
    writeFileSync(file, bytes.subarray(0, length))
    expect(stepsOf(database, 0)).toEqual([0, 1, 2].slice(0, Math.floor(length / group)))
  }
  truncateSync(file, 0)
  appendFileSync(file, 'no log')
  expect(stepsOf(database, 0)).toEqual([])
})

it('begins at its front again, and grows where nothing has been handed over', () => {
  const database = newDatabase()
  const log = new OptunaLog(database, 0)
  const long: OptunaChange = {
    ...{ type: 'trial.entry', trial: 1 },
    entry: { kind: 'user', key: 'k', value: 'x'.repeat(1_000_000) },
  }
  for (let count = 0; count < 6; count++) log.append([long], 0)
  expect(readOptunaLog(optunaLogPath(database), 0)).toHaveLength(6)
  log.rewind()
  log.append([report(7, 0)], 0)
  // The groups behind it are of the round before.
  expect(stepsOf(database, 6)).toEqual([7])
  log.append([report(8, 0)], 0)
  expect(stepsOf(database, 6)).toEqual([7, 8])
  log.close()
})

it('answers nobody once it was taken over, and what it had answered is there', () => {
  const database = newDatabase()
  expect(takeOptunaLog(database)).toBeNull()
  const log = new OptunaLog(database, 0)
  log.append([report(1, 0)], 0)
  const taken = takeOptunaLog(database) ?? ''
  expect(() => log.append([report(2, 0)], 0)).toThrow('child.gone')
  expect(readOptunaLog(taken, 0)[0]?.changes).toEqual([report(1, 0)])
  // Also where the next session has begun, and was killed before it had folded the first one.
  const next = new OptunaLog(database, 9)
  expect(() => log.append([report(3, 0)], 0)).toThrow('child.gone')
  expect(takeOptunaLog(database)).toBe(taken)
  log.close()
  next.close()
})
