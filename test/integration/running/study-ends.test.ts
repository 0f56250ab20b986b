import { displayedState } from '../../../src-main/core/study/displayed-state.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import type { StudyRunner } from '../../../src-main/running/loop/study-runner.ts'
import { runStudy, type RunStudyOptions } from '../../../src-main/running/run-study.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import { createStudyDatabase, readStudy } from '../../helpers/study-session.ts'

const breastCancer = fileURLToPath(
  new URL('../../fixtures/data/breast-cancer.csv', import.meta.url),
)

let directory = ''
let count = 0

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-ends-'))
})

afterAll(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

const base: StudySpecificationInput = {
  name: 'ends',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  stop: { trials: 4 },
}

async function create(changes: Partial<StudySpecificationInput>): Promise<string> {
  const databasePath = path.join(directory, `${count++}.sqlite`)
  await createStudyDatabase(databasePath, { ...base, ...changes }, directory)
  return databasePath
}

async function run(
  databasePath: string,
  options: Partial<RunStudyOptions> & { readonly maxPages?: number } = {},
) {
  const { maxPages, ...others } = options
  const store =
    others.store ?? openStudyStore(databasePath, maxPages === undefined ? {} : { maxPages })
  try {
    const study = store.findStudy('1')
    const workspace = locateWorkspace(databasePath)
    return (await runStudy({ store, study, workspace, now: Date.now, ...others })).end
  } finally {
    store.close()
  }
}

function pageCount(databasePath: string): number {
  const database = new Database(databasePath, { readonly: true })
  const pages = database.pragma('page_count', { simple: true })
  database.close()
  return Number(pages)
}

describe('stop rules', () => {
  it('ends after the trials asked for', async () => {
    const databasePath = await create({ parallelTrials: 3 })
    expect(await run(databasePath)).toMatchObject({
      state: 'finished',
      reason: msg('ending.trialsDone', { trials: 4 }),
    })
    expect(readStudy(databasePath).trials).toHaveLength(4)
  })

  it('ends when a grid is exhausted, every cell once', async () => {
    const databasePath = await create({
      space: { x0: { choice: [1, 2] }, x1: { float: [0, 10], step: 5 } },
      sampler: { name: 'grid' },
      stop: {},
      parallelTrials: 2,
    })
    expect((await run(databasePath)).state).toBe('finished')
    const cells = readStudy(databasePath).trials.map(trial => JSON.stringify(trial.parameters))
    expect(new Set(cells).size).toBe(6)
    expect(cells).toHaveLength(6)
  })

  it('ends at the target', async () => {
    const databasePath = await create({ stop: { trials: 500, target: 5 } })
    const end = await run(databasePath)
    expect(end.reason).toEqual(msg('ending.targetReached', { target: 5 }))
    const { trials } = readStudy(databasePath)
    expect(trials.at(-1)?.values[0]).toBeLessThanOrEqual(5)
    expect(trials.slice(0, -1).every(trial => Number(trial.values[0]) > 5)).toBe(true)
  })

  it('counts the wall time over sessions', async () => {
    const databasePath = await create({
      objective: { function: 'branin', durationMs: 100 },
      stop: { minutes: 0.015 },
    })
    let runner: StudyRunner | null = null
    const paused = run(databasePath, {
      onRunner: it => {
        runner = it
        setTimeout(() => runner?.pause(), 400)
      },
    })
    expect((await paused).state).toBe('paused')
    // A trial may run at the end, which is then stopped.
    expect((await run(databasePath)).reason).toMatchObject({
      code: 'ending.minutesOver',
      values: { minutes: 0.015 },
    })
    // 900 ms in all, of which the first session used some.
    expect(readStudy(databasePath).study.elapsedMs).toBeGreaterThanOrEqual(900)
  })
})

describe('the minutes of a study', () => {
  it('begin with its first trial: a slow start uses up nothing', async () => {
    const stop = { minutes: 60, trials: 1 }
    const databasePath = await create({ objective: { function: 'branin' }, stop })
    const begun = performance.now()
    let startedAtMs = 0
    await run(databasePath, { listener: { trialStarted: () => (startedAtMs = performance.now()) } })
    const sinceFirstTrialMs = performance.now() - startedAtMs
    const { elapsedMs } = readStudy(databasePath).study
    expect(elapsedMs).toBeGreaterThan(0)
    expect(elapsedMs).toBeLessThanOrEqual(sinceFirstTrialMs)
    expect(startedAtMs).toBeGreaterThan(begun)
  })

  it('run out before any trial in no session, and one that ended so runs again', async () => {
    const databasePath = await create({ objective: { function: 'branin' }, stop: { trials: 2 } })
    const store = openStudyStore(databasePath)
    const reason = msg('ending.minutesOver', { minutes: 1 })
    store.setStudyState({ studyId: 1, state: 'finished', reason, event: 'study.finished', atMs: 1 })
    expect(displayedState(store.studyById(1))).toBe('untried')
    store.close()
    expect((await run(databasePath)).state).toBe('finished')
    expect(readStudy(databasePath).trials).toHaveLength(2)
    await expect(run(databasePath)).rejects.toMatchObject({ code: 'study.finished' })
  })
})

describe('a limit of time', () => {
  /** Lowers the limit to what is over once two trials run. */
  async function runPastLimit(databasePath: string) {
    let runner: StudyRunner | null = null
    let started = 0
    const store = openStudyStore(databasePath)
    return await run(databasePath, {
      store,
      onRunner: it => {
        runner = it
      },
      listener: {
        trialStarted: () => {
          if (++started !== 2) return
          const { specification } = store.findStudy('1')
          const stop = { ...specification.stop, minutes: 0.0001 }
          const changed = { ...specification, stop }
          store.changeSpecification({ studyId: 1, specification: changed, detail: {}, atMs: 1 })
          queueMicrotask(() => runner?.refresh())
        },
      },
    })
  }

  const states = (databasePath: string) => readStudy(databasePath).trials.map(({ state }) => state)

  it('stops the trials that run, which may end later', async () => {
    const objective = { function: 'branin', durationMs: 4_000 }
    const databasePath = await create({ objective, parallelTrials: 2, stop: { minutes: 60 } })
    const end = await runPastLimit(databasePath)
    const minutes = 0.0001
    expect(end.reason).toEqual(msg('ending.minutesOver', { minutes, stopped: [0, 1] }))
    expect(readStudy(databasePath).study).toMatchObject({ state: 'finished', reason: end.reason })
    expect(states(databasePath)).toEqual(['interrupted', 'interrupted'])
    expect((await run(databasePath)).reason).toEqual(msg('ending.minutesOver', { minutes }))
    expect(states(databasePath)).toEqual(['complete', 'complete'])
    await expect(run(databasePath)).rejects.toMatchObject({ code: 'study.finished' })
  })

  it('ends them soon', async () => {
    const objective = { function: 'branin', durationMs: 600_000 }
    const databasePath = await create({ objective, parallelTrials: 2, stop: { minutes: 60 } })
    expect((await runPastLimit(databasePath)).state).toBe('finished')
  })

  it('lets them end where the study says so', async () => {
    const stop = { minutes: 60, runningTrials: 'finish' } as const
    const objective = { function: 'branin', durationMs: 3_000 }
    const databasePath = await create({ objective, parallelTrials: 2, stop })
    const end = await runPastLimit(databasePath)
    expect(end.reason).toEqual(msg('ending.minutesOver', { minutes: 0.0001 }))
    expect(states(databasePath)).toEqual(['complete', 'complete'])
  })
})

describe('failures', () => {
  it('a trial over its time fails as timeout, and failures in a row end the study', async () => {
    const databasePath = await create({
      objective: { function: 'branin', durationMs: 60_000 },
      timeout: { trialMinutes: 0.003 },
      stop: { trials: 50, failures: 2 },
    })
    expect(await run(databasePath)).toEqual({
      state: 'failed',
      reason: msg('ending.failuresInARow', { trials: 2 }),
    })
    const { trials } = readStudy(databasePath)
    expect(trials.map(trial => trial.attempts.map(attempt => attempt.failure?.class))).toEqual([
      ['timeout'],
      ['timeout'],
    ])
  })

  it('a study whose every trial failed has failed, whichever rule ended it', async () => {
    const databasePath = await create({
      objective: { function: 'branin', durationMs: 60_000 },
      timeout: { trialMinutes: 0.003 },
      stop: { trials: 2 },
    })
    expect(await run(databasePath)).toEqual({
      state: 'failed',
      reason: msg('ending.allFailed', { trials: 2 }),
    })
  })

  it('a database without room pauses the study and loses nothing', async () => {
    const whole = await create({ stop: { trials: 60 } })
    expect((await run(whole)).state).toBe('finished')
    const databasePath = await create({ stop: { trials: 60 } })
    const end = await run(databasePath, { maxPages: pageCount(databasePath) + 4 })
    expect(end).toMatchObject({ state: 'paused', reason: { code: 'error.database.full' } })
    const before = readStudy(databasePath).trials
    expect(before.length).toBeGreaterThan(0)
    expect(before.length).toBeLessThan(60)
    expect((await run(databasePath)).state).toBe('finished')
    expect(studyOutcome(readStudy(databasePath))).toEqual(studyOutcome(readStudy(whole)))
  })
})

const DAY_MS = 86_400_000

it('a trial takes its own time, also where somebody sets the clock right after its start', async () => {
  const databasePath = await create({ stop: { trials: 3 } })
  const store = openStudyStore(databasePath)
  let movedMs = 0
  const startTrial = store.startTrial.bind(store)
  store.startTrial = trial => {
    startTrial(trial)
    movedMs += 30 * DAY_MS
  }
  await run(databasePath, { store, now: () => Date.now() + movedMs })
  for (const { startedAtMs, finishedAtMs } of readStudy(databasePath).trials) {
    expect((finishedAtMs ?? 0) - startedAtMs).toBeLessThan(DAY_MS)
  }
})

describe('the test of the best trial', () => {
  it('says why it failed; the finished study stays whole', async () => {
    const databasePath = await create({
      objective: { task: 'tabular', data: { file: breastCancer, target: 'diagnosis' } },
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      space: { learningRate: { float: [1e-3, 1e-2] }, epochs: { fixed: 2 } },
      stop: { trials: 1 },
    })
    const workspace = {
      ...locateWorkspace(databasePath),
      datasetCacheDirectory: path.join(directory, 'datasets'),
    }
    const store = openStudyStore(databasePath)
    const study = store.findStudy('1')
    const weights = workspace.artifactDirectory(study.id)
    const listener = {
      trialFinished: () => {
        rmSync(weights, { recursive: true })
      },
    }
    const result = await runStudy({ store, study, workspace, now: Date.now, listener })
    store.close()
    expect(result).toMatchObject({ end: { state: 'finished' }, winner: null })
    expect(result.testFailure).toMatchObject({
      code: 'error.file.notFound',
      values: { path: expect.stringContaining('weights.best') as string },
    })
    expect(readStudy(databasePath).study.state).toBe('finished')
  }, 60_000)
})

describe('people', () => {
  it('can cancel one trial while the study goes on', async () => {
    const databasePath = await create({ objective: { function: 'branin', durationMs: 300 } })
    let runner: StudyRunner | null = null
    const end = await run(databasePath, {
      onRunner: it => {
        runner = it
      },
      trace: (point, number) => {
        if (point === 'attemptStarted' && number === 1) setTimeout(() => runner?.cancelTrial(1), 50)
      },
    })
    expect(end.state).toBe('finished')
    const states = readStudy(databasePath).trials.map(trial => trial.state)
    expect(states).toEqual(['complete', 'canceled', 'complete', 'complete'])
  })
})
