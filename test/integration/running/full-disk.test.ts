import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildFullDisk,
  copyProject,
  endings,
  waitingEnds,
  type Met,
  newProject,
  reasonOfPause,
  resume,
  type Resumed,
  runOnFullDisk,
  showing,
  training,
} from '../../helpers/disk/full-disk.ts'

/** A disk that is full from one write on; test/endurance/full-disk.ts does it for every write. */

describe('a disk that is full from some write on', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'))
  let library: string | null = null
  let whole: Met
  let expected: Resumed

  beforeAll(async () => {
    const built = buildFullDisk(folder)
    if ('why' in built) {
      console.log(built.why)
      return
    }
    ;({ library } = built)
    mkdirSync(path.join(folder, 'new'))
    await newProject(path.join(folder, 'new'), training)
    copyProject(path.join(folder, 'new'), path.join(folder, 'whole'))
    whole = await runOnFullDisk(path.join(folder, 'whole'), library, 0)
    expected = await resume(path.join(folder, 'whole'))
  }, 180_000)

  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([0.1, 0.3, 0.5, 0.7, 0.9])(
    'costs no trial: after %d of the writes',
    async share => {
      if (library === null) return
      const project = path.join(folder, String(share))
      copyProject(path.join(folder, 'new'), project)
      const met = await runOnFullDisk(project, library, Math.round(share * whole.writes))
      // Whatever found no room, the study waits: a file, the database, or both. One that cannot begin says so.
      expect(share < 0.3 ? endings : waitingEnds).toContain(met.ended)
      expect(await resume(project)).toEqual(expected)
    },
    120_000,
  )

  it.each(['checkpointDirectory', 'artifactDirectory'] as const)(
    'pauses the study where it is full below the %s',
    async which => {
      if (library === null) return
      const project = path.join(folder, which)
      copyProject(path.join(folder, 'new'), project)
      expect((await runOnFullDisk(project, library, 3, which)).ended).toBe('paused')
      const waiting = reasonOfPause(project)
      expect(waiting.code).toBe('error.disk.full')
      expect(waiting.values).toMatchObject({ path: expect.stringContaining(project) as string })
      expect(await resume(project)).toEqual(expected)
    },
    120_000,
  )

  it('keeps the files that a program has left', async () => {
    if (library === null) return
    const fresh = path.join(folder, 'files', 'new')
    mkdirSync(fresh, { recursive: true })
    await newProject(fresh, showing)
    const undisturbed = path.join(folder, 'files', 'whole')
    copyProject(fresh, undisturbed)
    const { writes } = await runOnFullDisk(undisturbed, library, 0, 'artifactDirectory')
    const all = await resume(undisturbed)
    expect(all.failures).toEqual([])
    // As the first trial ends, half of the writes are over.
    for (const share of [0.36, 0.42, 0.48]) {
      const at = Math.round(share * writes)
      const project = path.join(folder, 'files', String(at))
      copyProject(fresh, project)
      const { ended } = await runOnFullDisk(project, library, at, 'artifactDirectory')
      expect(ended, `write ${at}`).toBe('paused')
      expect(await resume(project), `write ${at}`).toEqual(all)
    }
  }, 240_000)
})
