import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { createBackEnd } from '../../../src-main/back-end/create-back-end.ts'
import { watchOptunaFile } from '../../../src-main/cli/optuna-watch.ts'
import { openStoreForWriting } from '../../../src-main/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/storage/workspace.ts'
import { findPeer } from '../../helpers/python-peer.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')
const program = path.join(import.meta.dirname, '../../fixtures/optuna/grows.py')

it.skipIf(python === null)(
  'a file that a program of Optuna writes is followed, also by a second watch after the first',
  { timeout: 180_000 },
  async () => {
    const folder = scratch()
    const file = path.join(folder, 'theirs.sqlite')
    const growing = spawn(python ?? '', ['-W', 'ignore', program, file, '10'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(growing, 'exit')
    await once(growing.stdout, 'data')
    const workspace = locateWorkspace(path.join(folder, 'ours.sqlite'))
    const store = openStoreForWriting(workspace.databasePath)
    const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
    const port = await backEnd.openOptuna({ port: 0, failAfterMs: null })
    const failures: unknown[] = []
    const watch = async () => watchOptunaFile({ file, port }, error => failures.push(error))
    const trials = () => (store.listStudies().length === 0 ? [] : store.trials(1))
    const first = await watch()
    // Seen while it runs.
    await vi.waitUntil(() => trials().some(({ state, lastStep }) => state === 'running' && lastStep !== null), { timeout: 60_000 }) // prettier-ignore
    await first.close()
    const second = await watch()
    expect(await ended).toEqual([0, null])
    const bytes = readFileSync(file)
    await vi.waitUntil(() => trials().length === 7, { timeout: 60_000 })
    await vi.waitUntil(() => trials()[5]?.parameters['x'] === 0.5, { timeout: 60_000 })
    expect(trials().map(({ state }) => state)).toEqual([
      ...['complete', 'complete', 'pruned', 'complete', 'complete'],
      ...['running', 'interrupted'],
    ])
    for (const { metrics } of trials().slice(0, 5)) {
      expect(metrics['value']?.steps).toEqual([0, 1, 2])
    }
    const { specification, environment } = store.findStudy('grows')
    expect(specification.space).toMatchObject({ x: { float: [0, 1] } })
    expect(environment.importedFrom?.userAttributes).toEqual({ revision: 7 })
    await second.close()
    await backEnd.close()
    expect(failures).toEqual([])
    expect(readFileSync(file).equals(bytes)).toBe(true)
    store.close()
  },
)
