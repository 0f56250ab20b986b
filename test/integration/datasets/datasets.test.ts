import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { DatasetRow } from '../../../src-main/core/machine/machine.ts'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { dryRun } from '../../../src-main/features/studies/node/dry-run.ts'
import {
  clearDataset,
  listDatasets,
  removeDataset,
} from '../../../src-main/datasets/list-datasets.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { jsonObjects, runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const table = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))

/** A database, a cache and a data file of its own. */
function setUp() {
  const folder = scratch()
  const file = join(folder, 'cells.csv')
  copyFileSync(table, file)
  const workspace = {
    ...locateWorkspace(join(folder, 'studies.sqlite')),
    datasetCacheDirectory: join(folder, 'cache'),
  }
  const store = openStudyStore(workspace.databasePath)
  return {
    folder,
    file,
    workspace,
    store,
    cache: workspace.datasetCacheDirectory,
    create: (name: string, settings: object = {}) =>
      createStudy({
        file: { specification: specification(name, file, settings), source: '', directory: folder },
        store,
        datasetCacheDirectory: workspace.datasetCacheDirectory,
        now: Date.now,
      }),
  }
}

function specification(name: string, file: string, settings: object) {
  return studySpecificationSchema.parse({
    name,
    objective: { task: 'tabular', data: { file, target: 'diagnosis', ...settings } },
    goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
    space: { learningRate: { float: [0.001, 0.1], log: true }, epochs: { fixed: 1 } },
    stop: { trials: 1 },
    engine: 'cpu',
  })
}

async function only(cache: string, store: StudyStore): Promise<DatasetRow> {
  const [row, ...others] = await listDatasets(cache, store)
  if (row === undefined || others.length > 0) throw new Error('expected one data set')
  return row
}

