import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseGpuLine } from '../../../src-main/runner/resources/nvidia-stream.ts'
import { AppError, serializeError } from '../../../src-main/contract/errors.ts'
import { backUpDatabase } from '../../../src-main/services/back-up-database.ts'
import { createStudy } from '../../../src-main/services/create-study.ts'
import { EventHub } from '../../../src-main/services/event-hub.ts'
import { keepLog, readLog } from '../../../src-main/services/keep-log.ts'
import { listDatasets } from '../../../src-main/services/list-datasets.ts'
import { MachineMonitor } from '../../../src-main/services/machine-monitor.ts'
import { removeDataset } from '../../../src-main/services/remove-dataset.ts'
import { locateWorkspace } from '../../../src-main/services/workspace.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import { studySpecificationSchema } from '../../../src-main/contract/study-specification.ts'
import { fakeNvidiaSmi } from '../../helpers/fake-nvidia-smi.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { runTrial, sampleStudy } from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const table = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))

describe('machine monitor', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('samples processor and memory, and GPUs where nvidia-smi prints them', async () => {
    vi.stubEnv('PATH', fakeNvidiaSmi(scratch()))
    const monitor = new MachineMonitor({ now: Date.now, everyMs: 20 })
    await monitor.ready
    await vi.waitUntil(() => monitor.usage().samples.some(({ gpus }) => gpus.length === 2))
    const { samples, memoryTotalBytes } = monitor.usage()
    monitor.close()
    for (const { cpu, memoryBytes } of samples) {
      expect(cpu).toBeGreaterThanOrEqual(0)
      expect(cpu).toBeLessThanOrEqual(1)
      expect(memoryBytes).toBeLessThan(memoryTotalBytes)
    }
    expect(samples.at(-1)?.gpus).toEqual([
      {
        ...{ uuid: 'GPU-0', name: 'Fake GPU', busy: 0.4 },
        ...{ memoryBytes: 2_000 * 2 ** 20, memoryTotalBytes: 8_000 * 2 ** 20 },
        ...{ temperatureCelsius: 55, powerWatts: 100 },
      },
      {
        ...{ uuid: 'GPU-1', name: 'Other GPU', busy: 0 },
        ...{ memoryBytes: 5 * 2 ** 20, memoryTotalBytes: 4_000 * 2 ** 20 },
        ...{ temperatureCelsius: null, powerWatts: null },
      },
    ])
  })

  it('has no GPUs where there is no nvidia-smi', async () => {
    vi.stubEnv('PATH', scratch())
    const monitor = new MachineMonitor({ now: Date.now, everyMs: 10 })
    await monitor.ready
    await vi.waitUntil(() => monitor.usage().samples.length >= 3)
    expect(monitor.gpus()).toEqual([])
    expect(monitor.memoryOf(1)).toBeNull()
    monitor.close()
    expect(parseGpuLine('no gpu here')).toBeNull()
  })
})

describe('data sets', () => {
  it('are listed with facts, columns, size and the studies over them', async () => {
    const folder = scratch()
    const workspace = locateWorkspace(join(folder, 'studies.sqlite'))
    const cache = join(folder, 'cache')
    const store = openStudyStore(workspace.databasePath)
    expect(await listDatasets(cache, store)).toEqual([])
    const specification = studySpecificationSchema.parse({
      name: 'table',
      objective: { task: 'tabular', data: { file: table, target: 'diagnosis' } },
      goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
      space: { learningRate: { float: [0.001, 0.1], log: true } },
      stop: { trials: 1 },
    })
    await createStudy({
      file: { specification, source: '', directory: folder },
      store,
      datasetCacheDirectory: cache,
      now: Date.now,
    })
    mkdirSync(join(cache, 'unfinished.temporary'))
    const [row, ...others] = await listDatasets(cache, store)
    store.close()
    expect(others).toEqual([])
    expect(row).toMatchObject({
      kind: 'table',
      facts: { target: 'diagnosis' },
      usedBy: [{ name: 'table' }],
    })
    expect(row?.contentHash).toMatch(/^[0-9a-f]{64}$/)
    expect(row?.columns.length).toBe(Number(row?.facts['numericColumns']))
    expect(row?.bytes).toBeGreaterThan(10_000)
  })
})

