import { execFile } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../../../../src-main/core/study/study.ts'
import { LOCAL_MACHINE } from '../../../../../src-main/core/trial/trial.ts'
import { SshBench } from '../../../../helpers/ssh-bench.ts'
import { sshMissing } from '../../../../helpers/ssh-machine.ts'
import { failures, learnt, taskStudy } from '../../../../helpers/task-elsewhere.ts'
import { processesOf, until, UserCodeBench } from '../../../../helpers/user-code-study.ts'

const missing = sshMissing()
if (missing !== null) console.warn(`studies over SSH and here are not tested: ${missing}`)

const ssh = new SshBench(['one', 'two'])

/** Notes each of its starts, then goes on as long as the file `hold` is there. */
const program = `echo "$TUNEWRIGHT_TRIAL" >> "$PROJECT/starts"
for step in 1 2 3; do echo "{\\"step\\": $step, \\"loss\\": $TUNEWRIGHT_PARAM_x}"; done
while [ -e "$PROJECT/hold" ]; do sleep 0.05; done
`

function bench(): UserCodeBench {
  const user = ssh.user()
  user.write('train.sh', program)
  return user
}

function study(
  user: UserCodeBench,
  changes: Partial<StudySpecificationInput> = {},
): StudySpecificationInput {
  return {
    name: 'mixed',
    seed: 5,
    parallelTrials: 3,
    stop: { trials: 9 },
    sampler: { name: 'random' },
    objective: {
      command: ['sh', 'train.sh'],
      environment: { PROJECT: user.folder },
      graceSeconds: 1,
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [1, 9] } },
    executor: {
      local: { slots: 1 },
      ssh: { machines: [{ host: 'one' }, { host: 'two' }], lostAfterSeconds: 20 },
    },
    ...changes,
  }
}

function machinesOf({ trials }: Pick<StudySnapshot, 'trials'>): (string | undefined)[] {
  return trials.flatMap(({ attempts }) => attempts.map(({ machine }) => machine))
}

const resultsOf = ({ trials }: StudySnapshot): unknown =>
  trials.map(({ state, parameters, values, metrics }) => [state, parameters, values, metrics])

describe.skipIf(missing !== null)('a study over SSH and here', { timeout: 300_000 }, () => {
  ssh.start()

  it('gives each its trials, which are those of a study here, and names where they ran', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study(user))
    const run = user.run(id)
    // One at a time on each of the three.
    await until(() => user.starts().length === 3, 'three trials that run')
    rmSync(path.join(user.folder, 'hold'))
    await run
    const mixed = user.read(id)
    expect(failures(mixed)).toEqual([])
    expect(new Set(machinesOf(mixed))).toEqual(new Set([LOCAL_MACHINE, 'one', 'two']))
    expect(new Set(machinesOf({ trials: mixed.trials.slice(0, 3) })).size).toBe(3)
    const { executor: _, ...onlyLocal } = study(user, { name: 'here' })
    const local = await user.tune(onlyLocal)
    expect(resultsOf(mixed)).toEqual(resultsOf(local))
    expect(machinesOf(local)).toEqual(Array(9).fill(undefined))
    expect(ssh.jobs()).toEqual([])
  })

  it('adopts what runs over there after a kill, and begins again what ran here', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study(user, { stop: { trials: 3 } }))
    const script = fileURLToPath(new URL('../../../../helpers/run-with-crash.ts', import.meta.url))
    const { databasePath, trustFile, machineFile } = user.workspace
    const child = execFile(
      process.execPath,
      [script, JSON.stringify({ databasePath, kill: null })],
      { env: { ...process.env, TUNEWRIGHT_TRUST: trustFile, TUNEWRIGHT_MACHINES: machineFile } },
    )
    const ended = new Promise(resolve => child.on('exit', resolve))
    await until(() => user.starts().length === 3, 'three trials that run')
    child.kill('SIGKILL')
    await ended
    const localTrial = user
      .read(id)
      .trials.find(({ attempts }) => attempts[0]?.machine === LOCAL_MACHINE)
    const artifactFolder = user.workspace.artifactDirectory(id, localTrial?.number)
    await until(() => processesOf(artifactFolder).length === 0, 'end of the program here')
    rmSync(path.join(user.folder, 'hold'))
    await user.run(id)
    const { trials } = user.read(id)
    expect(trials.map(({ state }) => state)).toEqual(Array(3).fill('complete'))
    expect(trials.map(({ attempts }) => attempts.map(attempt => attempt.state))).toEqual(
      Array(3).fill(['interrupted', 'complete']),
    )
    expect([...user.starts()].sort()).toEqual(['0', '1', '2', String(localTrial?.number)].sort())
    expect(ssh.jobs()).toEqual([])
  })

  it('trains tasks to the same bits on both sides', async () => {
    const user = bench()
    const table = new URL('../../../../fixtures/data/breast-cancer.csv', import.meta.url)
    cpSync(fileURLToPath(table), path.join(user.folder, 'table.csv'))
    const plain = { pruner: { name: 'none' }, parallelTrials: 2, stop: { trials: 4 } } as const
    const executor = {
      local: { slots: 1 },
      ssh: { machines: [{ host: 'one' }], lostAfterSeconds: 60 },
    }
    const mixed = await user.tune(taskStudy({ ...plain, executor }))
    const local = await user.tune(taskStudy({ ...plain, name: 'here' }))
    expect(failures(mixed)).toEqual([])
    expect(learnt(mixed)).toEqual(learnt(local))
    expect(new Set(machinesOf(mixed))).toEqual(new Set([LOCAL_MACHINE, 'one']))
  })

  it('goes on on the others when a machine dies, and here when none is left', async () => {
    const user = bench()
    user.write('hold', '')
    const executor = {
      local: { slots: 1 },
      ssh: { machines: [{ host: 'one' }, { host: 'two' }], lostAfterSeconds: 2 },
    }
    const id = await user.create(study(user, { executor }))
    const run = user.run(id)
    await until(() => user.starts().length === 3, 'three trials that run')
    const [firstMachine, secondMachine] = [ssh.at('one'), ssh.at('two')]
    await secondMachine.freeze('SIGSTOP')
    firstMachine.killAll()
    rmSync(path.join(user.folder, 'hold'))
    try {
      await run
    } finally {
      await secondMachine.freeze('SIGCONT')
      await firstMachine.startDaemon()
    }
    const snapshot = user.read(id)
    expect(snapshot.study.state).toBe('finished')
    expect(snapshot.trials.map(({ state }) => state)).toEqual(Array(9).fill('complete'))
    const lost = snapshot.trials.flatMap(({ attempts }) =>
      attempts.filter(({ failure }) => failure !== null),
    )
    expect(lost.map(({ failure }) => failure?.reason.code)).toEqual(
      lost.map(() => 'error.machine.lost'),
    )
    expect(new Set(lost.map(({ machine }) => machine))).toEqual(new Set(['one', 'two']))
    const last = snapshot.trials.map(({ attempts }) => attempts.at(-1)?.machine)
    expect(last).toEqual(Array(9).fill(LOCAL_MACHINE))
  })
})
