import { execFile, execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/contract/study-specification.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import type { ArtifactRecord } from '../../../src-main/contract/study.ts'
import { MachineFile } from '../../../src-main/ssh/machine-file.ts'
import { readAttemptLog } from '../../../src-main/user-code/attempt-log.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { SshMachine, sshMissing } from '../../helpers/ssh-machine.ts'
import type { StudyRunner } from '../../../src-main/running/study-runner.ts'
import { until, UserCodeBench } from '../../helpers/user-code-study.ts'

const missing = sshMissing()
if (missing !== null) console.warn(`SSH is not tested: ${missing}`)

const scratch = useScratchFolders()
let folder = ''
const machines = new Map<string, SshMachine>()
const at = (name: string): SshMachine => machines.get(name) as SshMachine

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
  const user = new UserCodeBench(home)
  const file = new MachineFile(user.workspace.machineFile)
  for (const { machine } of machines.values()) file.add(machine)
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
    slots: 2,
    seed: 5,
    executor: { ssh: [{ host: 'one' }, { host: 'two' }], lostAfterSeconds: 20 },
    ...changes,
  }
}

/** A line for each start of the program, wherever that was. */
function files(user: UserCodeBench, id: number): readonly ArtifactRecord[] {
  const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
  try {
    return store.artifacts(id)
  } finally {
    store.close()
  }
}

