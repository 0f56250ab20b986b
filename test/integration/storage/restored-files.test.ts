import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { backUpDatabase } from '../../../src-main/features/backups/node/back-up-database.ts'
import * as durable from '../../../src-main/platform/files/durable.ts'
import { listBackups, restoreBackup } from '../../../src-main/platform/storage/restore-backup.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { foldersOf, locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { canLink } from '../../helpers/can-link.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { errorOf, sampleFinish, sampleStudy, sampleTrial } from '../../helpers/store-samples.ts'

/** Every rename of a restore; tests let some fail. */
const renames = vi.hoisted(() => ({ count: 0, fails: (_: number): boolean => false }))
vi.mock('../../../src-main/platform/files/durable.ts', async importOriginal => {
  const original = await importOriginal<typeof durable>()
  return {
    ...original,
    renameOverSync: (from: string, to: string) => {
      if (to.endsWith('.restoring')) original.renameOverSync(from, to)
      else if (renames.fails(++renames.count))
        throw Object.assign(new Error('held'), { code: 'EBUSY' })
      else original.renameOverSync(from, to)
    },
  }
})
afterEach(() => {
  renames.fails = () => false
})

/** The rename that ends the copy of what is put aside is none of a restore: the one before the first. */
const OF_COPY = -1

const killer = new URL('../../helpers/kill-at-rename.mjs', import.meta.url).href
const restorer = path.join(import.meta.dirname, '../../helpers/restore-backup-script.ts')

const scratch = useScratchFolders()
const START_MS = Date.parse('2026-01-01')

/** A database whose trials have files, as sessions write them. */
class Project {
  readonly workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  #atMs = START_MS

