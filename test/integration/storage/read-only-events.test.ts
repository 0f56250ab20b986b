import { copyFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ReadOnlyMode } from '../../../src-main/features/read-only/node/read-only-mode.ts'
import { EventHub } from '../../../src-main/features/api/node/event-hub.ts'
import type { AppEvent } from '../../../src-main/features/api/common/app-event.ts'
import type { StudyRow } from '../../../src-main/features/studies/common/rows.ts'
import {
  openStoreForWriting,
  openStudyStore,
} from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { batch, runTrial, sampleStudy, sampleTrial } from '../../helpers/store-samples.ts'

/** What somebody who is read-only hears of a study that runs and that people change meanwhile. */
const scratch = useScratchFolders()
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})
const patience = { timeout: 30_000, interval: 20 }

function look() {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const writer = openStoreForWriting(workspace.databasePath)
  const { id } = writer.createStudy(sampleStudy())
  runTrial(writer, id, 0, 1)
  writer.startTrial(sampleTrial(id, 1))
  const store = openStudyStore(workspace.databasePath, { readOnly: true })
  const hub = new EventHub()
  const heard: AppEvent[] = []
  hub.subscribe(event => heard.push(event))
  const host = {
    isRunning: () => true,
    watch: () => undefined,
    row: (studyId: number) => ({ id: studyId }) as StudyRow,
    announce: () => undefined,
  }
  const onOver = vi.fn<() => void>()
  const bugs: unknown[] = []
  const onBug = (error: unknown): void => void bugs.push(error)
  const readOnlyMode = new ReadOnlyMode({
    store,
    workspace,
    hub,
    host,
    now: Date.now,
    onOver,
    onBug,
  })
  closers.push(() => {
    readOnlyMode.close()
    store.close()
    writer.close()
  })
  return { workspace, writer, id, heard, onOver, bugs }
}

describe('looking on', { timeout: 60_000 }, () => {
  it('hears of trials that ended and are changed while others go on', async () => {
    const { writer, id, heard, bugs } = look()
    writer.appendMetrics(id, [batch(1, ['loss'], [[1, 0.5]])])
    writer.setExcluded(id, 0, true, { atMs: 7_000 })
    await vi.waitUntil(() => heard.length >= 2, patience)
    expect(heard).toMatchObject([
      {
        type: 'progress',
        trials: [
          { number: 1, state: 'running' },
          { number: 0, state: 'complete', excluded: true },
        ],
        metrics: [{ number: 1, metric: 'loss', steps: [1], values: [0.5] }],
      },
      { type: 'intervention', event: { kind: 'trial.excluded', trialNumber: 0 } },
    ])
    expect(bugs).toEqual([])
  })

  it('is over when another file takes the place of the database, which Windows lets nobody do', async () => {
    const { workspace, onOver } = look()
    const copy = `${workspace.databasePath}-copy`
    copyFileSync(workspace.databasePath, copy)
    const replace = (): void => renameSync(copy, workspace.databasePath)
    if (process.platform === 'win32') {
      expect(replace).toThrow(/EPERM|EBUSY|EACCES/)
      return
    }
    replace()
    await vi.waitUntil(() => onOver.mock.calls.length > 0, patience)
  })

  it('is over when nobody writes', async () => {
    const { writer, onOver } = look()
    writer.close()
    await vi.waitUntil(() => onOver.mock.calls.length > 0, patience)
  })
})
