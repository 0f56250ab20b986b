import path from 'node:path'
import { status } from '@grpc/grpc-js'
import { afterEach, expect, it } from 'vitest'
import type { OptunaChange } from '../../../src-main/core/storage/optuna-storage.ts'
import { OptunaClient } from '../../../src-main/features/optuna-storage/node/client.ts'
import type { ConnectedClient } from '../../../src-main/features/optuna-storage/node/live-trial.ts'
import { OptunaMemory } from '../../../src-main/features/optuna-storage/node/memory.ts'
import { openDatabase, type StoreDatabase } from '../../../src-main/platform/storage/database.ts'
import { OptunaTables } from '../../../src-main/platform/storage/optuna-tables.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { OptunaServer } from '../../helpers/optuna-server.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** What programs of Optuna may store has limits, which a refusal names; what a person does has none. */

const scratch = useScratchFolders()
const MIB = 2 ** 20
const full = expect.objectContaining({ code: status.RESOURCE_EXHAUSTED }) as Error
const noTemplate = { templateTrial: null, templateTrialIsNone: true } as const
const databases: StoreDatabase[] = []
afterEach(() => {
  for (const database of databases.splice(0)) database.close()
})

function client(): ConnectedClient {
  return { studies: new Set(), trials: new Set() }
}

interface Bench {
  readonly memory: OptunaMemory
  readonly changes: OptunaChange[]
  readonly tables: OptunaTables
  nowMs: number
}

function bench(limits: {
  readonly studyAttributes: number
  readonly trials: number
  readonly database: number
}): Bench {
  const file = path.join(scratch(), 'studies.sqlite')
  openStudyStore(file).close()
  const database = openDatabase(file, { readOnly: true })
  databases.push(database)
  const tables = new OptunaTables(database.handle)
  const changes: OptunaChange[] = []
  const made: Omit<Bench, 'memory'> & { memory?: OptunaMemory } = { changes, tables, nowMs: 0 }
  made.memory = new OptunaMemory({
    tables,
    limits,
    record: change => changes.push(change),
    now: () => made.nowMs,
  })
  return made as Bench
}

const text = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2))

it('attributes of a study, of its trials and of all of them', () => {
  const made = bench({ studyAttributes: 1_000, trials: 2_000, database: 4_000 })
  const { memory, changes } = made
  const program = client()
  const study = memory.createStudy('a', ['minimize'])
  const set = (bytes: number, key = 'k', by: ConnectedClient | null = program): void => {
    memory.setStudyAttribute(study, { kind: 'user', key, value: text(bytes) }, by)
  }
  set(900)
  // Replaced, not added.
  set(950)
  const storedChanges = changes.length
  expect(() => set(100, 'other')).toThrow(full)
  expect(study.attributes.user['other']).toBeUndefined()
  expect(changes.length).toBe(storedChanges)
  set(100, 'tunewright:note', null)

  const trial = memory.createTrial(study, null, program)
  const note = (bytes: number, key: string, of = trial): void => {
    memory.setAttribute(of, { kind: 'system', key, value: text(bytes) }, program)
  }
  note(1_500, 'k')
  expect(() => note(600, 'l')).toThrow(full)
  const parameter = {
    name: 'x',
    value: 0,
    distribution: JSON.stringify({
      name: 'CategoricalDistribution',
      attributes: { choices: ['y'.repeat(600)] },
    }),
  }
  expect(() => memory.setParameter(trial, parameter, program)).toThrow(full)
  expect(trial.parameters).toEqual([])
  // A point that a person queues, and how a trial ends.
  note(400, 'small')
  memory.setState(trial, 'COMPLETE', [1], program)
  const entries = [{ kind: 'system', key: 'fixed_params', value: text(500) }] as const
  const head = { state: 'WAITING', started: '', completed: '', values: [] } as const
  memory.createTrial(study, { head, parameters: [], reports: [], entries }, null)

  // In all: another study has room of its own, but not the database.
  const other = memory.createStudy('b', ['minimize'])
  const fill = (): void => {
    for (let at = 0; at < 5; at++) note(300, `k${at}`, memory.createTrial(other, null, program))
  }
  expect(fill).toThrow(full)
  expect(fill).toThrow('in this database')
  // Nothing was written to disk, as if the bin had been emptied: counted again after a while.
  made.nowMs = 60_000
  note(300, 'later', memory.createTrial(other, null, program))
})

it('a program hears the limit, and its other calls are answered', { timeout: 60_000 }, async () => {
  const database = path.join(scratch(), 'studies.sqlite')
  const server = await OptunaServer.start(database)
  const program = new OptunaClient(server.port)
  try {
    const { studyId } = await program.ask('CreateNewStudy', { studyName: 'a', directions: [0] })
    const set = async (key: string, bytes: number): Promise<unknown> =>
      program.ask('SetStudyUserAttribute', { id: studyId, key, value: text(bytes) })
    await set('large', 5 * MIB)
    await expect(set('second', 5 * MIB)).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining('8 MiB at most') as string,
    })
    await set('large', 6 * MIB)
    const { trialId } = await program.ask('CreateNewTrial', { studyId, ...noTemplate })
    const value = text(9 * MIB)
    await program.ask('SetTrialUserAttribute', { id: trialId, key: 'of a trial', value })
  } finally {
    program.close()
    await server.end()
  }
  const stored = openDatabase(database, { readOnly: true })
  const bytes = new OptunaTables(stored.handle).entryBytes()
  stored.close()
  expect(bytes).toBe(15 * MIB + 'large'.length + 'of a trial'.length)
})