  study(name: string): number {
    return this.#with(
      store => store.createStudy({ ...sampleStudy(name), createdAtMs: this.#next() }).id,
    )
  }

  /** A trial that has weights and a checkpoint with this content, and a log. */
  trial(study: number, number: number, content: string, isFinished = true): void {
    this.#with(store => {
      store.startTrial({ ...sampleTrial(study, number), atMs: this.#next() })
      const folder = this.workspace.artifactDirectory(study, number)
      const log = path.join(folder, 'attempt-1', 'out.log')
      write(log, content)
      const saved = path.join(
        this.workspace.checkpointDirectory(study),
        `${number}`,
        'attempt-1',
        '1-0',
      )
      store.recordCheckpoint({
        studyId: study,
        trialNumber: number,
        metrics: [],
        atMs: this.#next(),
        checkpoint: { step: 1, batch: 0, path: saved, ...write(saved, content) },
      })
      if (!isFinished) return
      const weights = path.join(folder, 'weights.best.safetensors')
      const artifacts = [{ kind: 'weights.best', path: weights, ...write(weights, content) }]
      store.finishTrial({ ...sampleFinish(study, number), artifacts, atMs: this.#next() })
    })
  }

  async backUp(): Promise<string> {
    const store = openStudyStore(this.workspace.databasePath)
    const made = await backUpDatabase({ store, workspace: this.workspace, now: () => this.#next() })
    store.close()
    return path.basename(made.path)
  }

  /** @returns the name of what was replaced */
  restore(name: string): string {
    return path.basename(restoreBackup(this.workspace, name, this.#next()) ?? '')
  }

  #next(): number {
    return (this.#atMs += 1_000)
  }

  #with<Result>(use: (store: ReturnType<typeof openStudyStore>) => Result): Result {
    const store = openStudyStore(this.workspace.databasePath)
    try {
      return use(store)
    } finally {
      store.close()
    }
  }
}

function write(file: string, content: string): { readonly bytes: number; readonly sha256: string } {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { bytes: content.length, sha256 }
}

/** By study and trial what its files hold; `lost` for those that are not what their rows say. */
function contentsOf(databasePath: string): Record<string, string> {
  const store = openStudyStore(databasePath, { readOnly: true })
  try {
    return Object.fromEntries(
      store.listStudies().flatMap(({ id, name }) =>
        [...store.artifacts(id), ...store.checkpoints(id)].map(file => {
          const content = existsSync(file.path) ? readFileSync(file.path, 'utf8') : ''
          const isSame = createHash('sha256').update(content).digest('hex') === file.sha256
          const kind = 'kind' in file ? 'weights' : 'checkpoint'
          return [`${name} ${file.trialNumber} ${kind}`, isSame ? content : 'lost']
        }),
      ),
    )
  } finally {
    store.close()
  }
}

/** Every entry of a folder, with what is in it. */
function everything(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(entry => path.join(entry.parentPath, entry.name))
    .filter(file => !/-(?:wal|shm)$|\.lock$/.test(file))
    .map(file => (statSync(file).isFile() ? `${file} ${readFileSync(file).toString('hex')}` : file))
    .sort()
}

const both = (trial: string, content: string) => ({
  [`${trial} weights`]: content,
  [`${trial} checkpoint`]: content,
})

async function replacedProject() {
  const project = new Project()
  const first = project.study('first')
  project.trial(first, 0, 'a')
  const backup = await project.backUp()
  project.trial(first, 1, 'b')
  const second = project.study('second')
  project.trial(second, 0, 'c')
  return { project, first, second, backup, file: project.workspace.databasePath }
}
const before = both('first 0', 'a')
const whole = { ...before, ...both('first 1', 'b'), ...both('second 0', 'c') }

it('the database that is replaced keeps its files, whatever the restored one does, and comes back with them', async () => {
  const { project, first, second, backup, file } = await replacedProject()
  const replaced = project.restore(backup)
  const replacedDatabase = path.join(project.workspace.backupDirectory, replaced)
  expect(contentsOf(replacedDatabase)).toEqual(whole)
  expect(contentsOf(file)).toEqual(before)
  const { artifacts, checkpoints } = foldersOf(file)
  expect([artifacts, checkpoints].map(folder => readdirSync(folder))).toEqual([['1'], ['1']])
  expect(readdirSync(path.join(artifacts, '1'))).toEqual(['0'])
  // One file under two names.
  const weights = path.join('1', '0', 'weights.best.safetensors')
  expect(statSync(path.join(artifacts, weights)).ino).toBe(
    statSync(path.join(foldersOf(replacedDatabase).artifacts, weights)).ino,
  )
  expect(
    listBackups(project.workspace)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([replaced, backup])

  // Ids and numbers are given a second time.
  expect(project.study('other')).toBe(second)
  project.trial(second, 0, 'd')
  project.trial(first, 1, 'e')
  expect(contentsOf(replacedDatabase)).toEqual(whole)
  const replacedLater = project.restore(replaced)
  expect(contentsOf(file)).toEqual(whole)
  expect(contentsOf(replacedDatabase)).toEqual(whole)
  const later = path.join(project.workspace.backupDirectory, replacedLater)
  expect(contentsOf(later)).toEqual({ ...before, ...both('first 1', 'e'), ...both('other 0', 'd') })

  // A backup of the first course finds the files of that course, though the last one has others under the same names.
  const ofFirst = await project.backUp()
  project.restore(replacedLater)
  project.restore(ofFirst)
  expect(contentsOf(file)).toEqual(whole)
})

it('what a program may write when it goes on is a copy', async () => {
  const project = new Project()
  const study = project.study('first')
  project.trial(study, 0, 'a', false)
  const backup = await project.backUp()
  const replacedDatabase = path.join(project.workspace.backupDirectory, project.restore(backup))
  const log = path.join('1', '0', 'attempt-1', 'out.log')
  appendFileSync(path.join(foldersOf(project.workspace.databasePath).artifacts, log), 'b')
  expect(readFileSync(path.join(foldersOf(replacedDatabase).artifacts, log), 'utf8')).toBe('a')
})

it('models of trials that have ended stay; those of several trials are made again', async () => {
  const { project, backup, file } = await replacedProject()
  const models = path.join(foldersOf(file).artifacts, '1', 'models')
  for (const name of ['0', '0-refit', '1', 'ensemble-x'])
    write(path.join(models, name, 'model'), name)
  project.restore(backup)
  expect(readdirSync(models).sort()).toEqual(['0', '0-refit'])
})

it('files stay with a database that is damaged, and go to the backup', async () => {
  const { project, backup, file } = await replacedProject()
  writeFileSync(file, 'no database')
  const replacedFile = path.join(path.dirname(file), project.restore(backup))
  expect(readFileSync(replacedFile, 'utf8')).toBe('no database')
  expect(contentsOf(file)).toEqual(before)
  expect(readdirSync(foldersOf(replacedFile).artifacts)).toEqual(['1', '2'])
})

it('a rename that fails takes back those before it', async () => {
  const { project, backup } = await replacedProject()
  const folder = path.dirname(project.workspace.databasePath)
  const was = everything(folder)
  let failing = 1
  for (; ; failing++) {
    renames.count = OF_COPY
    renames.fails = count => count === failing
    if (failing > 5) break
    errorOf('file.unwritable', () => project.restore(backup))
    expect(everything(folder)).toEqual(was)
  }
  renames.fails = () => false
  const replacedDatabase = path.join(project.workspace.backupDirectory, project.restore(backup))
  expect([contentsOf(project.workspace.databasePath), contentsOf(replacedDatabase)]).toEqual([
    before,
    whole,
  ])
})

it.each([1, 2, 3, 4, 5])('loses nothing when the process dies before rename %i', async dies => {
  const { project, backup, file } = await replacedProject()
  renames.count = OF_COPY
  renames.fails = count => count >= dies
  expect(() => project.restore(backup)).toThrow()
  renames.fails = () => false
  const replaced = listBackups(project.workspace).find(({ kind }) => kind === 'replaced')
  // Between the first two, one folder is here and one there.
  if (dies !== 2) expect(contentsOf(replaced?.path ?? file)).toEqual(whole)
  // Once more, and back.
  const replacedName = project.restore(backup)
  expect(contentsOf(file)).toEqual(before)
  project.restore(replaced?.name ?? replacedName)
  expect(contentsOf(file)).toEqual(whole)
})

it.each([1, 2, 3, 4, 5, 6])(
  'is taken back by the next process that opens the database, after a kill at rename %i',
  async dies => {
    const { project, backup, file } = await replacedProject()
    const folder = path.dirname(file)
    const was = everything(folder)
    const { status, signal, stderr } = spawnSync(
      process.execPath,
      ['--import', killer, restorer, file, backup, String(START_MS + 9_000_000)],
      { encoding: 'utf8', env: { ...process.env, DIES_AT: String(dies) } },
    )
    // The copy of what is replaced gets its name by the first one, the restored database by the last.
    expect([status, signal], stderr).toEqual([null, 'SIGKILL'])
    const store = openStudyStore(file, { readOnly: true })
    store.close()
    expect(contentsOf(file)).toEqual(whole)
    // A copy that was under way goes with the next restore.
    expect(everything(folder).filter(entry => !entry.includes('.part'))).toEqual(was)
    project.restore(backup)
    expect(contentsOf(file)).toEqual(before)
    expect(everything(folder).filter(entry => entry.includes('.part'))).toEqual([])
  },
)

it('the database alone is whole before the first rename, also where a killed session left rows in its log', async () => {
  const { project, backup, file } = await replacedProject()
  const asKilled = path.join(scratch(), 'killed.sqlite')
  const store = openStudyStore(file)
  store.createStudy({ ...sampleStudy('last'), createdAtMs: START_MS })
  for (const ending of ['', '-wal']) cpSync(file + ending, asKilled + ending)
  store.close()
  for (const ending of ['', '-wal']) cpSync(asKilled + ending, file + ending)
  const alone = path.join(scratch(), 'alone.sqlite')
  renames.count = OF_COPY
  renames.fails = count => {
    if (count === 1) cpSync(file, alone)
    return count >= 1
  }
  expect(() => project.restore(backup)).toThrow()
  renames.fails = () => false
  const left = openStudyStore(alone)
  expect(left.listStudies().map(({ name }) => name)).toContain('last')
  left.close()
})

it.skipIf(!canLink)('folders that lie elsewhere stay there, beside their place', async () => {
  const { project, backup, file } = await replacedProject()
  const elsewhere = scratch()
  const { artifacts } = foldersOf(file)
  const real = path.join(elsewhere, 'weights')
  cpSync(artifacts, real, { recursive: true })
  renameSync(artifacts, `${artifacts}.old`)
  symlinkSync(real, artifacts)
  const replacedDatabase = path.join(project.workspace.backupDirectory, project.restore(backup))
  expect([contentsOf(file), contentsOf(replacedDatabase)]).toEqual([before, whole])
  expect(readdirSync(elsewhere)).toHaveLength(2)
  expect(readdirSync(path.join(real, '1'))).toEqual(['0'])
  project.restore(path.basename(replacedDatabase))
  expect(contentsOf(file)).toEqual(whole)
})
