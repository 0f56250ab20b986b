import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { isAppError } from '../../src-main/contract/errors.ts'
import type { StudySnapshot } from '../../src-main/contract/study.ts'
import {
  buildFullDisk,
  copyProject,
  endings,
  newProject,
  resume,
  runOnFullDisk,
} from '../helpers/disk/full-disk.ts'
import { studyOutcome } from '../helpers/study-outcome.ts'
import type { Figures } from './figures.ts'

const data = path.resolve(import.meta.dirname, '../../resources/samples/penguins.csv')

export interface FullDiskOptions {
  readonly folder: string
  readonly figures: Figures
  readonly untilMs: number
  /** The first write that fails, from 1, and how many are left out between two. */
  readonly from: number
  readonly step: number
}

/** So often in a row the study was over before the write that was to fail: there are no more. */
const MAX_MISSES = 12

/** A process that has no turn on a busy machine for half a minute ends a session, but costs nothing: the next one goes on. */
async function resumeStarved(project: string): Promise<StudySnapshot> {
  for (let tries = 1; ; tries++) {
    try {
      return await resume(project)
    } catch (error) {
      if (!isAppError(error, 'child.startTimeout') || tries === 5) throw error
    }
  }
}

/** Lets the disk be full from each write of two trials on, one after the other, and resumes with room on it. Needs gcc. */
export async function fillDisk({ folder, figures, untilMs, ...writesOf }: FullDiskOptions) {
  const built = buildFullDisk(folder)
  if ('why' in built) throw new Error(built.why)
  const { library } = built
  const fresh = path.join(folder, 'new')
  mkdirSync(fresh)
  await newProject(fresh, data)
  const whole = path.join(folder, 'whole')
  copyProject(fresh, whole)
  const { writes } = await runOnFullDisk(whole, library, 0)
  const expected = studyOutcome(await resumeStarved(whole))
  figures.peak('disk: writes of the study', writes)
  // A busy machine writes metrics more often, so that the number of writes differs from run to run.
  let misses = 0
  for (let at = writesOf.from; misses < MAX_MISSES; at += writesOf.step) {
    if (performance.now() > untilMs) break
    const project = path.join(folder, `full-${at}`)
    const where = `full disk from write ${at} on, ${project}`
    copyProject(fresh, project)
    const { ended, writes: tried } = await runOnFullDisk(project, library, at)
    misses = tried < at ? misses + 1 : 0
    figures.add(`disk: ${tried < at ? 'over before the write' : 'met'}`)
    figures.peak(`disk: last write ${tried < at ? 'tried' : 'met'}`, at)
    const isStarved = ended === 'child.startTimeout'
    figures.add('disk: tried')
    figures.save()
    figures.add(`disk: ended as ${isStarved || endings.includes(ended) ? ended : 'untyped'}`)
    const found = await resumeStarved(project)
    const failures = found.trials.flatMap(({ attempts }) => attempts.filter(one => one.failure))
    const isSound =
      (isStarved || endings.includes(ended)) &&
      failures.length === 0 &&
      isDeepStrictEqual(studyOutcome(found), expected)
    if (isSound) rmSync(project, { recursive: true })
    else figures.fault(`full disk: ${ended.slice(0, 500)}, ${failures.length} failures`, where)
  }
}
