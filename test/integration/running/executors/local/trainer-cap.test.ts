import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, expect, it, vi } from 'vitest'
import { AppError } from '../../../../../src-main/core/errors/errors.ts'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import { unwritable } from '../../../../../src-main/core/errors/unwritable.ts'
import { studySpecificationSchema } from '../../../../../src-main/core/study/study-specification.ts'
import { TrainerCap } from '../../../../../src-main/running/executors/local/node/trainer-cap.ts'
import { runStudy } from '../../../../../src-main/running/run-study.ts'
import { SharedSlots } from '../../../../../src-main/platform/storage/shared-slots.ts'
import { openStudyStore } from '../../../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../../../src-main/platform/storage/workspace.ts'
import { createStudy } from '../../../../../src-main/features/studies/node/create-study.ts'
import { errorOf } from '../../../../helpers/store-samples.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../../helpers/skipped-on-windows.ts'

const launcher = path.resolve(import.meta.dirname, '../../../../../bin/tunewright.cjs')
const scratch = useScratchFolders()

/** How many there were at most, those of others included. */
class WatchedCap extends TrainerCap {
  most = 0
  added = 0
  others: WatchedCap[] = []

  override add(): void {
    super.add()
    this.added++
    const all = [this, ...this.others].reduce((sum, { added }) => sum + added, 0)
    this.most = Math.max(this.most, all)
  }

  override take(onRoom: () => void): boolean {
    const isTaken = super.take(onRoom)
    if (isTaken) this.added++
    return isTaken
  }

  override release(): void {
    super.release()
    this.added--
  }
}

const opened: SharedSlots[] = []

afterEach(() => {
  vi.unstubAllEnvs()
  // Before the folder goes: Windows removes no file that is open.
  for (const slots of opened.splice(0)) slots.close()
})

function openSlots(folder: string): SharedSlots {
  const slots = new SharedSlots('test', folder)
  opened.push(slots)
  return slots
}

/** Studies that want three trainers each. */
function openStudies() {
  const database = path.join(scratch(), 'studies.sqlite')
  const store = openStudyStore(database)
  const workspace = locateWorkspace(database)
  const waits: unknown[] = []
  const run = async (name: string, trainers: TrainerCap) => {
    const specification = studySpecificationSchema.parse({
      name,
      objective: { function: 'branin', steps: 2, durationMs: 100 },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      checkpoint: 'none',
      parallelTrials: 3,
      stop: { trials: 4 },
    })
    const file = { specification, source: '', directory: path.dirname(database) }
    const study = await createStudy({
      file,
      store,
      datasetCacheDirectory: path.dirname(database),
      now: Date.now,
    })
    const { end } = await runStudy({
      store,
      study,
      workspace,
      now: Date.now,
      trainers,
      listener: { slotWaiting: reason => waits.push(reason) },
    })
    const waiting = store.events(study.id).filter(({ kind }) => kind === 'slot.waiting')
    return { state: end.state, waiting }
  }
  return { store, run, waits }
}

it('studies share a number of trainers, and say when they wait for one', async () => {
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '2')
  const { store, run, waits } = openStudies()
  const trainers = new WatchedCap()
  const [first, second] = await Promise.all([run('first', trainers), run('second', trainers)])
  store.close()
  expect([first.state, second.state]).toEqual(['finished', 'finished'])
  expect(trainers.most).toBeLessThanOrEqual(2)
  expect(trainers.taken).toBe(0)
  expect([...first.waiting, ...second.waiting][0]?.detail).toEqual({ trainers: 2, limit: 2 })
  expect(waits[0]).toMatchObject({ code: 'eventDetail.trainers', values: { count: 2, limit: 2 } })
}, 60_000)

it('programs beside each other share it, too, and each has a trainer', async () => {
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '3')
  const { store, run, waits } = openStudies()
  const folder = scratch()
  const open = () => new WatchedCap(undefined, openSlots(folder))
  const [firstCap, other] = [open(), open()]
  firstCap.others.push(other)
  other.others.push(firstCap)
  const [first, second] = await Promise.all([run('first', firstCap), run('second', other)])
  store.close()
  expect([first.state, second.state]).toEqual(['finished', 'finished'])
  // Two places, and the first trainer of each; three where a busy machine never lets both programs use all of theirs at once.
  expect([3, 4]).toContain(Math.max(firstCap.most, other.most))
  expect([firstCap.taken, other.taken]).toEqual([0, 0])
  expect(waits[0]).toMatchObject({ code: 'eventDetail.trainers', values: { count: 3, limit: 3 } })
}, 60_000)

it('the places of a program that is killed are free at once', async () => {
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '3')
  const folder = scratch()
  const moduleUrl = new URL(
    '../../../../../src-main/platform/storage/shared-slots.ts',
    import.meta.url,
  )
  const program = path.join(folder, 'program.mjs')
  writeFileSync(
    program,
    `import { SharedSlots } from ${JSON.stringify(moduleUrl.href)}
const slots = new SharedSlots('test', ${JSON.stringify(folder)})
console.log(slots.take(3), slots.take(3), slots.take(2))
setInterval(() => slots, 1000)`,
  )
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = (await once(child.stdout, 'data')) as [Buffer]
  expect(String(output).trim()).toBe('true true false')
  const cap = new TrainerCap(undefined, openSlots(folder))
  const room = Promise.withResolvers<void>()
  expect(cap.take(() => undefined)).toBe(true)
  expect(cap.take(() => room.resolve())).toBe(false)
  expect(cap.taken).toBe(3)
  child.kill('SIGKILL')
  await room.promise
  expect(cap.take(() => undefined)).toBe(true)
  expect(cap.taken).toBe(2)
})

