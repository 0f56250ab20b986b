import { linkSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type BackEnd, createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import type { AppEvent } from '../../../src-main/features/api/common/app-event.ts'
import { AppError } from '../../../src-main/core/errors/errors.ts'
import { openStoreOrReadOnly } from '../../../src-main/platform/storage/read-only-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { startSuggest, type SuggestClient, toldStudy } from '../../helpers/suggest-client.ts'

/** The application, opened while a program has the database. */
const scratch = useScratchFolders()
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const resource of open.splice(0)) await resource.close()
})

const patience = { timeout: 60_000, interval: 50 }
async function programFirst(): Promise<{
  readonly folder: string
  readonly database: string
  readonly program: SuggestClient
}> {
  const folder = scratch()
  const database = path.join(folder, 'kept.sqlite')
  const program = startSuggest(['--db', database], folder)
  program.send(toldStudy)
  await program.call({ ask: 1 })
  return { folder, database, program }
}

function application(database: string): {
  readonly backEnd: BackEnd
  readonly heard: AppEvent[]
  readonly isReadOnly: boolean
} {
  const workspace = locateWorkspace(database)
  const { store, isReadOnly } = openStoreOrReadOnly(workspace.databasePath)
  const backEnd = createBackEnd({ store, isReadOnly, workspace, kind: 'web', now: Date.now })
  const heard: AppEvent[] = []
  backEnd.hub.subscribe(event => heard.push(event))
  open.push({
    close: async () => {
      await backEnd.close()
      store.close()
    },
  })
  return { backEnd, heard, isReadOnly }
}

describe('looking on', { timeout: 180_000 }, () => {
  it('shows live what a program does, refuses changes, and takes over when it ends', async () => {
    const beforeMs = Date.now()
    const { database, program } = await programFirst()
    const { backEnd, heard, isReadOnly } = application(database)
    const { api } = backEnd
    expect(isReadOnly).toBe(true)
    const writer = await api['app.writer']({})
    expect(writer?.program).toMatch(/^tunewright .*suggest/)
    expect(writer?.sinceMs).toBeGreaterThanOrEqual(beforeMs)
    expect(writer?.sinceMs).toBeLessThanOrEqual(Date.now())
    expect(await api['study.list']({})).toMatchObject([
      { name: 'told', state: 'running', runsInThisProcess: true, trials: { running: 1 } },
    ])

    await program.call({ report: { trial: 0, step: 1, metrics: { loss: 0.5 } } })
    await program.call({ report: { trial: 0, step: 2, metrics: { loss: 0.4 } } })
    const points = (): number[] =>
      heard.flatMap(event =>
        event.type === 'progress' ? event.metrics.flatMap(({ steps }) => steps) : [],
      )
    await vi.waitUntil(() => points().length >= 2, patience)
    expect(points()).toEqual([1, 2])
    await program.call({ tell: { trial: 0, values: [0.4] } })
    await program.call({ ask: 1 })
    const ended = (): boolean =>
      heard.some(
        event =>
          event.type === 'progress' &&
          event.trials.some(({ number, state }) => number === 0 && state === 'complete') &&
          event.study.trials.running === 1,
      )
    await vi.waitUntil(ended, patience)

    const refusal = await api['study.label']({ studyId: 1, labels: { note: 'seen' } }).catch(
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(AppError)
    expect(refusal).toMatchObject({
      code: 'database.locked',
      detail: { reason: { code: 'failure.lockedByProgram', values: { process: writer?.process } } },
    })
    // It has not disturbed the program.
    expect(await program.call({ tell: { trial: 1, values: [0.3] } })).toEqual({ told: 1 })

    heard.length = 0
    await program.end()
    await vi.waitUntil(async () => (await api['app.writer']({})) === null, patience)
    expect(heard.map(({ type }) => type)).toContain('reset')
    expect(await api['study.list']({})).toMatchObject([
      { state: 'paused', runsInThisProcess: false },
    ])
    await api['study.label']({ studyId: 1, labels: { note: 'seen' } })
    expect((await api['study.get']({ studyId: 1 })).labels.note).toBe('seen')
  })

  it('takes over from a program that was killed, whose trial is interrupted', async () => {
    const { database, program } = await programFirst()
    const { backEnd } = application(database)
    await program.kill()
    await vi.waitUntil(async () => (await backEnd.api['app.writer']({})) === null, patience)
    expect(await backEnd.api['study.list']({})).toMatchObject([
      { state: 'interrupted', trials: { interrupted: 1 } },
    ])
  })

  it('is no way to take programs of Optuna; other commands say who has the database', async () => {
    const { folder, database, program } = await programFirst()
    const words = ['--db', database, 'serve', '--read-only', '--optuna']
    expect((await runTunewright(words, folder)).exitCode).toBe(2)
    const { exitCode, stderr } = await runTunewright(['--db', database, 'suggest'], folder)
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/tunewright .*suggest \(process \d+, since \d{4}-.* UTC\) writes to it/)
    // What the program writes is not all in the file itself.
    const other = path.join(folder, 'other.sqlite')
    linkSync(database, other)
    expect((await catchAppError(() => openStoreOrReadOnly(other))).code).toBe('database.locked')
    await program.end()
  })
})
