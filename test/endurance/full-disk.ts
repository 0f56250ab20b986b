import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import {
  buildFullDisk,
  copyProject,
  endings,
  newProject,
  resume,
  type Resumed,
  runOnFullDisk,
  showing,
  training,
} from '../helpers/disk/full-disk.ts'
import type { Figures } from './figures.ts'

export interface FullDiskOptions {
  readonly folder: string
  readonly figures: Figures
  readonly untilMs: number
  /** `training` and `files`; both if there are none. */
  readonly only: readonly string[]
  /** The first write that fails, from 1, and how many are left out between two. */
  readonly from: number
  readonly step: number
}

/** So often in a row the study was over before the write that was to fail: there are no more. */
const MAX_MISSES = 12

/** A process that has no turn on a busy machine for half a minute ends a session, but costs nothing: the next one goes on. */
async function resumeStarved(project: string): Promise<Resumed> {
  for (let tries = 1; ; tries++) {
    try {
      return await resume(project)
    } catch (error) {
      if (!isAppError(error, 'child.startTimeout') || tries === 5) throw error
    }
  }
}

/**
 * Lets the disk be full from each write of two trials on, one after the other, and resumes with room on it: of trainings and of
 * programs that leave files. Needs gcc.
 */
export async function fillDisk({ folder, ...options }: FullDiskOptions): Promise<void> {
  const built = buildFullDisk(folder)
  if ('why' in built) throw new Error(built.why)
  const { library } = built
  const kinds = Object.entries({ training, files: showing }).filter(
    ([name]) => options.only.length === 0 || options.only.includes(name),
  )
  for (const [index, [name, specification]] of kinds.entries()) {
    const nowMs = performance.now()
    const untilMs = nowMs + (options.untilMs - nowMs) / (kinds.length - index)
    const kindFolder = path.join(folder, name)
    mkdirSync(path.join(kindFolder, 'new'), { recursive: true })
    await newProject(path.join(kindFolder, 'new'), specification)
    await fillAtEveryWrite(name, library, { ...options, folder: kindFolder, untilMs })
  }
}

async function fillAtEveryWrite(name: string, library: string, options: FullDiskOptions) {
  const { folder, figures, untilMs, from, step } = options
  const fresh = path.join(folder, 'new')
  const whole = path.join(folder, 'whole')
  copyProject(fresh, whole)
  const { writes } = await runOnFullDisk(whole, library, 0)
  const { outcome: expected } = await resumeStarved(whole)
  figures.peak(`disk: writes of ${name}`, writes)
  // A busy machine writes metrics more often, so that the number of writes differs from run to run.
  let misses = 0
  for (let at = from; misses < MAX_MISSES; at += step) {
    if (performance.now() > untilMs) break
    const project = path.join(folder, `full-${at}`)
    const where = `full disk from write ${at} of ${name} on, ${project}`
    copyProject(fresh, project)
    const { ended, writes: tried } = await runOnFullDisk(project, library, at)
    misses = tried < at ? misses + 1 : 0
    figures.add(`disk: ${name}: ${tried < at ? 'over before the write' : 'met'}`)
    figures.peak(`disk: ${name}: last write ${tried < at ? 'tried' : 'met'}`, at)
    const isStarved = ended === 'child.startTimeout'
    figures.add('disk: tried')
    figures.save()
    figures.add(`disk: ended as ${isStarved || endings.includes(ended) ? ended : 'untyped'}`)
    const { failures, outcome } = await resumeStarved(project)
    const isSound =
      (isStarved || endings.includes(ended)) &&
      failures.length === 0 &&
      isDeepStrictEqual(outcome, expected)
    if (isSound) rmSync(project, { recursive: true })
    else figures.fault(`full disk: ${ended.slice(0, 500)}, ${failures.length} failures`, where)
  }
}
