import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import {
  buildFullDisk,
  copyProject,
  endings,
  waitingEnds,
  type Met,
  newProject,
  reasonOfPause,
  resume,
  runOnFullDisk,
} from '../../helpers/disk/full-disk.ts'
import type { StudySnapshot } from '../../../src-main/contract/study.ts'

/** A disk that is full from one write on; test/endurance/full-disk.ts does it for every write. */

const data = path.resolve(import.meta.dirname, '../../../resources/samples/penguins.csv')

describe('a disk that is full from some write on', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'))
  let library: string | null = null
  let whole: Met
  let expected: StudySnapshot

  beforeAll(async () => {
    const built = buildFullDisk(folder)
    if ('why' in built) {
      console.log(built.why)
      return
    }
    ;({ library } = built)
    mkdirSync(path.join(folder, 'new'))
    await newProject(path.join(folder, 'new'), data)
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
      const found = await resume(project)
      expect(
        found.trials.flatMap(({ attempts }) => attempts.map(({ failure }) => failure)),
      ).toEqual(expect.not.arrayContaining([expect.anything()]))
      expect(studyOutcome(found)).toEqual(studyOutcome(expected))
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
      expect(studyOutcome(await resume(project))).toEqual(studyOutcome(expected))
    },
    120_000,
  )
})
