import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { isDeepStrictEqual } from 'node:util'
import {
  buildFullDisk,
  copyProject,
  endings,
  newProject,
  resume,
  runOnFullDisk,
} from '../helpers/disk/full-disk.ts'
import { studyOutcome } from '../helpers/study-outcome.ts'

/**
 * Lets the disk be full from each write of two trials on, one after the other, and resumes with room on it:
 * `node bin/run.cjs test/endurance/full-disk.ts [FROM [STEP]]`. Needs gcc.
 */
const [, , from = '1', step = '1'] = process.argv
const folder = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'))
const built = buildFullDisk(folder)
if ('why' in built) throw new Error(built.why)
const { library } = built
const fresh = path.join(folder, 'new')
mkdirSync(fresh)
await newProject(fresh, path.resolve(import.meta.dirname, '../../resources/samples/penguins.csv'))
const whole = path.join(folder, 'whole')
copyProject(fresh, whole)
const { writes } = await runOnFullDisk(whole, library, 0)
const expected = studyOutcome(await resume(whole))
const ends = new Map<string, number>()
let faults = 0
for (let at = Number(from); at <= writes; at += Number(step)) {
  const project = path.join(folder, String(at))
  copyProject(fresh, project)
  const { ended } = await runOnFullDisk(project, library, at)
  ends.set(ended, (ends.get(ended) ?? 0) + 1)
  const found = await resume(project)
  const failures = found.trials.flatMap(({ attempts }) => attempts.filter(one => one.failure))
  if (!endings.includes(ended) || failures.length > 0) faults++
  else if (!isDeepStrictEqual(studyOutcome(found), expected)) faults++
  else rmSync(project, { recursive: true })
}
console.log({ writes, ends: Object.fromEntries(ends), faults, ...(faults > 0 ? { folder } : {}) })
if (faults === 0) rmSync(folder, { recursive: true })
process.exitCode = faults === 0 ? 0 : 1