it('forgets the places of others with its last trainer', () => {
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '2')
  const folder = scratch()
  openSlots(folder).take(1)
  const cap = new TrainerCap(undefined, openSlots(folder))
  expect([cap.take(() => undefined), cap.take(() => undefined)]).toEqual([true, false])
  expect(cap.taken).toBe(2)
  cap.release()
  expect(cap.taken).toBe(0)
})

it('a study says which folder of places cannot be made', async () => {
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '3')
  const file = path.join(scratch(), 'file')
  writeFileSync(file, '')
  const slots = openSlots(path.join(file, 'locks'))
  const { store, run } = openStudies()
  const ended = run('first', new TrainerCap(undefined, slots))
  await expect(ended).rejects.toMatchObject({
    code: 'file.unwritable',
    detail: { path: path.join(file, 'locks') },
  })
  store.close()
}, 60_000)

it('a place that cannot be locked is told by its name', () => {
  const folder = scratch()
  openSlots(folder).take(1)
  const [name = ''] = readdirSync(folder)
  const other = path.join(scratch(), 'locks')
  mkdirSync(path.join(other, name), { recursive: true })
  const slots = openSlots(other)
  const error = errorOf('file.unreadable', () => slots.take(1))
  expect(error.detail.path).toBe(path.join(other, name))
  expect(slots.held).toBe(0)
})

it('a study waits while there is no room for places', async () => {
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '3')
  class FullCap extends TrainerCap {
    override take(onRoom: () => void): boolean {
      if (this.taken === 0) return super.take(onRoom)
      throw unwritable('locks', Object.assign(new Error('no space'), { code: 'ENOSPC' }))
    }
  }
  const { store, run } = openStudies()
  expect((await run('first', new FullCap())).state).toBe('paused')
  store.close()
}, 60_000)

it('the place given back last is tried first, so that those of others are not tried again', () => {
  const folder = scratch()
  const [busy, ownSlots] = [openSlots(folder), openSlots(folder)]
  for (let slot = 0; slot < 15; slot++) busy.take(15)
  const statements = vi.spyOn(SqliteDatabase.prototype, 'exec')
  for (let time = 0; time < 10; time++) {
    expect(ownSlots.take(16)).toBe(true)
    ownSlots.release()
  }
  // Once past the fifteen of the other; then one lock and its end each.
  expect(statements).toHaveBeenCalledTimes(15 + 10 * 2)
  statements.mockRestore()
  expect([busy.held, ownSlots.held]).toEqual([15, 0])
  // What was tried first is beyond a lower limit.
  expect(ownSlots.take(15)).toBe(false)
  busy.release()
  expect(ownSlots.take(15)).toBe(true)
})

it.skipIf(isSkipped('shell'))(
  'few open files mean fewer trainers, not failures',
  async () => {
    const folder = scratch()
    const study = path.join(folder, 'files.json')
    const space = { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
    const objective = { function: 'branin', steps: 2, durationMs: 20 }
    const goals = [{ metric: 'value', direction: 'minimize' }]
    writeFileSync(
      study,
      JSON.stringify({
        name: 'files',
        objective,
        goals,
        space,
        parallelTrials: 32,
        stop: { trials: 12 },
      }),
    )
    const database = path.join(folder, 'studies.sqlite')
    const output = await new Promise<string>((resolve, reject) => {
      const command = `ulimit -n 64 && exec "$@"`
      const words = [process.execPath, launcher, '--db', database, 'run', study]
      execFile('bash', ['-c', command, 'bash', ...words], (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stdout + stderr)),
      )
    })
    expect(output).toContain('64 open files (ulimit -n) suffice for 6')
    const store = openStudyStore(database, { readOnly: true })
    const { trials } = store.snapshot(1)
    store.close()
    expect(trials.map(({ state, attempts }) => [state, attempts.length])).toEqual(
      Array.from({ length: 12 }, () => ['complete', 1]),
    )
  },
  120_000,
)

it('there are sixteen at least, and what the variable says', () => {
  expect(new TrainerCap().limit).toBeGreaterThanOrEqual(16)
  expect(new TrainerCap(() => 100).limit).toBe(400)
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '3')
  expect(new TrainerCap(() => 100).limit).toBe(3)
  vi.stubEnv('TUNEWRIGHT_SHARED_TRAINERS', 'perhaps')
  expect(() => TrainerCap.ofUser()).toThrow('TUNEWRIGHT_SHARED_TRAINERS')
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', 'many')
  const [variable, value, rule] = ['TUNEWRIGHT_MAX_TRAINERS', 'many', msg('rule.positiveWhole')]
  expect(() => new TrainerCap()).toThrow(
    new AppError('variable.invalid', { variable, value, rule }),
  )
})