describe('the registry of data sets', () => {
  it('lists properties, columns, size, sources and the studies over them', async () => {
    const { cache, store, create, file } = setUp()
    expect(await listDatasets(cache, store)).toEqual([])
    const before = Date.now()
    await create('cells')
    await create('cells-again', { validation: 0.3 })
    mkdirSync(join(cache, 'unfinished.1.temporary'))
    const row = await only(cache, store)
    store.close()
    expect(row).toMatchObject({
      kind: 'table',
      format: 'csv',
      rows: 569,
      classes: 2,
      properties: { target: 'diagnosis' },
      settings: { file, target: 'diagnosis', delimiter: 'auto' },
      sources: [{ path: file, files: 1 }],
      prepared: true,
      source: 'unchanged',
      usedBy: [{ name: 'cells' }, { name: 'cells-again' }],
      usersInBin: 0,
    })
    expect(row.settings).not.toHaveProperty('validation')
    expect(row.contentHash).toMatch(/^[0-9a-f]{64}$/)
    expect(row.columns.length).toBe(Number(row.properties['numericColumns']))
    expect(row.bytes).toBeGreaterThan(10_000)
    expect(row.firstSeenAtMs).toBeGreaterThanOrEqual(before)
    expect(row.lastUsedAtMs).toBeGreaterThan(row.firstSeenAtMs)
  })

  it('keeps the entry when the prepared arrays go, and says what became of the source', async () => {
    const { cache, store, create, file } = setUp()
    await create('cells')
    const { id } = await only(cache, store)
    await clearDataset(cache, store, id)
    expect(readdirSync(cache)).toEqual([])
    const cleared = {
      id,
      prepared: false,
      preparedAtMs: null,
      rows: 569,
      usedBy: [{ name: 'cells' }],
    }
    expect(await only(cache, store)).toMatchObject({ ...cleared, source: 'unchanged' })
    utimesSync(file, 1_000, 1_000)
    expect(await only(cache, store)).toMatchObject({ ...cleared, source: 'changed' })
    rmSync(file)
    expect(await only(cache, store)).toMatchObject({ ...cleared, source: 'missing' })
    store.close()
  })

  it('prepares what was cleared when a study needs it, under the same entry', async () => {
    const { cache, store, create, workspace } = setUp()
    const study = await create('cells')
    const first = await only(cache, store)
    await clearDataset(cache, store, first.id)
    const { end } = await runStudy({ store, study, workspace, now: Date.now })
    expect(end.state).toBe('finished')
    const again = await only(cache, store)
    expect(again).toMatchObject({
      id: first.id,
      prepared: true,
      firstSeenAtMs: first.firstSeenAtMs,
    })
    expect(again.lastUsedAtMs).toBeGreaterThan(first.lastUsedAtMs)
    store.close()
  })

  it('does not take arrays from a study that runs, nor entries from one that is there', async () => {
    const { cache, store, create } = setUp()
    const study = await create('cells')
    const { id } = await only(cache, store)
    const states = { reason: null, atMs: 1 }
    store.setStudyState({ studyId: study.id, state: 'running', event: 'study.started', ...states })
    const busy = await catchAppError(() => clearDataset(cache, store, id))
    expect(busy).toMatchObject({ code: 'dataset.inUse', detail: { studies: ['cells'] } })
    store.setStudyState({ studyId: study.id, state: 'stopped', event: 'study.stopped', ...states })
    const used = await catchAppError(() => removeDataset(cache, store, id))
    expect(used).toMatchObject({ code: 'dataset.inUse', detail: { studies: ['cells'] } })
    expect(existsSync(join(cache, id))).toBe(true)
    store.deleteStudy(study.id, { atMs: 2 })
    expect(await only(cache, store)).toMatchObject({ usedBy: [], usersInBin: 1 })
    await expect(removeDataset(cache, store, id)).rejects.toMatchObject({ code: 'dataset.inUse' })
    store.emptyBin()
    await removeDataset(cache, store, id)
    expect(await listDatasets(cache, store)).toEqual([])
    expect(readdirSync(cache)).toEqual([])
    store.close()
  })

  it('shows arrays that another database prepared, and removes nothing outside the cache', async () => {
    const { cache, store, create, folder } = setUp()
    await create('cells')
    const other = openStudyStore(join(folder, 'other.sqlite'))
    const row = await only(cache, other)
    expect(row).toMatchObject({ prepared: true, source: 'unknown', rows: 569, usedBy: [] })
    writeFileSync(join(folder, 'dataset.json'), '{}')
    for (const id of ['..', '../cache', `../cache/${row.id}`, 'none']) {
      const error = await catchAppError(() => removeDataset(cache, other, id))
      expect(error.code).toBe('dataset.notFound')
    }
    await removeDataset(cache, other, row.id)
    expect(readdirSync(cache)).toEqual([])
    expect((await only(cache, store)).prepared).toBe(false)
    other.close()
    store.close()
  })

  it('sees that an array is gone, or the whole folder, after it has listed them', async () => {
    const { cache, store, create } = setUp()
    await create('cells')
    const { id } = await only(cache, store)
    expect((await only(cache, store)).prepared).toBe(true)
    const array = readdirSync(join(cache, id)).find(name => name.endsWith('.bin'))
    if (array === undefined) throw new Error('expected an array')
    rmSync(join(cache, id, array))
    expect((await only(cache, store)).prepared).toBe(false)
    rmSync(join(cache, id), { recursive: true })
    expect((await only(cache, store)).prepared).toBe(false)
    store.close()
  })

  it('joins arrays in the cache to the entry of a study from before the registry', async () => {
    const { cache, store, create } = setUp()
    await create('cells')
    const { id, contentHash } = await only(cache, store)
    const old = openStudyStore(':memory:')
    const [entry] = store.datasets()
    if (entry === undefined) throw new Error('no entry')
    const { studies: _1, firstSeenAtMs: _2, lastUsedAtMs: _3, ...registered } = entry
    const standIn = { key: `unprepared:table:${contentHash}`, bytes: null, arrays: [], sources: [] }
    old.registerDataset({ ...registered, ...standIn }, { atMs: 5 })
    expect(await only(cache, old)).toMatchObject({
      id,
      prepared: true,
      firstSeenAtMs: 5,
      bytes: registered.bytes,
    })
    await removeDataset(cache, old, id)
    expect(old.datasets()).toEqual([])
    old.close()
    store.close()
  })

  it('enters what a trial run read, though its study is nowhere', async () => {
    const { cache, store, workspace, file } = setUp()
    await dryRun({ specification: specification('tried', file, {}), workspace, registry: store })
    expect(await only(cache, store)).toMatchObject({ usedBy: [], source: 'unchanged', rows: 569 })
    store.close()
  })

  it('is printed by the command line, in both languages and as JSON', async () => {
    const { store, create, folder, workspace } = setUp()
    await create('cells')
    store.close()
    const run = (...words: string[]) =>
      runTunewright(['--db', workspace.databasePath, ...words, 'data', 'list'], folder)
    // The command looks into the cache of the user, not into the one of this test.
    const english = await run()
    expect(english.stderr).toBe('')
    expect(english.stdout).toMatch(/cells\.csv +table +569 +2 .*prepared +cells /)
    expect((await run('--language', 'zh-CN')).stdout).toMatch(/已准备|未准备/)
    const rows = jsonObjects((await run('--json')).stdout)
    expect(rows).toContainEqual(expect.objectContaining({ rows: 569, source: 'unchanged' }))
  })
})
