import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { watchOptunaFile } from '../../../src-main/features/optuna-storage/cli/optuna-watch.ts'
import { writeOptunaFile } from '../../../src-main/features/exports/node/write-optuna-file.ts'
import { encodeOptunaValue } from '../../../src-main/interop/optuna/optuna-rows.ts'
import { openStoreForWriting } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { findPeer } from '../../helpers/python-peer.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** A study of Optuna's with one trial. */
function writeStudy(file: string, x: number, time = '2026-11-25 08:00:00.000000'): void {
  const nothing = { userAttributes: {}, systemAttributes: {} }
  const distribution =
    '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}'
  writeOptunaFile(file, {
    name: 'tuning',
    directions: ['MINIMIZE'],
    ...nothing,
    trials: [
      {
        number: 0,
        state: 'COMPLETE',
        start: time,
        complete: time,
        ...nothing,
        parameters: [{ name: 'x', value: x, distribution }],
        values: [encodeOptunaValue(x)],
        intermediate: [],
      },
    ],
  })
}

it('settings for programs of Optuna are refused where the endpoint stays closed', async () => {
  const folder = scratch()
  for (const words of [
    ['--optuna-artifacts', 'files'],
    ['--optuna-fail-after', '5'],
  ]) {
    const refused = await runTunewright(['serve', ...words], folder)
    expect(refused).toMatchObject({ exitCode: 2 })
    expect(refused.stderr).toContain(`${words[0]} "${words[1]}": One of --optuna`)
  }
}, 60_000)

it('studies of one name in two files stay apart', { timeout: 60_000 }, async () => {
  const folder = scratch()
  const files = [0.25, 0.75].map((x, index) => {
    const file = path.join(folder, `${index}.sqlite`)
    writeStudy(file, x)
    return file
  })
  const workspace = locateWorkspace(path.join(folder, 'ours.sqlite'))
  const store = openStoreForWriting(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
  const port = await backEnd.openOptuna({ port: 0, failAfterMs: null })
  const failures: unknown[] = []
  // The second look at the first one finds what the first has made.
  for (const file of [...files, files[0] ?? '']) {
    const watch = await watchOptunaFile({ file, port }, error => failures.push(error))
    await watch.close()
  }
  const parameters = store
    .listStudies()
    .map(({ id }) => store.trials(id).map(trial => trial.parameters))
  expect(parameters).toHaveLength(2)
  expect(parameters).toEqual(expect.arrayContaining([[{ x: 0.25 }], [{ x: 0.75 }]]))
  // A file that was made anew is not taken for the one of before.
  const [replaced = ''] = files
  rmSync(replaced)
  writeStudy(replaced, 0.5, '2026-11-26 08:00:00.000000')
  const report = (error: unknown) => failures.push(error)
  expect(
    await catchAppError(async () => watchOptunaFile({ file: replaced, port }, report)),
  ).toMatchObject({ code: 'data.invalid', detail: { path: replaced, field: 'trials.0.start' } })
  for (const { id } of store.listStudies()) {
    if (store.trials(id)[0]?.parameters['x'] !== 0.25) continue
    await backEnd.api['study.delete']({ studyId: id })
  }
  const third = await watchOptunaFile({ file: replaced, port }, report)
  await third.close()
  expect(
    store
      .listStudies()
      .map(({ id }) => store.trials(id)[0]?.parameters['x'])
      .toSorted(),
  ).toEqual([0.5, 0.75])
  await backEnd.close()
  expect(failures).toEqual([])
  store.close()
})
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
    await vi.waitUntil(
      () => trials().some(({ state, lastStep }) => state === 'running' && lastStep !== null),
      { timeout: 60_000 },
    )
    await first.close()
    const second = await watch()
    expect(await ended).toEqual([0, null])
    const bytes = readFileSync(file)
    await vi.waitUntil(() => trials().length === 7, { timeout: 60_000 })
    await vi.waitUntil(() => trials()[5]?.parameters['x'] === 0.5, { timeout: 60_000 })
    expect(trials().map(({ state }) => state)).toEqual([
      'complete',
      'complete',
      'pruned',
      'complete',
      'complete',
      'running',
      'interrupted',
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
