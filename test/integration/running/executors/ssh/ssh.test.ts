import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../../../src-main/core/study/study-specification.ts'
import { MachineFile } from '../../../../../src-main/platform/ssh/machine-file.ts'
import { remoteJobRecords } from '../../../../../src-main/running/executors/ssh/node/remote-job.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'
import { SshBench } from '../../../../helpers/ssh-bench.ts'
import { sshMissing } from '../../../../helpers/ssh-machine.ts'
import type { StudyRunner } from '../../../../../src-main/running/loop/study-runner.ts'
import { until, UserCodeBench } from '../../../../helpers/user-code-study.ts'
import { executorSuite } from '../../../../suites/executor-suite.ts'

const missing = sshMissing()
if (missing !== null) console.warn(`SSH is not tested: ${missing}`)

const scratch = useScratchFolders()
const ssh = new SshBench(['one', 'two'])

/** Notes each of its starts, then five steps of a tenth of a second, or as long as the file `hold` is there. */
const program = `
echo "$TUNEWRIGHT_TRIAL $HOME" >> "$PROJECT/starts"
for step in 1 2 3 4 5; do
  echo "{\\"step\\": $step, \\"loss\\": $TUNEWRIGHT_PARAM_x}"
  sleep 0.1
done
while [ -e "$PROJECT/hold" ]; do sleep 0.05; done
echo "from $HOME" > "$TUNEWRIGHT_ARTIFACTS/where.txt"
`

function bench(home = scratch()): UserCodeBench {
  const user = ssh.user(home)
  user.write('train.sh', program)
  return user
}

function study(
  user: UserCodeBench,
  changes: Partial<StudySpecificationInput> = {},
): StudySpecificationInput {
  return {
    name: 'machines',
    objective: {
      command: ['sh', 'train.sh', "it's a {x} $(touch owned)"],
      environment: { PROJECT: user.folder },
      graceSeconds: 1,
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { int: [1, 9] } },
    stop: { trials: 4 },
    parallelTrials: 2,
    seed: 5,
    executor: { ssh: { machines: [{ host: 'one' }, { host: 'two' }], lostAfterSeconds: 20 } },
    ...changes,
  }
}