describe('retention', () => {
  it('keeps the newest backups, and leaves other files alone', async () => {
    const workspace = locateWorkspace(join(scratch(), 'studies.sqlite'))
    const store = openStudyStore(workspace.databasePath)
    const made: string[] = []
    for (let day = 0; day < 4; day++) {
      const now = (): number => day * 86_400_000
      const { path, removed } = await backUpDatabase({ store, workspace, now, keep: 2 })
      made.push(basename(path))
      expect(removed).toBe(day < 2 ? 0 : 1)
      if (day === 0) writeFileSync(join(workspace.backupDirectory, 'studies-mine.sqlite'), '')
    }
    store.close()
    expect(readdirSync(workspace.backupDirectory).sort()).toEqual([
      ...made.slice(2),
      'studies-mine.sqlite',
    ])
  })

  it('removes prepared data by their name, but none that a study uses and nothing elsewhere', async () => {
    const folder = scratch()
    const store = openStudyStore(join(folder, 'studies.sqlite'))
    const cache = join(folder, 'cache')
    for (const name of ['used', 'free']) {
      mkdirSync(join(cache, name), { recursive: true })
      const manifest = { kind: 'table', contentHash: name, facts: {}, schema: {}, arrays: [] }
      writeFileSync(join(cache, name, 'dataset.json'), JSON.stringify(manifest))
    }
    const { id } = store.createStudy(sampleStudy())
    store.setDataset(id, { contentHash: 'used' })
    await expect(removeDataset(cache, store, 'used')).rejects.toMatchObject({ code: 'usage.invalid' }) // prettier-ignore
    await expect(removeDataset(cache, store, '../cache/free')).rejects.toMatchObject({ code: 'usage.invalid' }) // prettier-ignore
    await removeDataset(cache, store, 'free')
    expect(readdirSync(cache)).toEqual(['used'])
    store.close()
  })

  it('keeps a log of what goes wrong, and gives its end', async () => {
    const workspace = locateWorkspace(join(scratch(), 'studies.sqlite'))
    const hub = new EventHub()
    const log = keepLog(workspace, hub)
    expect(await readLog(workspace)).toBe('')
    log('study.list', new Error('a bug'))
    const { stack: _, ...error } = serializeError(new AppError('study.notFound', { study: 'lost' }))
    hub.emit({ type: 'sessionFailed', studyId: 7, error })
    expect(await readLog(workspace)).toMatch(/study\.list: Error: a bug[^]*study 7: .*lost/)
    for (let line = 0; line < 3_000; line++) log('x', `line ${line} ${'-'.repeat(30)}`)
    const text = await readLog(workspace)
    expect(text.length).toBeLessThan(64 * 1024)
    expect(text).toMatch(/^\d{4}-.*\n/)
    expect(text).toContain('line 2999 ')
  })
})

describe('backup', () => {
  it('is a whole database of its own', async () => {
    const workspace = locateWorkspace(join(scratch(), 'studies.sqlite'))
    const store = openStudyStore(workspace.databasePath)
    const { id } = store.createStudy(sampleStudy())
    runTrial(store, id, 0, 1)
    const { path, bytes } = await backUpDatabase({ store, workspace, now: () => 0 })
    expect(path).toContain('studies-1970-01-01T00-00-00-000Z.sqlite')
    expect(bytes).toBeGreaterThan(10_000)
    const before = store.snapshot(id)
    store.close()
    const copy = openStudyStore(path, { readOnly: true })
    expect(copy.snapshot(id)).toEqual(before)
    copy.close()
  })
})