describe.skipIf(missing !== null)('a study whose trials run over SSH', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-ssh-'))
    for (const name of ['one', 'two']) machines.set(name, await SshMachine.start(folder, name))
  })

  afterAll(() => {
    for (const machine of machines.values()) machine.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('runs on several machines, as on this one, and names them', async () => {
    const user = bench()
    const { study: stored, trials } = await user.tune(study(user))
    expect(trials.flatMap(trial => trial.attempts.flatMap(({ failure }) => failure ?? []))).toEqual(
      [],
    )
    expect(stored.state).toBe('finished')
    const ran = new Set(trials.flatMap(trial => trial.attempts.map(({ machine }) => machine)))
    expect(ran).toEqual(new Set(['one', 'two']))
    for (const { number, state, parameters, values, metrics, attempts } of trials) {
      expect(state).toBe('complete')
      expect(values).toEqual([parameters['x']])
      expect(metrics['loss']?.steps).toEqual([1, 2, 3, 4, 5])
      const kept = files(user, stored.id).find(({ trialNumber }) => trialNumber === number)
      const { home } = at(attempts[0]?.machine ?? '')
      expect(readFileSync(kept?.path ?? '', 'utf8')).toBe(`from ${home}\n`)
      const log = readAttemptLog(user.workspace.artifactDirectory(stored.id, number), 1)?.text
      expect(log).toContain('{"step": 5, ')
    }
    expect(user.starts()).toHaveLength(4)
    expect(existsSync(path.join(user.folder, 'owned'))).toBe(false)
    expect([...at('one').jobs(), ...at('two').jobs()]).toEqual([])
    const { executor: _, ...local } = study(user, { slots: 1 })
    const here = await user.tune({ ...local, name: 'here' })
    const there = await user.tune({ ...study(user, { slots: 1 }), name: 'there' })
    expect(there.trials.map(trial => trial.values)).toEqual(here.trials.map(trial => trial.values))
  })

  it('goes on with the same jobs when connections are cut, and when sshd is killed', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study(user))
    const run = user.run(id)
    await until(() => user.starts().length === 2, 'two jobs that run')
    at('one').cut()
    at('two').killDaemon()
    await sleep(700)
    at('one').cut()
    await at('two').startDaemon()
    rmSync(path.join(user.folder, 'hold'))
    await run
    const { trials } = user.read(id)
    expect(trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
    expect(trials.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1, 1])
    expect(user.starts()).toHaveLength(4)
    for (const { metrics } of trials) expect(metrics['loss']?.steps).toEqual([1, 2, 3, 4, 5])
  })

  it('survives our end: the next session adopts what runs', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study(user))
    const script = fileURLToPath(new URL('../../helpers/run-with-crash.ts', import.meta.url))
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
    await until(() => user.starts().length === 2, 'two jobs that run')
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    rmSync(path.join(user.folder, 'hold'))
    await user.run(id)
    const { trials } = user.read(id)
    expect(trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
    expect(trials[0]?.attempts.map(({ state }) => state)).toEqual(['interrupted', 'complete'])
    expect(user.starts()).toHaveLength(4)
    expect([...at('one').jobs(), ...at('two').jobs()]).toEqual([])
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
    const id = await user.create(study(user, { stop: { trials: 1 }, slots: 1 }))
    const runners: StudyRunner[] = []
    const run = user.run(id, { onRunner: runner => runners.push(runner) })
    const files = user.workspace.artifactDirectory(id)
    const hasBegun = (): boolean =>
      existsSync(files) && readdirSync(files, { recursive: true }).some(name => /big$/.test(String(name))) // prettier-ignore
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
    expect([...at('one').jobs(), ...at('two').jobs()]).toEqual([])
  })

  it('gives the trials of a frozen machine to another one, and hears nothing more of them', async () => {
    const user = bench()
    user.write('hold', '')
    const executor = { ssh: [{ host: 'one' }, { host: 'two' }], lostAfterSeconds: 3 }
    const id = await user.create(study(user, { executor }))
    const run = user.run(id)
    await until(() => user.starts().length === 2, 'two jobs that run')
    await at('two').freeze('SIGSTOP')
    rmSync(path.join(user.folder, 'hold'))
    await run
    await at('two').freeze('SIGCONT')
    const { trials } = user.read(id)
    expect(trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
    const lost = trials.flatMap(({ attempts }) =>
      attempts.filter(({ failure }) => failure !== null),
    )
    expect(lost.length).toBeGreaterThan(0)
    for (const attempt of lost) {
      expect(attempt).toMatchObject({ machine: 'two', failure: { class: 'device' } })
      expect(attempt.failure?.fact.code).toBe('error.machine.lost')
    }
    expect(user.starts().length).toBeLessThanOrEqual(4 + lost.length)
    // The next session with that machine tidies up there, whichever study it runs.
    const other = await user.create(
      study(user, { name: 'next', executor: { ssh: [{ host: 'two' }] }, slots: 1 }),
    )
    await user.run(other)
    expect(user.read(other).trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
    expect([...at('one').jobs(), ...at('two').jobs()]).toEqual([])
  })

  it('is cancelled by a person, by force where it does not listen', async () => {
    const user = bench()
    user.write('hold', '')
    user.write('train.sh', `trap '' TERM\n${program}`)
    const id = await user.create(study(user, { stop: { trials: 1 }, slots: 1 }))
    const runners: StudyRunner[] = []
    const run = user.run(id, { onRunner: runner => runners.push(runner) })
    await until(() => user.starts().length === 1, 'job that runs')
    runners[0]?.cancelTrial(0)
    await run
    expect(user.read(id).trials[0]).toMatchObject({ state: 'cancelled' })
    expect([...at('one').jobs(), ...at('two').jobs()]).toEqual([])
  })

  it('is pruned, and fails with what the program says', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(
      study(user, { pruner: { name: 'threshold', upper: 0 }, stop: { trials: 1 }, slots: 1 }),
    )
    await user.run(id)
    expect(user.read(id).trials[0]).toMatchObject({ state: 'pruned', lastStep: 1 })
    expect([...at('one').jobs(), ...at('two').jobs()]).toEqual([])

    const failing = await user.create(
      study(user, {
        name: 'failing',
        objective: { command: ['sh', '-c', 'echo "no such data" >&2; exit 7'] },
        stop: { trials: 1, failures: 5 },
      }),
    )
    await user.run(failing)
    expect(user.read(failing).trials[0]?.attempts).toMatchObject([
      {
        failure: {
          class: 'code',
          fact: { code: 'error.command.exit', values: { exitCode: 7, tail: 'no such data' } },
        },
      },
    ])
  })

  it('pauses when no machine answers, and goes on later', async () => {
    const user = bench()
    at('one').killDaemon()
    const executor = { ssh: [{ host: 'one' }], lostAfterSeconds: 1 }
    const id = await user.create(study(user, { executor, slots: 1 }))
    const { end } = await user.run(id)
    expect(end).toMatchObject({ state: 'paused', reason: { code: 'error.machine.none' } })
    expect(user.starts()).toEqual([])
    await at('one').startDaemon()
    await user.run(id)
    expect(user.read(id).study.state).toBe('finished')
    expect(user.starts()).toHaveLength(4)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'gives the trials of a full machine to another one',
    async () => {
      const user = bench()
      const small = path.join(at('two').home, 'small')
      mkdirSync(small)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small])
      try {
        const file = new MachineFile(user.workspace.machineFile)
        file.remove('two')
        file.add({ ...at('two').machine, workspace: `${small}/work` })
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
          attempts.filter(one => one.failure !== null),
        )
        expect(failed.length).toBeGreaterThan(0)
        for (const one of failed) {
          expect(one).toMatchObject({
            machine: 'two',
            failure: { fact: { code: 'error.machine.full' } },
          })
        }
      } finally {
        execFileSync('umount', ['-l', small])
      }
    },
  )

  it('refuses a machine that nobody has added', async () => {
    const user = bench()
    const on = (host: string) => study(user, { executor: { ssh: [{ host }] }, slots: 1 })
    const unknown = (name: string) => ({ code: 'machine.unknown', detail: { name } })
    await expect(user.create(on('stranger'))).rejects.toMatchObject(unknown('stranger'))
    const id = await user.create(on('one'))
    expect(id).toBe(1)
    new MachineFile(user.workspace.machineFile).remove('one')
    await expect(user.run(id)).rejects.toMatchObject(unknown('one'))
  })
})
