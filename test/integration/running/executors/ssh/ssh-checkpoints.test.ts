import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { CheckpointRecord } from '../../../../../src-main/core/trial/checkpoint.ts'
import type { StudySpecificationInput } from '../../../../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../../../../src-main/core/study/study.ts'
import { LOCAL_MACHINE } from '../../../../../src-main/core/trial/trial.ts'
import { openStudyStore } from '../../../../../src-main/platform/storage/sqlite-study-store.ts'
import { readAttemptLog } from '../../../../../src-main/platform/user-code/attempt-log.ts'
import { lineLosses, lineModule, linePython, lineStudy } from '../../../../helpers/line-program.ts'
import { SshBench } from '../../../../helpers/ssh-bench.ts'
import { sshMissing } from '../../../../helpers/ssh-machine.ts'
import { failures, taskStudy } from '../../../../helpers/task-elsewhere.ts'
import { findPython, until, UserCodeBench } from '../../../../helpers/user-code-study.ts'

const missing = sshMissing()
if (missing !== null) console.warn(`checkpoints over SSH are not tested: ${missing}`)
const python = findPython()
if (python === null) console.warn('programs that go on over SSH are not tested: no Python')
const table = fileURLToPath(new URL('../../../../fixtures/data/breast-cancer.csv', import.meta.url))
const ssh = new SshBench(['one', 'two'])

function bench(): UserCodeBench {
  const user = ssh.user()
  cpSync(table, path.join(user.folder, 'table.csv'))
  user.copySample('tunewright.py')
  user.write('line.py', linePython)
  user.write('line.mjs', lineModule)
  return user
}

const executor = { ssh: { machines: [{ host: 'one' }], lostAfterSeconds: 60 } }
const both = { ssh: { machines: [{ host: 'one' }, { host: 'two' }], lostAfterSeconds: 3 } }

function checkpoints(user: UserCodeBench, id: number): readonly CheckpointRecord[] {
  const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
  try {
    return store.checkpoints(id)
  } finally {
    store.close()
  }
}

/** After which step the second attempt of the first trial began. */
function resumeStep(user: UserCodeBench, id: number): unknown {
  const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
  try {
    return store.events(id).flatMap(({ detail }) => detail['resumeStep'] ?? [])[0]
  } finally {
    store.close()
  }
}

/** What a search that goes on from checkpoints has led to; times and costs are others elsewhere. */
function course({ study, trials }: StudySnapshot): unknown {
  const curves = trials.map(({ state, values, bestStep, parameters, origin, metrics }) => {
    const { loss, value, validationAccuracy, trainLoss } = metrics
    return {
      state,
      values,
      bestStep,
      parameters,
      origin,
      loss,
      value,
      validationAccuracy,
      trainLoss,
    }
  })
  return { end: study.reason, curves }
}

const lineProgram = { command: [python ?? '', 'line.py'], files: ['tunewright.py'] }
const promotion = { name: 'promotion', maxResource: 9 }
const population = { name: 'pbt', population: 3, interval: 2, steps: 4 }
const ofFunction: StudySpecificationInput = {
  name: 'here',
  objective: { function: 'sphere', steps: 12 },
  seed: 3,
  parallelTrials: 1,
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-1, 1] }, x1: { float: [-1, 1] } },
  stop: { trials: 1 },
}
const studies: readonly (readonly [string, StudySpecificationInput])[] = [
  [
    'a task that is promoted',
    taskStudy({
      pruner: { ...promotion, maxResource: 2, minResource: 1, reductionFactor: 2 },
      stop: { trials: 3 },
    }),
  ],
  [
    'a module that is promoted',
    lineStudy({ module: 'line.mjs' }, { pruner: promotion, stop: { trials: 4 } }),
  ],
  ...(python === null
    ? []
    : [
        [
          'a program that is trained as a population',
          lineStudy(lineProgram, { sampler: population, stop: { trials: 20 } }),
        ] as const,
      ]),
]

