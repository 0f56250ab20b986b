import { readdirSync, writeFileSync } from 'node:fs'
import path, { basename, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseGpuLine } from '../../../src-main/platform/machine/nvidia-stream.ts'
import { AppError, serializeError } from '../../../src-main/core/errors/errors.ts'
import { backUpDatabase } from '../../../src-main/features/backups/node/back-up-database.ts'
import { EventHub } from '../../../src-main/features/api/node/event-hub.ts'
import { keepLog, readLog } from '../../../src-main/features/diagnostics/node/keep-log.ts'
import { MachineMonitor } from '../../../src-main/platform/machine/machine-monitor.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { fakeNvidiaSmi } from '../../helpers/fake-nvidia-smi.ts'
import { setFakeDomain } from '../../helpers/fake-powercap.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { runTrial, sampleStudy } from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()

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
        uuid: 'GPU-0',
        vendor: 'nvidia',
        name: 'Fake GPU',
        busy: 0.4,
        memoryBytes: 2_000 * 2 ** 20,
        memoryTotalBytes: 8_000 * 2 ** 20,
        temperatureCelsius: 55,
        powerWatts: 100,
      },
      {
        uuid: 'GPU-1',
        vendor: 'nvidia',
        name: 'Other GPU',
        busy: null,
        memoryBytes: 5 * 2 ** 20,
        memoryTotalBytes: 4_000 * 2 ** 20,
        temperatureCelsius: null,
        powerWatts: null,
      },
    ])
  })

  it('samples the power of the processors where their counters can be read', async () => {
    vi.stubEnv('PATH', scratch())
    const powercapFolder = scratch()
    let joules = 0
    const count = (): void => {
      setFakeDomain(powercapFolder, { entry: 'intel-rapl:0', name: 'package-0', joules })
    }
    count()
    const monitor = new MachineMonitor({ now: () => joules * 100, everyMs: 10, powercapFolder })
    expect(monitor.cpuEnergy.state).toEqual({ state: 'measured', packages: 1 })
    // One joule every 100 ms of its clock.
    await vi.waitUntil(() => {
      joules++
      count()
      return monitor.usage().samples.some(({ cpuPowerWatts }) => cpuPowerWatts !== null)
    })
    const sample = monitor.usage().samples.find(({ cpuPowerWatts }) => cpuPowerWatts !== null)
    monitor.close()
    expect(sample?.cpuPowerWatts).toBeCloseTo(10, 6)
  })

  it('has no GPUs and no power where nothing can be read', async () => {
    vi.stubEnv('PATH', scratch())
    const powercapFolder = path.join(scratch(), 'none')
    const monitor = new MachineMonitor({ now: Date.now, everyMs: 10, powercapFolder })
    await monitor.ready
    await vi.waitUntil(() => monitor.usage().samples.length >= 3)
    expect(monitor.cpuEnergy.state).toEqual({ state: 'absent' })
    expect(monitor.usage().samples.every(sample => sample.cpuPowerWatts === null)).toBe(true)
    expect(monitor.gpus()).toEqual([])
    expect(monitor.memoryOf(1)).toBeNull()
    monitor.close()
    expect(parseGpuLine('no gpu here')).toBeNull()
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
