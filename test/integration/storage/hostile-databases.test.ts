import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { expect, it } from 'vitest'
import { isAppError } from '../../../src-main/contract/errors.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/storage/workspace.ts'
import { collectCheckpoints } from '../../../src-main/study/checkpoint-overview.ts'
import { hostilePath } from '../../helpers/hostile/hostile-paths.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { sampleFinish, sampleStudy, sampleTrial } from '../../helpers/store-samples.ts'

/**
 * Databases of somebody else that name what is not theirs. The rule for names is tried in test/unit/files/own-path.test.ts on
 * 150,000; here are real files and links. `TUNEWRIGHT_HOSTILE_FILES=100000` tries as many as issue 19 asks for.
 */
const scratch = useScratchFolders()
const count = Number(process.env['TUNEWRIGHT_HOSTILE_FILES'] ?? 3_000)

function fill(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of ['thesis', '5-0.safetensors', '1']) writeFileSync(path.join(folder, name), 'x')
}

it(`nothing outside its own folder is deleted by any of ${count} hostile databases`, () => {
  const base = scratch()
  const victim = path.join(base, 'victim')
  const file = path.join(base, 'project/studies.sqlite')
  fill(victim)
  mkdirSync(path.dirname(file))
  const workspace = locateWorkspace(file)
  const store = openStudyStore(file)
  const checkpoint = { keepBest: 0, keepLatest: 0, keepPareto: false }
  const sample = sampleStudy()
  const { id } = store.createStudy({
    ...sample,
    specification: { ...sample.specification, checkpoint: { ...checkpoint, ...settings } },
  })
  store.startTrial(sampleTrial(id, 0))
  store.finishTrial(sampleFinish(id, 0))
  const study = store.findStudy(String(id))
  const home = workspace.checkpointDirectory(id)
  // Links in the own folder that lead out of it: to a folder, to a file, in the middle of a path, in a circle.
  fill(path.join(home, '0/attempt-1'))
  symlinkSync(victim, path.join(home, '0/attempt-2'))
  symlinkSync(path.join(victim, 'thesis'), path.join(home, '0/attempt-1/link'))
  symlinkSync(base, path.join(home, '9'))
  symlinkSync('..', path.join(home, '0/attempt-1/up'))
  const links = ['attempt-2/thesis', 'attempt-2', 'attempt-1/link', 'attempt-1/up/attempt-2/thesis']
  const raw = new SqliteDatabase(file)
  raw.pragma('synchronous = OFF')
  const insert = raw.prepare(
    `INSERT INTO checkpoints (trial_id, step, batch, path, bytes, sha256, saved_at_ms)
     VALUES (1, ?, 0, ?, 1, 'x', 0)`,
  )
  const random = createRandomStream({ seed: 19, number: 1, purpose: 'hostile databases' })
  const codes = new Set<string>()
  let collected = 0
  for (let index = 0; index < count; index++) {
    const rows = Array.from({ length: 1 + random.integer(4) }, () => {
      const kind = random.uniform()
      if (kind < 0.1) return `${id}/0/${links[random.integer(links.length)]}`
      if (kind < 0.15) return `${id}/9/victim/thesis`
      if (kind < 0.2) return path.join(base, 'project')
      return hostilePath(random, random.uniform() < 0.5 ? victim : path.join(victim, 'thesis'))
    })
    raw.transaction(() => {
      raw.exec('DELETE FROM checkpoints')
      for (const [step, row] of rows.entries()) insert.run(step, row)
    })()
    try {
      collectCheckpoints(store, study, workspace)
      collected++
    } catch (error) {
      if (!isAppError(error)) throw error
      codes.add(error.code)
    }
    if (readdirSync(victim).length !== 3 || !existsSync(file)) expect.fail(JSON.stringify(rows))
  }
  raw.close()
  expect([...codes]).toEqual(['database.corrupt'])
  expect(collected).toBeGreaterThan(count / 20)
  store.close()
})

const settings = {
  ...{ everySeconds: 60, everyEpochs: null, everySteps: null, atEnd: true },
  ...{ keepPerTrial: 1, megabytes: 1 },
}
