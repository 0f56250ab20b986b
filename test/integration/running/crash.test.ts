import { beforeAll, describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import type { TracePoint } from '../../../src-main/running/runner-events.ts'
import { writerIsAlive } from '../../../src-main/platform/storage/write-lock.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import { readStudy, runSession, useStudyDatabases } from '../../helpers/study-session.ts'

/**
 * Every process is killed with SIGKILL at every step of a trial's path (design, section 2). After
 * `resume` no finished trial is lost or run twice, and with one slot the study equals the
 * uninterrupted one bit for bit.
 */
const specification: StudySpecificationInput = {
  name: 'crash',
  objective: { function: 'constrainedBranin', steps: 4, durationMs: 2 },
  goals: [{ metric: 'value', direction: 'minimize' }],
  constraints: ['c1'],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  pruner: { name: 'median', startupTrials: 2 },
  stop: { trials: 7 },
  seed: 11,
}

const everyPoint: readonly TracePoint[] = [
  'proposed',
  'committed',
  'attemptStarted',
  'metricsArrived',
  'judged',
  'outcomeArrived',
  'finishCommitted',
  'searchUpdated',
]

const createDatabase = useStudyDatabases(specification)

describe('one slot', () => {
  let expected: unknown

  beforeAll(async () => {
    const databasePath = await createDatabase()
    expect(await runSession({ databasePath, kill: null })).toBeNull()
    const snapshot = readStudy(databasePath)
    expect(snapshot.study.state).toBe('finished')
    expect(new Set(snapshot.trials.map(trial => trial.state))).toEqual(
      new Set(['complete', 'pruned']),
    )
    expected = studyOutcome(snapshot)
  })

  it.each(everyPoint)('main killed when a trial is %s', async point => {
    const databasePath = await createDatabase()
    const kill = { who: 'main', point, trialNumber: 3 } as const
    expect(await runSession({ databasePath, kill })).toBe('SIGKILL')
    expect(writerIsAlive(databasePath)).toBe(false)
    const before = readStudy(databasePath).trials.filter(trial => trial.finishedAtMs !== null)
    expect(await runSession({ databasePath, kill: null })).toBeNull()
    const after = readStudy(databasePath)
    expect(after.trials.slice(0, before.length)).toEqual(before)
    expect(studyOutcome(after)).toEqual(expected)
  })

  it.each(everyPoint.slice(2, 6))('trainer killed when a trial is %s', async point => {
    const databasePath = await createDatabase()
    const kill = { who: 'trainer', point, trialNumber: 3 } as const
    expect(await runSession({ databasePath, kill })).toBeNull()
    const snapshot = readStudy(databasePath)
    expect(studyOutcome(snapshot)).toEqual(expected)
    const failed = snapshot.trials[3]?.attempts.filter(attempt => attempt.state === 'failed') ?? []
    // A trainer that is killed when its outcome is already here does not matter any more.
    expect(failed.map(attempt => attempt.failure?.class)).toEqual(
      point === 'outcomeArrived' ? [] : ['killed'],
    )
  })

  it.each(everyPoint)('search process killed when a trial is %s', async point => {
    const databasePath = await createDatabase()
    const kill = { who: 'search', point, trialNumber: 3 } as const
    expect(await runSession({ databasePath, kill })).toBeNull()
    const snapshot = readStudy(databasePath)
    expect(studyOutcome(snapshot)).toEqual(expected)
    expect(snapshot.events.some(event => event.kind === 'child.failed')).toBe(true)
  })

  it('search process and trainer killed while a step waits for its judgment', async () => {
    const databasePath = await createDatabase()
    const kill = { who: 'search and trainer', point: 'metricsArrived', trialNumber: 3 } as const
    expect(await runSession({ databasePath, kill })).toBeNull()
    const snapshot = readStudy(databasePath)
    expect(studyOutcome(snapshot)).toEqual(expected)
    expect(snapshot.trials[3]?.attempts).toHaveLength(2)
  })

  it('main killed right after a flush of metrics', async () => {
    // Slow enough for the flush every 200 ms to fall into a trial.
    const objective = { function: 'constrainedBranin', steps: 4, durationMs: 80 }
    const databasePath = await createDatabase({ objective })
    const kill = { who: 'main', point: 'metricsFlushed', trialNumber: 1 } as const
    expect(await runSession({ databasePath, kill })).toBe('SIGKILL')
    const [trial] = readStudy(databasePath).trials.slice(-1)
    expect(trial).toMatchObject({ number: 1, state: 'running' })
    expect(trial?.metrics.value?.steps.length).toBeGreaterThan(0)
    expect(await runSession({ databasePath, kill: null })).toBeNull()
    expect(studyOutcome(readStudy(databasePath))).toEqual(expected)
  })

  it('main killed again and again', async () => {
    const databasePath = await createDatabase()
    for (const [trialNumber, point] of everyPoint.slice(0, 6).entries()) {
      const kill = { who: 'main', point, trialNumber } as const
      expect(await runSession({ databasePath, kill })).toBe('SIGKILL')
    }
    expect(await runSession({ databasePath, kill: null })).toBeNull()
    expect(studyOutcome(readStudy(databasePath))).toEqual(expected)
  })
})

describe('two slots', () => {
  it('loses nothing and runs nothing twice', async () => {
    const databasePath = await createDatabase({
      parallelTrials: 2,
      stop: { trials: 12 },
      pruner: { name: 'none' },
    })
    for (const trialNumber of [2, 5, 8]) {
      const kill = { who: 'main', point: 'judged', trialNumber } as const
      const before = readStudy(databasePath).trials.filter(trial => trial.finishedAtMs !== null)
      expect(await runSession({ databasePath, kill })).toBe('SIGKILL')
      const after = readStudy(databasePath).trials
      for (const trial of before) expect(after[trial.number]).toEqual(trial)
    }
    expect(await runSession({ databasePath, kill: null })).toBeNull()
    const { trials, events } = readStudy(databasePath)
    expect(trials.map(trial => trial.number)).toEqual(Array.from({ length: 12 }, (_, n) => n))
    expect(trials.every(trial => trial.state === 'complete')).toBe(true)
    const finished = events.filter(event => event.kind === 'trial.finished')
    expect(finished.map(event => event.trialNumber).sort((a, b) => Number(a) - Number(b))).toEqual(
      trials.map(trial => trial.number),
    )
  })
})
