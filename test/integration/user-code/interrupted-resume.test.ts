import { msg } from '../../../src-main/core/errors/message.ts'
import { execFile } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { StudyRunner } from '../../../src-main/running/loop/study-runner.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { readAttemptLog } from '../../../src-main/platform/user-code/attempt-log.ts'
import {
  lineLosses,
  lineModule,
  linePython,
  lineSilent,
  lineStudy,
} from '../../helpers/line-program.ts'
import { wasKilled } from '../../helpers/process-group.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { findPython, UserCodeBench } from '../../helpers/user-code-study.ts'

/** Code of the user that goes on by itself (`resumes: true`) and is interrupted. */
const scratch = useScratchFolders()
const python = findPython()
const runner = fileURLToPath(new URL('../../helpers/run-with-crash.ts', import.meta.url))

function bench(): UserCodeBench {
  const made = new UserCodeBench(scratch())
  made.copySample('tunewright.py')
  made.write('line.py', linePython)
  made.write('silent.py', lineSilent)
  made.write('line.mjs', lineModule.replace('?? 6', '?? 12').replace('resolve, 2)', 'resolve, 50)'))
  return made
}

const enqueued = { enqueue: [{ rate: 0.1, momentum: 0.5 }] }

/** Runs a session that is killed when a trial passes a point. */
async function killedAt(user: UserCodeBench, point: string, trialNumber: number): Promise<void> {
  const { databasePath, trustFile } = user.workspace
  const request = JSON.stringify({ databasePath, kill: { who: 'main', point, trialNumber } })
  const options = { env: { ...process.env, TUNEWRIGHT_TRUST: trustFile } }
  const killed = await new Promise(resolve => {
    execFile(process.execPath, [runner, request], options, (error, _, stderr) => {
      resolve(error !== null && wasKilled(error, stderr))
    })
  })
  expect(killed).toBe(true)
}

it
  .skipIf(python === null)
  .each([
    [
      'command',
      { command: [python ?? '', 'line.py'], environment: { SLEEP: '0.05', EPOCHS: '12' } },
    ] as const,
    ['module', { module: 'line.mjs' }] as const,
  ])('a %s that was suspended keeps its curve and goes on', async (_, objective) => {
  const user = bench()
  const id = await user.create(lineStudy(objective, enqueued))
  const session: { runner?: StudyRunner } = {}
  let hasStopped = false
  await user.run(id, {
    onRunner: started => {
      session.runner = started
    },
    listener: {
      metricsArrived: (_, { steps }) => {
        if (!hasStopped && (steps[0] ?? 0) >= 3) {
          hasStopped = true
          session.runner?.suspendTrial(0)
        }
      },
    },
  })
  const [suspended] = user.read(id).trials
  const reached = suspended?.lastStep ?? 0
  expect(suspended).toMatchObject({ state: 'interrupted', suspended: true })
  expect(reached).toBeGreaterThanOrEqual(3)
  expect(reached).toBeLessThan(12)
  const store = openStudyStore(user.workspace.databasePath)
  store.unsuspendTrial(id, 0, Date.now())
  store.setStudyState({
    studyId: id,
    state: 'paused',
    reason: msg('ending.trialContinues', { trial: 0 }),
    event: 'study.paused',
    atMs: Date.now(),
  })
  store.close()
  await user.run(id)
  const [trial] = user.read(id).trials
  const expected = lineLosses(0.1, 0.5, 12)
  expect(trial?.state).toBe('complete')
  expect(trial?.metrics['loss']).toEqual({
    steps: Array.from({ length: 12 }, (_, index) => index + 1),
    values: expected,
  })
  expect(trial?.values).toEqual([Math.min(...expected)])
  const log = readAttemptLog(user.workspace.artifactDirectory(id, 0), 2)
  expect(log?.text).toMatch(new RegExp(`going on after ${reached}\\n`))
})

it.skipIf(python === null).each([
  ['line.py', 'going on after 6'],
  ['silent.py', 'begins after 0'],
])('%s, killed with us after its end, ends again as it had', async (file, text) => {
  const user = bench()
  const id = await user.create(lineStudy({ command: [python ?? '', file] }, enqueued))
  await killedAt(user, 'outcomeArrived', 0)
  expect(user.read(id).trials[0]?.state).toBe('running')
  await user.run(id)
  const { study, trials } = user.read(id)
  expect(study.state).toBe('finished')
  const expected = lineLosses(0.1, 0.5, 6)
  expect(trials[0]).toMatchObject({
    state: 'complete',
    values: [Math.min(...expected)],
    metrics: { loss: { steps: [1, 2, 3, 4, 5, 6], values: expected } },
  })
  const log = readAttemptLog(user.workspace.artifactDirectory(id, 0), 2)
  expect(log?.text).toContain(text)
  const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
  expect(store.checkpoints(id)).toMatchObject([{ trialNumber: 0, step: 6, batch: 0 }])
  store.close()
})

it.skipIf(python === null)(
  'a promoted program that is killed at its rung waits there again',
  async () => {
    const user = bench()
    const promotion = {
      pruner: { name: 'promotion' as const, maxResource: 9 },
      stop: { trials: 4 },
    }
    const id = await user.create(
      lineStudy({ command: [python ?? '', 'line.py'] }, { ...enqueued, ...promotion }),
    )
    await killedAt(user, 'outcomeArrived', 3)
    await user.run(id)
    const { trials } = user.read(id)
    expect(trials.map(({ state }) => state)).toEqual(['pruned', 'pruned', 'pruned', 'pruned'])
    expect(trials[3]).toMatchObject({ origin: { step: 1, mode: 'continue' }, untilStep: 3 })
    const { rate, momentum } = trials[3]?.parameters as { rate: number; momentum: number }
    expect(trials[3]?.metrics['loss']).toEqual({
      steps: [2, 3],
      values: lineLosses(rate, momentum, 3).slice(1),
    })
  },
)
