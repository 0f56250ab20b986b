import { expect, it, vi } from 'vitest'
import type { OptunaChange, OptunaGroup } from '../../../src-main/contract/optuna-storage.ts'
import { CommitQueue } from '../../../src-main/optuna-storage/commit-queue.ts'
import { HandOver } from '../../../src-main/optuna-storage/hand-over.ts'

const change = (step: number): OptunaChange => ({ type: 'trial.report', trial: 1, step, value: 0 })

/** A queue over a disk and a database that fail on demand; both keep the steps that reached them. */
function setUp() {
  const state = { diskFails: false, databaseFails: false, lost: 0, empty: 0 }
  const disk: number[] = []
  const database: number[] = []
  const groups: number[] = []
  const stepsOf = (changes: readonly OptunaChange[]): number[] =>
    changes.map(one => (one.type === 'trial.report' ? one.step : -1))
  let sequence = 0
  const handOver = new HandOver(
    async (given: readonly OptunaGroup[]) => {
      await Promise.resolve()
      if (state.databaseFails) throw new Error('full')
      groups.push(given.length)
      for (const { changes } of given) database.push(...stepsOf(changes))
    },
    () => state.empty++,
  )
  const queue = new CommitQueue({
    handOver,
    append: changes => {
      if (state.diskFails) throw new Error('disk')
      disk.push(...stepsOf(changes))
      return { sequence: ++sequence, atMs: 0, changes }
    },
    onLost: () => {
      // Nothing that was answered is missing when memory reads the database again.
      expect(database).toEqual(disk)
      state.lost++
    },
  })
  return { state, disk, database, groups, queue }
}

it('changes that come together are one group, on disk before anybody is answered', async () => {
  const { queue, disk, database, groups } = setUp()
  queue.add(change(0))
  queue.add(change(1))
  expect(disk).toEqual([])
  await queue.settled()
  expect(disk).toEqual([0, 1])
  expect(queue.size).toBe(2)
  queue.add(change(2))
  await queue.stored()
  expect(database).toEqual([0, 1, 2])
  expect(groups.reduce((sum, count) => sum + count, 0)).toBe(2)
  expect(queue.size).toBe(0)
})

it('nothing that was answered is given up when the database refuses; it is tried again', async () => {
  const { queue, state, database } = setUp()
  state.databaseFails = true
  queue.add(change(0))
  await queue.settled()
  await expect(queue.stored()).rejects.toThrow('full')
  expect(() => queue.check()).toThrow('full')
  state.databaseFails = false
  await vi.waitUntil(() => database.length === 1, { timeout: 30_000 })
  queue.check()
  await queue.stored()
  expect(database).toEqual([0])
})

it('when the disk refuses, its callers hear of it, and what was answered is in the database', async () => {
  const { queue, state, disk, database } = setUp()
  queue.add(change(0))
  await queue.settled()
  state.diskFails = true
  queue.add(change(1))
  await expect(queue.settled()).rejects.toThrow('disk')
  expect(() => queue.check()).toThrow('disk')
  await vi.waitUntil(() => state.lost === 1, { timeout: 30_000 })
  queue.check()
  state.diskFails = false
  queue.add(change(2))
  await queue.stored()
  expect(disk).toEqual([0, 2])
  expect(database).toEqual([0, 2])
})

it('who asks while a group is written waits for its end only', async () => {
  const { queue, state } = setUp()
  queue.add(change(0))
  await queue.settled()
  await Promise.all([queue.stored(), queue.stored()])
  await queue.stored()
  expect(state.empty).toBe(1)
})
