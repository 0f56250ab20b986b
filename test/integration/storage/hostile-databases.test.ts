import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setImmediate } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import { expect, it } from 'vitest'
import { isAppError } from '../../../src-main/core/errors/errors.ts'
import type { StudySummary } from '../../../src-main/core/study/study.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { locateWorkspace, type Workspace } from '../../../src-main/platform/storage/workspace.ts'
import { collectCheckpoints } from '../../../src-main/features/checkpoints/node/checkpoint-overview.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'
import { hostilePath } from '../../helpers/hostile/hostile-paths.ts'
import { swapForLink } from '../../helpers/hostile/swap-for-link.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { sampleFinish, sampleStudy, sampleTrial } from '../../helpers/store-samples.ts'

/**
 * Databases of somebody else that name files which are not theirs. The rule for names is tried in test/unit/platform/files/own-path.test.ts on
 * 150,000; here are real files and links. `TUNEWRIGHT_HOSTILE_FILES=100000` tries as many as issue 19 asks for, each way.
 */
const scratch = useScratchFolders()
const fileCount = process.env['TUNEWRIGHT_HOSTILE_FILES']
// Under Wine each takes ten times as long.
const count = Number(fileCount ?? (process.platform === 'win32' ? 300 : 3_000))
const racedCount = Number(fileCount ?? 1_000)
const timeoutMs = 60_000 + 20 * count
const ownPaths = ['attempt-1/thesis', 'attempt-1/5-0.safetensors', 'attempt-1/1']

it(
  `nothing outside its own folder is deleted by any of ${count} hostile databases`,
  () => {
    const project = new HostileProject(scratch())
    const { base, victim, home } = project
    // Links in the own folder that lead out of it: to a folder, to a file, in the middle of a path, in a circle.
    symlinkSync(victim, path.join(home, '0/attempt-2'))
    symlinkSync(path.join(victim, 'attempt-1/thesis'), path.join(home, '0/attempt-1/link'))
    symlinkSync(base, path.join(home, '9'))
    symlinkSync('..', path.join(home, '0/attempt-1/up'))
    const links = [
      'attempt-2/attempt-1/thesis',
      'attempt-2',
      'attempt-1/link',
      'attempt-1/up/attempt-2/attempt-1/thesis',
    ]
    for (let index = 0; index < count; index++) project.collect({ below: links, share: 0.1 })
    expect([...project.codes]).toEqual(['database.corrupt'])
    expect(project.collected).toBeGreaterThan(count / 20)
    project.close()
  },
  timeoutMs,
)

it.skipIf(isSkipped('links'))(
  `nor by any of ${racedCount} while a thread puts links in the place of its folders`,
  async () => {
    const project = new HostileProject(scratch())
    const swapper = await swapForLink(path.join(project.home, '0'), project.victim)
    for (let index = 0; index < racedCount; index++) {
      project.collect({ below: ownPaths, share: 0.8 })
      if (index % 64 === 0) await setImmediate()
    }
    expect(await swapper.end()).toBeGreaterThan(racedCount / 10)
    expect(project.collected).toBeGreaterThan(racedCount / 20)
    project.close()
  },
  timeoutMs,
)

/** A study with a folder of checkpoints, beside a folder with the same names that is not its own. */
class HostileProject {
  readonly base: string
  readonly victim: string
  readonly home: string
  readonly codes = new Set<string>()
  collected = 0
  readonly #file: string
  readonly #workspace: Workspace
  readonly #store: StudyStore
  readonly #study: StudySummary
  readonly #raw: SqliteDatabase.Database
  readonly #name: (names: readonly string[]) => void
  readonly #random = createRandomStream({ seed: 19, number: 1, purpose: 'hostile databases' })

  constructor(base: string) {
    this.base = base
    this.victim = path.join(base, 'victim')
    this.#file = path.join(base, 'project/studies.sqlite')
    mkdirSync(path.dirname(this.#file))
    this.#workspace = locateWorkspace(this.#file)
    this.#store = openStudyStore(this.#file)
    const sample = sampleStudy()
    const { id } = this.#store.createStudy({
      ...sample,
      specification: { ...sample.specification, checkpoint },
    })
    this.#store.startTrial(sampleTrial(id, 0))
    this.#store.finishTrial(sampleFinish(id, 0))
    this.#study = this.#store.findStudy(String(id))
    this.home = this.#workspace.checkpointDirectory(id)
    for (const folder of [this.victim, path.join(this.home, '0')]) {
      mkdirSync(folder, { recursive: true })
      fill(folder)
    }
    this.#raw = new SqliteDatabase(this.#file)
    this.#raw.pragma('synchronous = OFF')
    const insert = this.#raw.prepare(
      `INSERT INTO checkpoints (trial_id, step, batch, path, bytes, sha256, saved_at_ms)
       VALUES (1, ?, 0, ?, 1, 'x', 0)`,
    )
    this.#name = this.#raw.transaction((names: readonly string[]) => {
      this.#raw.exec('DELETE FROM checkpoints')
      for (const [step, name] of names.entries()) insert.run(step, name)
    })
  }

  /** Lets the database name files, a share of them below the folder of the trial, and removes what need not stay. */
  collect({ below, share }: { readonly below: readonly string[]; readonly share: number }): void {
    const random = this.#random
    const names = Array.from({ length: 1 + random.integer(4) }, () => {
      if (random.uniform() < share)
        return `${this.#study.id}/0/${below[random.integer(below.length)]}`
      const kind = random.uniform()
      if (kind < 0.05) return `${this.#study.id}/9/victim/attempt-1/thesis`
      if (kind < 0.1) return path.dirname(this.#file)
      const victim = random.uniform() < 0.5 ? '' : 'attempt-1/thesis'
      return hostilePath(random, path.join(this.victim, victim))
    })
    fill(path.join(this.home, '0'))
    this.#name(names)
    try {
      collectCheckpoints(this.#store, this.#study, this.#workspace)
      this.collected++
    } catch (error) {
      if (!isAppError(error)) throw error
      this.codes.add(error.code)
    }
    for (const file of [this.#file, ...ownPaths.map(name => path.join(this.victim, name))]) {
      if (!existsSync(file)) expect.fail(`${file}: ${JSON.stringify(names)}`)
    }
  }

  close(): void {
    this.#raw.close()
    this.#store.close()
  }
}

/** Puts files where they are missing; where a link is in the way, or comes, they stay missing. */
function fill(folder: string): void {
  for (const name of ownPaths) {
    const file = path.join(folder, name)
    try {
      if (!existsSync(path.dirname(file))) mkdirSync(path.dirname(file))
      writeFileSync(file, 'x')
    } catch {
      // The folder was moved meanwhile.
    }
  }
}

const checkpoint = {
  keepBest: 0,
  keepLatest: 0,
  keepPareto: false,
  keepPerTrial: 1,
  megabytes: 1,
  everySeconds: 60,
  everyEpochs: null,
  everySteps: null,
  atEnd: true,
}