describe.skipIf(missing !== null)('a study whose trials run over SSH', () => {
  ssh.start()

  executorSuite('SSH', {
    user: bench,
    elsewhere: lostAfterSeconds => {
      return {
        executor: { ssh: { machines: [{ host: 'one' }, { host: 'two' }], lostAfterSeconds } },
      }
    },
    machines: ['one', 'two'],
    adopts: true,
    expectTidy: () => expect(ssh.jobs()).toEqual([]),
    lose: async machine => {
      await ssh.at(machine).freeze('SIGSTOP')
      return async () => ssh.at(machine).freeze('SIGCONT')
    },
  })

  it('keeps a program that has ended when the session ends while its files come back, and nothing that it left running', async () => {
    const real = scratch()
    const link = path.join(scratch(), 'link')
    symlinkSync(real, link)
    const user = bench(link)
    user.write(
      'train.sh',
      `echo start >> "$PROJECT/starts"
sleep 300 & echo $! > "$PROJECT/left"
echo '{"step": 1, "loss": 2}'
head -c 200000000 /dev/zero > "$TUNEWRIGHT_ARTIFACTS/big"
`,
    )
    const id = await user.create(study(user, { stop: { trials: 1 }, parallelTrials: 1 }))
    const runners: StudyRunner[] = []
    const run = user.run(id, { onRunner: runner => runners.push(runner) })
    const files = user.workspace.artifactDirectory(id)
    const hasBegun = (): boolean =>
      existsSync(files) &&
      readdirSync(files, { recursive: true }).some(name => /big$/.test(String(name)))
    await until(hasBegun, 'file that comes back')
    runners[0]?.stop()
    await run
    expect(user.read(id).trials[0]?.state).toBe('interrupted')
    const left = readFileSync(path.join(real, 'left'), 'utf8').trim()
    const stat = existsSync(`/proc/${left}/stat`) ? readFileSync(`/proc/${left}/stat`, 'utf8') : ''
    // Nobody may have asked yet how it ended.
    expect(stat.split(') ')[1]?.[0] ?? 'Z').toBe('Z')
    await user.run(id)
    const [trial] = user.read(id).trials
    expect(trial).toMatchObject({ state: 'complete', values: [2] })
    expect(trial?.attempts.map(({ state }) => state)).toEqual(['interrupted', 'complete'])
    expect(user.starts()).toHaveLength(1)
    expect(ssh.jobs()).toEqual([])
  })

  it('pauses when no machine answers, and goes on later', async () => {
    const user = bench()
    ssh.at('one').killDaemon()
    const executor = { ssh: { machines: [{ host: 'one' }], lostAfterSeconds: 1 } }
    const id = await user.create(study(user, { executor, parallelTrials: 1 }))
    const { end } = await user.run(id)
    expect(end).toMatchObject({ state: 'paused', reason: { code: 'error.machine.none' } })
    expect(user.starts()).toEqual([])
    await ssh.at('one').startDaemon()
    await user.run(id)
    expect(user.read(id).study.state).toBe('finished')
    expect(user.starts()).toHaveLength(4)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'gives the trials of a full machine to another one',
    async () => {
      const user = bench()
      const small = path.join(ssh.at('two').home, 'small')
      mkdirSync(small)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small])
      try {
        const file = new MachineFile(user.workspace.machineFile)
        file.remove('two')
        file.add({ ...ssh.at('two').machine, workspace: `${small}/work` })
        user.write(
          'train.sh',
          `${program}\nhead -c 1000000 /dev/zero > "$TUNEWRIGHT_ARTIFACTS/big" || exit 3\n`,
        )
        writeFileSync(path.join(small, 'filler'), Buffer.alloc(1_500_000))
        const id = await user.create(study(user))
        await user.run(id)
        const { trials } = user.read(id)
        expect(trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
        const failed = trials.flatMap(({ attempts }) =>
          attempts.filter(attempt => attempt.failure !== null),
        )
        expect(failed.length).toBeGreaterThan(0)
        for (const attempt of failed) {
          expect(attempt).toMatchObject({
            machine: 'two',
            failure: { reason: { code: 'error.machine.full' } },
          })
        }
      } finally {
        execFileSync('umount', ['-l', small])
      }
    },
  )

  it('removes what a session left there that was killed after the end of a trial', async () => {
    const user = bench()
    const id = await user.create(study(user, { parallelTrials: 1, stop: { trials: 3 } }))
    const isEnded = (): boolean => (user.read(id).trials[0]?.finishedAtMs ?? null) !== null
    await user.runUntil(id, isEnded, 'end of a trial')
    const name = 'job-3184333b-472f-47b2-8e7e-b2b4e2007b30'
    const folder = path.join(ssh.at('one').home, 'work/jobs', name)
    mkdirSync(folder, { recursive: true })
    remoteJobRecords.write(user.workspace.artifactDirectory(id, 0), {
      attempt: '1',
      machine: 'one',
      name,
      slot: 0,
    })
    await user.run(id)
    expect(user.read(id).study.state).toBe('finished')
    expect(existsSync(folder)).toBe(false)
  }, 300_000)

  it('refuses a machine that nobody has added', async () => {
    const user = bench()
    const on = (host: string) =>
      study(user, { executor: { ssh: { machines: [{ host }] } }, parallelTrials: 1 })
    const unknown = (name: string) => ({ code: 'machine.unknown', detail: { name } })
    await expect(user.create(on('stranger'))).rejects.toMatchObject(unknown('stranger'))
    const id = await user.create(on('one'))
    expect(id).toBe(1)
    new MachineFile(user.workspace.machineFile).remove('one')
    await expect(user.run(id)).rejects.toMatchObject(unknown('one'))
  })
})