describe.skipIf(missing !== null)('checkpoints over SSH', { timeout: 300_000 }, () => {
  ssh.start()

  it.each(studies)('%s does over there what it does here, bit for bit', async (_, study) => {
    const user = bench()
    const remoteStudy = await user.tune({ ...study, executor })
    const localStudy = await user.tune({ ...study, name: 'here' })
    expect(failures(remoteStudy)).toEqual([])
    expect(course(remoteStudy)).toEqual(course(localStudy))
    expect(remoteStudy.trials.some(({ origin }) => origin !== undefined)).toBe(true)
    expect(remoteStudy.trials.every(({ attempts }) => attempts[0]?.machine === 'one')).toBe(true)
    // The same of the same trials stay, and no job.
    const stepsOf = ({ study: { id } }: StudySnapshot): unknown =>
      checkpoints(user, id).map(({ trialNumber, step }) => ({ trialNumber, step }))
    expect(stepsOf(remoteStudy)).toEqual(stepsOf(localStudy))
    for (const checkpoint of checkpoints(user, remoteStudy.study.id))
      expect(existsSync(checkpoint.path)).toBe(true)
    expect(ssh.machine.jobs()).toEqual([])
  })

  const onOther = { executor: both, parallelTrials: 1, stop: { trials: 1 } }
  // The first trial has the place here until it ends.
  const onLocal = {
    executor: {
      local: { slots: 1 },
      ssh: { machines: [{ host: 'one' }], lostAfterSeconds: 3 },
    },
    parallelTrials: 2,
    stop: { trials: 2 },
  }
  it.skipIf(python === null).each([
    ['another machine', onOther, 0],
    ['this computer', onLocal, 1],
  ])('a program whose machine is lost goes on elsewhere: %s', async (_, where, number) => {
    const user = bench()
    const study = lineStudy(
      { ...lineProgram, environment: { EPOCHS: '12', SLEEP: '0.3' } },
      {
        enqueue: [
          { rate: 0.1, momentum: 0.5 },
          { rate: 0.1, momentum: 0.5 },
        ],
        ...where,
        checkpoint: { everySeconds: null, everyEpochs: 1 },
      },
    )
    const id = await user.create(study)
    const run = user.run(id)
    const folder = user.workspace.artifactDirectory(id, number)
    const saved = (): number => {
      try {
        const text = readFileSync(path.join(folder, 'checkpoints/checkpoint'), 'utf8')
        return (JSON.parse(text) as { epoch: number }).epoch
      } catch {
        return 0
      }
    }
    await until(() => saved() >= 3, 'checkpoint that has come back')
    const first = user.read(id).trials[number]?.attempts[0]?.machine ?? ''
    ssh.at(first).killAll()
    const before = saved()
    await run
    await ssh.at(first).startDaemon()
    const ended = user.read(id).trials[number]
    const other = where === onLocal ? LOCAL_MACHINE : first === 'one' ? 'two' : 'one'
    expect(ended?.attempts.map(({ machine }) => machine)).toEqual([first, other])
    expect(ended?.attempts[0]?.failure?.reason.code).toBe('error.machine.lost')
    const log = readAttemptLog(folder, 2)?.text ?? ''
    const [, epoch] = /going on after (\d+)/.exec(log) ?? []
    expect(Number(epoch)).toBeGreaterThanOrEqual(before)
    // The rest was trained once more, no step of before.
    expect(log.match(/"step"/g)).toHaveLength(12 - Number(epoch) + 1)
    expect(ended?.metrics['loss']).toEqual({
      steps: Array.from({ length: 12 }, (_, index) => index + 1),
      values: lineLosses(0.1, 0.5, 12),
    })
  })

  it('a module that was lost after its last step says again what was not heard', async () => {
    const user = bench()
    const hold = path.join(user.folder, 'hold')
    user.write('hold', '')
    user.write(
      'silent.mjs',
      `import { existsSync } from 'node:fs'
export async function train(trial) {
  for (let step = (trial.checkpoint.load()?.step ?? 0) + 1; step <= 3; step++) {
    trial.checkpoint.save({ step })
    await trial.report(step, { loss: 1 / step })
  }
  while (existsSync(${JSON.stringify(hold)})) await new Promise(resolve => setTimeout(resolve, 50))
}`,
    )
    const study = lineStudy(
      { module: 'silent.mjs' },
      { executor: both, parallelTrials: 1, checkpoint: { everySeconds: null, everyEpochs: 3 } },
    )
    const id = await user.create(study)
    const run = user.run(id)
    const folder = path.join(user.workspace.artifactDirectory(id, 0), 'checkpoints')
    await until(
      () => existsSync(folder) && readdirSync(folder).length > 0,
      'checkpoint that came back',
    )
    const first = user.read(id).trials[0]?.attempts[0]?.machine ?? ''
    ssh.at(first).killAll()
    rmSync(hold)
    await run
    await ssh.at(first).startDaemon()
    const [trial] = user.read(id).trials
    expect(trial?.attempts.map(({ state }) => state)).toEqual(['failed', 'complete'])
    expect(trial?.metrics['loss']).toEqual({ steps: [1, 2, 3], values: [1, 1 / 2, 1 / 3] })
  })

  it('a training whose machine is lost goes on elsewhere', async () => {
    const user = bench()
    const study: StudySpecificationInput = {
      ...ofFunction,
      name: 'lost',
      executor: both,
      objective: { function: 'sphere', steps: 12, durationMs: 300 },
      checkpoint: { everySeconds: null, everyEpochs: 1 },
    }
    const id = await user.create(study)
    const run = user.run(id)
    const saved = (): number => checkpoints(user, id)[0]?.step ?? 0
    await until(() => saved() >= 3, 'checkpoint that has come back')
    const first = user.read(id).trials[0]?.attempts[0]?.machine ?? ''
    ssh.at(first).killAll()
    const before = saved()
    await run
    await ssh.at(first).startDaemon()
    const remoteStudy = user.read(id)
    expect(remoteStudy.trials[0]?.attempts.map(({ machine }) => machine)).toEqual(
      first === 'one' ? ['one', 'two'] : ['two', 'one'],
    )
    expect(resumeStep(user, id)).toBeGreaterThanOrEqual(before)
    const localStudy = await user.tune(ofFunction)
    expect(course(remoteStudy)).toEqual(course(localStudy))
  })

  it.skipIf(python === null)(
    'survives our end, and cut connections, while a checkpoint travels',
    async () => {
      const user = bench()
      // Left by a machine that was lost.
      const jobs = ssh.machine.jobs()
      const study = lineStudy(
        { ...lineProgram, environment: { BALLAST: '40000000', SLEEP: '0.05' } },
        {
          enqueue: [{ rate: 0.1, momentum: 0.5 }],
          executor,
          checkpoint: { everySeconds: null, everyEpochs: 1 },
        },
      )
      const id = await user.create(study)
      const script = fileURLToPath(
        new URL('../../../../helpers/run-with-crash.ts', import.meta.url),
      )
      const child = execFile(
        process.execPath,
        [script, JSON.stringify({ databasePath: user.workspace.databasePath, kill: null })],
        {
          env: {
            ...process.env,
            TUNEWRIGHT_TRUST: user.workspace.trustFile,
            TUNEWRIGHT_MACHINES: user.workspace.machineFile,
          },
        },
      )
      const ended = new Promise(resolve => child.on('exit', (_, signal) => resolve(signal)))
      const folder = user.workspace.artifactDirectory(id, 0)
      const parts = (): string[] =>
        existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.part')) : []
      const isTransferring = (): boolean =>
        parts().some(name => existsSync(path.join(folder, name, 'ballast')))
      await until(isTransferring, 'checkpoint that travels')
      child.kill('SIGKILL')
      expect(await ended).toBe('SIGKILL')
      const [left = ''] = parts()
      const run = user.run(id)
      await until(
        () => isTransferring() && !parts().includes(left),
        'checkpoint that travels again',
      )
      ssh.machine.cut()
      await run
      const [trial] = user.read(id).trials
      expect(trial?.attempts.map(({ state }) => state)).toEqual(['interrupted', 'complete'])
      expect(trial?.metrics['loss']?.values).toEqual(lineLosses(0.1, 0.5, 6))
      const [checkpoint] = checkpoints(user, id)
      expect(checkpoint).toMatchObject({ trialNumber: 0, step: 6 })
      expect(readdirSync(checkpoint?.path ?? '').sort()).toEqual(['ballast', 'checkpoint'])
      expect(parts()).toEqual([])
      expect(ssh.machine.jobs()).toEqual(jobs)
    },
  )

  it.skipIf(python === null || process.getuid?.() !== 0)(
    'pauses on a full disk here while its job runs on, which is adopted later',
    async () => {
      const { folder } = bench()
      const small = path.join(folder, 'small')
      mkdirSync(small)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', small])
      try {
        const user = new UserCodeBench(folder, small)
        const study = lineStudy(
          { ...lineProgram, environment: { BALLAST: '20000000', SLEEP: '0.1' } },
          {
            enqueue: [{ rate: 0.1, momentum: 0.5 }],
            executor,
            checkpoint: { everySeconds: null, everyEpochs: 1 },
          },
        )
        const id = await user.create(study)
        const { end } = await user.run(id)
        expect(end.state).toBe('paused')
        expect(user.read(id).trials[0]?.state).toBe('interrupted')
        execFileSync('mount', ['-o', 'remount,size=200m', small])
        await user.run(id)
        const [trial] = user.read(id).trials
        expect(trial?.state).toBe('complete')
        expect(trial?.metrics['loss']?.values).toEqual(lineLosses(0.1, 0.5, 6))
        // One job did all of it.
        const log = readAttemptLog(user.workspace.artifactDirectory(id, 0), 2)?.text ?? ''
        expect(log).not.toContain('going on after')
        expect(log.match(/"step"/g)).toHaveLength(6)
      } finally {
        execFileSync('umount', ['-l', small])
      }
    },
  )
})
