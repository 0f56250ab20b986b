import { execFileSync } from 'node:child_process'
import { chmodSync, closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src-main/platform/storage/database.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import {
  batch,
  errorOf,
  runTrial,
  sampleFinish,
  sampleStudy,
  sampleTrial,
} from '../../helpers/store-samples.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const isRoot = process.getuid?.() === 0
const mounts: string[] = []

afterEach(() => {
  for (const folder of mounts.splice(0)) execFileSync('umount', ['-l', folder])
})

/** A file system of its own, so that it can be filled; only the administrator may make one. */
function mountSmallDisk(): string {
  const folder = scratch()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  mounts.push(folder)
  return folder
}

function canMount(): boolean {
  if (!isRoot || process.platform !== 'linux') return false
  try {
    const folder = join(import.meta.dirname)
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const mayMount = canMount()

const manyRows = Array.from({ length: 2_000 }, (_, step) => [step, step / 3])

/** Writes whole batches of metrics to trial 0 until the disk is full; gives how many fitted. */
function fillWithMetrics(store: StudyStore, studyId: number): number {
  for (let filled = 0; filled < 200; filled++) {
    try {
      store.appendMetrics(studyId, [batch(0, [`metric ${filled}`], manyRows)])
    } catch (error) {
      errorOf('database.full', () => {
        throw error
      })
      return filled
    }
  }
  throw new Error('the disk never became full')
}

function expectWhole(store: StudyStore, studyId: number, batches: number): void {
  const { metrics } = store.trial(studyId, 0)
  expect(Object.keys(metrics)).toHaveLength(batches)
  for (const curve of Object.values(metrics)) expect(curve.values).toHaveLength(manyRows.length)
}

describe('a full disk', () => {
  it('is typed, leaves nothing half-written, and the store goes on after space is freed', () => {
    const path = join(scratch(), 'studies.sqlite')
    const store = openStudyStore(path, { maxPages: 200 })
    const studyId = store.createStudy(sampleStudy()).id
    store.startTrial(sampleTrial(studyId, 0))
    const filled = fillWithMetrics(store, studyId)
    expect(filled).toBeGreaterThan(2)
    expectWhole(store, studyId, filled)
    const eventsBefore = store.events(studyId)
    const metrics = [batch(0, ['too much'], manyRows)]
    errorOf('database.full', () => store.finishTrial(sampleFinish(studyId, 0, { metrics })))
    expect(store.trial(studyId, 0)).toMatchObject({ state: 'running', values: [] })
    expect(store.events(studyId)).toEqual(eventsBefore)
    store.startAttempt({ studyId, trialNumber: 0, slot: 0, atMs: 9 })
    store.finishTrial(sampleFinish(studyId, 0, { metrics }))
    expect(store.trial(studyId, 0).state).toBe('complete')
    store.close()
    const again = openStudyStore(path)
    runTrial(again, studyId, 1, 3)
    again.close()
  })

  it.skipIf(isSkipped('devices') || !mayMount)('is the same on a real one that others fill', () => {
    const folder = mountSmallDisk()
    const path = join(folder, 'studies.sqlite')
    const filler = join(folder, 'filler')
    const store = openStudyStore(path)
    const studyId = store.createStudy(sampleStudy()).id
    store.startTrial(sampleTrial(studyId, 0))
    store.appendMetrics(studyId, [batch(0, ['metric 0'], manyRows)])
    fillDisk(filler)
    errorOf('database.full', () => {
      for (;;) store.appendMetrics(studyId, [batch(0, ['metric 1'], manyRows)])
    })
    const metricCount = Object.keys(store.trial(studyId, 0).metrics).length
    expectWhole(store, studyId, metricCount)
    errorOf('database.full', () => {
      for (let number = 1; number < 10_000; number++) store.startTrial(sampleTrial(studyId, number))
    })
    rmSync(filler)
    const count = store.trials(studyId, { metrics: false }).length
    runTrial(store, studyId, count, 1)
    store.finishTrial(sampleFinish(studyId, 0))
    store.close()
    const again = openDatabase(path)
    expect(again.handle.pragma('integrity_check', { simple: true })).toBe('ok')
    again.close()
  })

  it.skipIf(isSkipped('devices') || !mayMount)(
    'is typed when a store is opened or closed on it',
    () => {
      const folder = mountSmallDisk()
      const filler = join(folder, 'filler')
      const path = join(folder, 'studies.sqlite')
      const store = openStudyStore(path)
      const studyId = store.createStudy(sampleStudy()).id
      fillDisk(filler)
      store.close()
      rmSync(filler)
      const again = openStudyStore(path)
      expect(again.findStudy('study').id).toBe(studyId)
      again.close()
      fillDisk(filler)
      errorOf('database.full', () => openStudyStore(join(folder, 'new.sqlite')))
    },
  )
})

function fillDisk(filler: string): void {
  const file = openSync(filler, 'a')
  try {
    for (const size of [65_536, 4_096]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size, 1))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    }
  } finally {
    closeSync(file)
  }
}

describe('a folder that may not be written', () => {
  /** A cleanly closed database in a folder that then becomes read-only. */
  function createFrozen(): string {
    const folder = isRoot ? mountSmallDisk() : scratch()
    const path = join(folder, 'studies.sqlite')
    const store = openStudyStore(path)
    const studyId = store.createStudy(sampleStudy()).id
    runTrial(store, studyId, 0, 4)
    store.close()
    if (isRoot) execFileSync('mount', ['-o', 'remount,ro', folder])
    else chmodSync(folder, 0o555)
    return path
  }

  it.skipIf(isSkipped('modes') || (isRoot && !mayMount))(
    'can be read, and writing says why not',
    () => {
      const path = createFrozen()
      const reader = openStudyStore(path, { readOnly: true })
      expect(reader.trial(1, 0).values).toEqual([4])
      reader.close()
      for (const name of [path, join(path, '..', 'new.sqlite')]) {
        const error = errorOf('database.readOnly', () => openStudyStore(name))
        expect(error.detail.path).toBe(name)
      }
      if (!isRoot) chmodSync(join(path, '..'), 0o755)
    },
  )
})
