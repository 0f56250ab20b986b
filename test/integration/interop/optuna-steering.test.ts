import { execFile } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { openStoreForWriting } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { findPeer } from '../../helpers/python-peer.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')
const repository = path.join(import.meta.dirname, '../../..')
const program = path.join(repository, 'test/fixtures/optuna/stops.py')
const MANY = 100_000

it.skipIf(python === null)(
  'a program of Optuna stops when a person asks it to, and reads notes and tags',
  { timeout: 180_000 },
  async () => {
    const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
    const store = openStoreForWriting(workspace.databasePath)
    const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
    const { api } = backEnd
    const port = await backEnd.openOptuna({ port: 0, failAfterMs: null })
    const env = { ...process.env, PYTHONPATH: path.join(repository, 'clients/python/src') }
    const run = async (trials: number) => {
      const words = ['-W', 'ignore', program, String(port), String(trials)]
      const { stdout } = await promisify(execFile)(python ?? '', words, { env })
      return JSON.parse(stdout) as { readonly trials: number; readonly told: object }
    }
    const running = run(MANY)
    const complete = () =>
      store.listStudies().length === 0 ? 0 : store.studyById(1).trials.complete
    await vi.waitUntil(() => complete() >= 2, { timeout: 90_000, interval: 50 })
    await api['study.label']({ studyId: 1, labels: { note: 'try wider', tags: ['first'] } })
    await api['trial.note']({ studyId: 1, number: 1, text: 'odd' })
    await api['study.stop']({ studyId: 1, when: 'afterRunning' })
    const { trials, told: answer } = await running
    expect(trials).toBeLessThan(MANY)
    expect(answer).toEqual({
      'tunewright:note': 'try wider',
      'tunewright:tags': ['first'],
      'tunewright:trial_notes': { 1: 'odd' },
    })
    // What is ours is no note of its users.
    expect(store.studyById(1).environment.importedFrom?.userAttributes ?? {}).toEqual({})
    // One that begins afterwards was not meant.
    expect((await run(3)).trials).toBe(trials + 3)
    // What is written while the port is closed is told when it is opened.
    await api['optuna.close']({})
    await api['study.label']({ studyId: 1, labels: { note: 'enough', tags: [] } })
    await api['trial.note']({ studyId: 1, number: 2, text: 'odd, too' })
    await api['optuna.open']({ port })
    expect((await run(1)).told).toEqual({
      'tunewright:note': 'enough',
      'tunewright:tags': [],
      'tunewright:trial_notes': { 1: 'odd', 2: 'odd, too' },
    })
    await backEnd.close()
    store.close()
  },
)
