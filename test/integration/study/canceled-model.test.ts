import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import type { ModelProgress } from '../../../src-main/core/models/built-model.ts'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { pressControlC } from '../../helpers/process-group.ts'
import { runTunewright, startTunewright } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-canceled-model-'))
const workspace = locateWorkspace(path.join(scratch, 'test.sqlite'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})
const data = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))
const study = {
  name: 'slow',
  objective: { task: 'tabular', data: { file: data, target: 'diagnosis' } },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    learningRate: { float: [0.01, 0.1] },
    units: { fixed: 4 },
    epochs: { fixed: 20 },
    family: { fixed: 'network' },
    patience: { fixed: 0 },
  },
  stop: { trials: 3 },
  engine: 'wasm',
  ensemble: 3,
}

beforeAll(async () => {
  writeFileSync(path.join(scratch, 'study.json'), JSON.stringify(study))
  const { stderr, exitCode } = await runTunewright(
    ['--db', 'test.sqlite', 'run', 'study.json'],
    scratch,
  )
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
})

/** Models that were made, and whatever else lies in their folder. */
function made(): string[] {
  try {
    return readdirSync(path.join(workspace.artifactDirectory(1), 'models'))
  } catch {
    return []
  }
}

it('leaves nothing when Ctrl-C ends it', async () => {
  const before = readdirSync(tmpdir()).filter(name => name.startsWith('tunewright-train-again'))
  const running = startTunewright(
    ['--db', 'test.sqlite', 'model', 'slow', 'out', '--ensemble', 'average', '--refit'],
    scratch,
  )
  await vi.waitUntil(() => running.stdout().includes('once more'), { timeout: 60_000 })
  pressControlC(running.child.pid)
  const { exitCode, stderr } = await running.result
  expect(stderr).toContain('canceled')
  expect(exitCode).toBe(5)
  expect(made()).toEqual([])
  expect(readdirSync(scratch)).not.toContain('out')
  const after = readdirSync(tmpdir()).filter(name => name.startsWith('tunewright-train-again'))
  expect(after).toEqual(before)
})

it('says how far it is, and leaves nothing when the page cancels it', async () => {
  const store = openStudyStore(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind: 'electron', now: Date.now })
  const progress: (ModelProgress | null)[] = []
  backEnd.hub.subscribe(event => {
    if (event.type === 'model') progress.push(event.progress)
  })
  const ask = { studyId: 1, model: { of: 'average', refit: true } } as const
  try {
    const events = store.events(1).length
    const canceled = catchAppError(() => backEnd.api['model.build'](ask))
    await vi.waitUntil(
      () => progress.some(event => event?.phase === 'training' && event.member === 2),
      {
        timeout: 60_000,
      },
    )
    await backEnd.api['model.cancel']({ studyId: 1 })
    expect((await canceled).code).toBe('model.canceled')
    expect(progress.at(-1)).toBeNull()
    expect(made()).toEqual([])
    expect(store.events(1)).toHaveLength(events)

    progress.length = 0
    const built = await backEnd.api['model.build'](ask)
    const trainings = progress.flatMap(event => (event?.phase === 'training' ? [event] : []))
    expect(new Set(trainings.map(({ member }) => member)).size).toBe(built.members.length)
    const shares = trainings.map(({ share }) => share)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(trainings.some(({ step, steps }) => step > 0 && step <= (steps ?? 0))).toBe(true)
    expect(trainings.at(-1)?.remainingMs).toBeGreaterThanOrEqual(0)
    expect(progress.at(-2)).toEqual({ phase: 'measuring' })
    expect(made()).toHaveLength(built.members.length + 1)

    // A page that goes away with its host leaves nothing either.
    const other = backEnd.api['model.build']({ studyId: 1, model: { of: 'stacked', refit: true } })
    const [ended] = await Promise.all([Promise.allSettled([other]), backEnd.close()])
    expect(ended).toHaveLength(1)
  } finally {
    await backEnd.close()
    store.close()
  }
})

it('waits for its turn among the trainers of all studies', async () => {
  vi.stubEnv('TUNEWRIGHT_MAX_TRAINERS', '1')
  rmSync(path.join(workspace.artifactDirectory(1), 'models'), { recursive: true, force: true })
  const store = openStudyStore(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind: 'electron', now: Date.now })
  const busy = {
    name: 'busy',
    goals: [{ metric: 'value', direction: 'minimize' as const }],
    objective: { function: 'branin' as const, steps: 5, durationMs: 200 },
    space: { x0: { float: [-5, 10] as [number, number] }, x1: { fixed: 1 } },
    stop: { trials: 3 },
  }
  /** Trials that ran while the model was trained. */
  const overlapping: number[] = []
  let steps = 0
  try {
    const { id: studyId } = await createStudy({
      file: { specification: studySpecificationSchema.parse(busy), source: '', directory: scratch },
      store,
      datasetCacheDirectory: scratch,
      now: Date.now,
    })
    const running = () => store.snapshot(studyId).trials.filter(({ state }) => state === 'running')
    backEnd.hub.subscribe(event => {
      if (event.type !== 'model' || event.progress?.phase !== 'training') return
      if (event.progress.step === 0) return
      steps++
      overlapping.push(...running().map(({ number }) => number))
    })
    await backEnd.api['study.start']({ studyId })
    await vi.waitUntil(() => running().length > 0, { timeout: 60_000 })
    await backEnd.api['model.build']({ studyId: 1, model: { of: 1, refit: true } })
    expect(steps).toBeGreaterThan(0)
    expect(overlapping).toEqual([])
    const ended = () => store.findStudy(String(studyId)).state === 'finished'
    await vi.waitUntil(ended, { timeout: 60_000 })
  } finally {
    vi.unstubAllEnvs()
    await backEnd.close()
    store.close()
  }
})
