import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect, it, vi } from 'vitest'
import { AppError } from '../../../src-main/contract/errors.ts'
import { fact } from '../../../src-main/contract/fact.ts'
import { studySpecificationSchema } from '../../../src-main/contract/study-specification.ts'
import { TrainerCap } from '../../../src-main/running/local/trainer-cap.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/storage/workspace.ts'
import { createStudy } from '../../../src-main/study/create-study.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const launcher = path.resolve(import.meta.dirname, '../../../bin/tunewright.cjs')
const scratch = useScratchFolders()

/** How many there were at most. */
class WatchedCap extends TrainerCap {
  most = 0

  override add(): void {
    super.add()
    this.most = Math.max(this.most, this.taken)
  }
}

afterEach(() => vi.unstubAllEnvs())

it('studies share a number of trainers, and say when they wait for one', async () => {
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '2')
  const database = path.join(scratch(), 'studies.sqlite')
  const store = openStudyStore(database)
  const workspace = locateWorkspace(database)
  const trainers = new WatchedCap()
  const waits: unknown[] = []
  const run = async (name: string) => {
    const specification = studySpecificationSchema.parse({
      name,
      objective: { function: 'branin', steps: 2, durationMs: 100 },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      ...{ checkpoint: 'none', slots: 3, stop: { trials: 4 } },
    })
    const file = { specification, source: '', directory: path.dirname(database) }
    const study = await createStudy({
      ...{ file, store, datasetCacheDirectory: path.dirname(database), now: Date.now },
    })
    const { end } = await runStudy({
      ...{ store, study, workspace, now: Date.now, trainers },
      listener: { slotWaiting: reason => waits.push(reason) },
    })
    const waiting = store.events(study.id).filter(({ kind }) => kind === 'slot.waiting')
    return { state: end.state, complete: store.completeValues(study.id), waiting }
  }
  const [first, second] = await Promise.all([run('first'), run('second')])
  store.close()
  expect([first.state, second.state]).toEqual(['finished', 'finished'])
  expect(trainers.most).toBeLessThanOrEqual(2)
  expect(trainers.taken).toBe(0)
  expect([...first.waiting, ...second.waiting][0]?.detail).toEqual({ trainers: 2, limit: 2 })
  expect(waits[0]).toMatchObject({ code: 'eventDetail.trainers', values: { count: 2, limit: 2 } })
}, 60_000)

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
      JSON.stringify({ name: 'files', objective, goals, space, slots: 32, stop: { trials: 12 } }),
    )
    const database = path.join(folder, 'studies.sqlite')
    const said = await new Promise<string>((resolve, reject) => {
      const command = `ulimit -n 64 && exec "$@"`
      const words = [process.execPath, launcher, '--db', database, 'run', study]
      execFile('bash', ['-c', command, 'bash', ...words], (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stdout + stderr)),
      )
    })
    expect(said).toContain('64 open files (ulimit -n) suffice for 8')
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
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', 'many')
  const [variable, value, rule] = ['TUNEWRIGHT_MAX_TRAINERS', 'many', fact('rule.positiveWhole')]
  expect(() => new TrainerCap()).toThrow(
    new AppError('variable.invalid', { variable, value, rule }),
  )
})
