import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect, it } from 'vitest'
import type { OptunaChange } from '../../../src-main/contract/optuna-storage.ts'
import { OptunaClient } from '../../../src-main/optuna-storage/client.ts'
import { OptunaLog, optunaLogPath } from '../../../src-main/storage/optuna-log.ts'
import {
  openStoreForWriting,
  openStudyStore,
} from '../../../src-main/storage/sqlite-study-store.ts'
import { OptunaServer } from '../../helpers/optuna-server.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const open: OptunaServer[] = []

async function start(database: string): Promise<OptunaServer> {
  const server = await OptunaServer.start(database)
  open.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(async server => server.end('SIGKILL')))
})

// Windows stops no processes.
it.skipIf(process.platform === 'win32')(
  'what was answered while the database took nothing is there after a kill',
  { timeout: 120_000 },
  async () => {
    const database = path.join(scratch(), 'studies.sqlite')
    const first = await start(database)
    const program = new OptunaClient(first.port)
    const { studyId } = await program.ask('CreateNewStudy', { studyName: 'held', directions: [0] })
    first.freeze()
    for (let number = 0; number < 3; number++) {
      const { trialId } = await program.ask('CreateNewTrial', {
        ...{ studyId, templateTrial: null, templateTrialIsNone: true },
      })
      for (const [step, intermediateValue] of [Number.NaN, Number.POSITIVE_INFINITY].entries())
        await program.ask('SetTrialIntermediateValue', { trialId, step, intermediateValue })
      await program.ask('SetTrialStateValues', { trialId, state: 1, values: [number] })
    }
    program.close()
    await first.end('SIGKILL')
    const second = await start(database)
    await second.end()
    expect(existsSync(optunaLogPath(database))).toBe(false)
    const store = openStudyStore(database, { readOnly: true })
    const study = store.findStudy('held')
    const trials = store.trials(study.id)
    const events = store.events(study.id)
    store.close()
    expect(trials.map(({ state, values }) => [state, values])).toEqual([
      ['complete', [0]],
      ['complete', [1]],
      ['complete', [2]],
    ])
    expect(trials[0]?.metrics['value']?.values).toEqual([Number.NaN, Number.POSITIVE_INFINITY])
    // Each happened once.
    expect(events.filter(({ kind }) => kind === 'trial.finished')).toHaveLength(3)
    expect(study.state).toBe('paused')
  },
)

it('a log that cannot be read is laid aside, and the port opens', { timeout: 60_000 }, async () => {
  const database = path.join(scratch(), 'studies.sqlite')
  const store = openStoreForWriting(database)
  const sequence = store.beginOptunaSession(1)
  store.close()
  const log = new OptunaLog(database, sequence)
  log.append([{ type: 'study.created', id: 1, name: 'none' } as OptunaChange], 0)
  log.close()
  const server = await start(database)
  const program = new OptunaClient(server.port)
  await program.ask('CreateNewStudy', { studyName: 'next', directions: [0] })
  program.close()
  await server.end()
  const kept = readdirSync(path.dirname(database)).filter(name => /-optuna-taken-\d+$/.test(name))
  expect(kept).toHaveLength(1)
})
