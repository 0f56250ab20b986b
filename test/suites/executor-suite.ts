import { execFile } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { ArtifactRecord } from '../../src-main/core/study/study.ts'
import type { StudyRunner } from '../../src-main/running/loop/study-runner.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { readAttemptLog } from '../../src-main/platform/user-code/attempt-log.ts'
import { processesWith, until, type UserCodeBench } from '../helpers/user-code-study.ts'

/** Where trials run, with all that its tests need. */
export interface ExecutorCase {
  /** A person whose computer knows it. */
  readonly user: () => UserCodeBench
  /** What makes a study run there; whoever is silent for so long is lost. */
  readonly elsewhere: (lostAfterSeconds: number) => Pick<StudySpecificationInput, 'executor'>
  /** Begins whoever takes trials, where somebody has to; called once the study is trusted. */
  readonly open?: (user: UserCodeBench) => void
  /** Names that attempts may have; none where they have no names. */
  readonly machines: readonly string[]
  /** Whether programs go on after a kill of Tunewright, and are adopted. */
  readonly adopts: boolean
  /** While Tunewright is killed and two programs run. */
  readonly whileKilled?: (user: UserCodeBench) => void
  /** After a study. */
  readonly expectTidy?: () => void | Promise<void>
  /** Cuts off whoever runs an attempt for longer than it may be silent; gives what brings it back. Absent: nothing can be lost. */
  readonly lose?: (machine: string) => Promise<() => Promise<void>>
}

/** Longer than anything takes on a machine that is busy with other tests; and so short that a test can wait for it. */
const [PATIENT_SECONDS, IMPATIENT_SECONDS] = [60, 6]

/** Notes its start; goes on as long as the file for its kind is there; leaves its environment. */
const program = `echo "$TUNEWRIGHT_TRIAL" >> "$PROJECT/starts"
case "$TUNEWRIGHT_PARAM_kind" in
  fail) echo "no such data" >&2; exit 7 ;;
  deaf) trap '' TERM ;;
esac
for step in 1 2 3; do echo "{\\"step\\": $step, \\"loss\\": $TUNEWRIGHT_PARAM_x}"; done
while [ -e "$PROJECT/hold-$TUNEWRIGHT_PARAM_kind" ]; do sleep 0.05; done
env | grep ^TUNEWRIGHT_ > "$TUNEWRIGHT_ARTIFACTS/environment.txt"
echo "{\\"step\\": 4, \\"loss\\": $TUNEWRIGHT_PARAM_x}"
`

/** The same wherever trials run. */
export function executorSuite(name: string, executorCase: ExecutorCase): void {
  const {
    machines,
    adopts,
    open = () => undefined,
    expectTidy = () => undefined,
    lose,
  } = executorCase

  const isElsewhere = machines.length > 0 || adopts

  function bench(): UserCodeBench {
    const user = executorCase.user()
    user.write('train.sh', program)
    return user
  }

  function study(
    user: UserCodeBench,
    changes: Partial<StudySpecificationInput> = {},
    { executor }: ReturnType<ExecutorCase['elsewhere']> = executorCase.elsewhere(PATIENT_SECONDS),
  ): StudySpecificationInput {
    return {
      name: 'suite',
      seed: 5,
      parallelTrials: 2,
      stop: { trials: 4 },
      sampler: { name: 'random' },
      objective: {
        command: ['sh', 'train.sh', "it's a {x} $(touch owned)"],
        graceSeconds: 1,
        environment: { PROJECT: user.folder },
      },
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { int: [1, 9] }, kind: { choice: ['plain'] } },
      ...(executor === undefined ? {} : { executor }),
      ...changes,
    }
  }

  const hold = (user: UserCodeBench, kind = 'plain') => user.write(`hold-${kind}`, '')
  const letGo = (user: UserCodeBench, kind = 'plain') =>
    rmSync(path.join(user.folder, `hold-${kind}`))
  const running = (user: UserCodeBench) => processesWith(`PROJECT=${user.folder}\0`)

  describe(`the promises of every executor: ${name}`, { timeout: 300_000 }, () => {
    it('runs programs as this computer does: values, lines, environment, files', async () => {
      const user = bench()
      const id = await user.create(study(user))
      open(user)
      await user.run(id)
      const executed = user.read(id)
      const localRun = isElsewhere ? await user.tune(study(user, { name: 'here' }, {})) : executed
      expect(
        executed.trials.flatMap(trial => trial.attempts.flatMap(({ failure }) => failure ?? [])),
      ).toEqual([])
      expect(executed.study.state).toBe('finished')
      expect(executed.trials).toHaveLength(4)
      for (const [number, trial] of executed.trials.entries()) {
        const { state, parameters, values, metrics, attempts } = trial
        expect({ state, values }).toEqual({ state: 'complete', values: [parameters['x']] })
        const local = localRun.trials[number]
        expect({ parameters, values }).toEqual({
          parameters: local?.parameters,
          values: local?.values,
        })
        expect(metrics['loss']).toEqual(local?.metrics['loss'])
        const [{ machine } = {}] = attempts
        if (machines.length === 0) expect(machine).toBeUndefined()
        else expect(machines).toContain(machine)
        const log = (of: number) =>
          readAttemptLog(user.workspace.artifactDirectory(of, number), 1)?.text
        expect(log(id)).toBe(log(localRun.study.id))
        expect(variables(user, id, number)).toEqual({
          ...variables(user, localRun.study.id, number),
          TUNEWRIGHT_STUDY: 'suite',
          TUNEWRIGHT_SLOT: String(attempts[0]?.slot),
        })
        expect(variables(user, id, number)).toMatchObject({
          TUNEWRIGHT_TRIAL: String(number),
          TUNEWRIGHT_ATTEMPT: '1',
          TUNEWRIGHT_PARAM_x: String(parameters['x']),
          TUNEWRIGHT_PARAM_kind: 'plain',
        })
      }
      expect(user.starts()).toHaveLength(isElsewhere ? 8 : 4)
      expect(artifacts(user, id).some(({ path: file }) => file.includes('owned'))).toBe(false)
      await expectTidy()
    })

    it('tells a failure, a pruned trial and the limit of time from one that is complete', async () => {
      const user = bench()
      hold(user, 'prune')
      hold(user, 'slow')
      const kinds = ['fail', 'prune', 'slow', 'plain']
      const id = await user.create(
        study(user, {
          space: { x: { int: [1, 9] }, kind: { choice: kinds } },
          enqueue: kinds.map(kind => ({ x: kind === 'prune' ? 9 : 2, kind })),
          pruner: { name: 'threshold', upper: 5 },
          timeout: { trialMinutes: 0.1 },
          retry: { code: 0, timeout: 0 },
        }),
      )
      open(user)
      await user.run(id)
      const { trials } = user.read(id)
      expect(trials.map(({ state }) => state)).toEqual(['failed', 'pruned', 'failed', 'complete'])
      const failureOf = (number: number) => trials[number]?.attempts.at(-1)?.failure
      expect(failureOf(0)).toMatchObject({
        class: 'code',
        reason: { code: 'error.command.exit', values: { exitCode: 7, tail: 'no such data' } },
      })
      expect(trials[1]).toMatchObject({ lastStep: 1 })
      expect(failureOf(2)).toMatchObject({
        class: 'timeout',
        reason: { code: 'failure.trialTimeLimit', values: { limitMs: 6_000 } },
      })
      await until(() => running(user).length === 0, 'end of all programs')
      await expectTidy()
    })

    it('ends a program that a person cancels, by force where it does not listen', async () => {
      const user = bench()
      hold(user, 'deaf')
      const space = { x: { int: [1, 9] as [number, number] }, kind: { choice: ['deaf'] } }
      const id = await user.create(study(user, { space, stop: { trials: 1 }, parallelTrials: 1 }))
      open(user)
      const runners: StudyRunner[] = []
      const run = user.run(id, { onRunner: runner => runners.push(runner) })
      await until(() => user.starts().length === 1, 'program that runs')
      runners[0]?.cancelTrial(0)
      await run
      expect(user.read(id).trials[0]).toMatchObject({ state: 'canceled' })
      await until(() => running(user).length === 0, 'end of the program')
      await expectTidy()
    })

    it('loses and doubles nothing when Tunewright is killed', async () => {
      const user = bench()
      hold(user)
      const id = await user.create(study(user))
      open(user)
      const script = fileURLToPath(new URL('../helpers/run-with-crash.ts', import.meta.url))
      const { databasePath, trustFile, machineFile } = user.workspace
      const child = execFile(
        process.execPath,
        [script, JSON.stringify({ databasePath, kill: null })],
        { env: { ...process.env, TUNEWRIGHT_TRUST: trustFile, TUNEWRIGHT_MACHINES: machineFile } },
      )
      const ended = new Promise(resolve => child.on('exit', (_, signal) => resolve(signal)))
      await until(() => user.starts().length === 2, 'two programs that run')
      child.kill('SIGKILL')
      expect(await ended).toBe('SIGKILL')
      if (!adopts) await until(() => running(user).length === 0, 'end of both programs')
      executorCase.whileKilled?.(user)
      letGo(user)
      await user.run(id)
      expectWhole(user, id)
      expect(user.starts()).toHaveLength(adopts ? 4 : 6)
      expect(artifacts(user, id)).toHaveLength(4)
      await expectTidy()
    })

    it.skipIf(lose === undefined)('hears nothing more of an attempt that was lost', async () => {
      const user = bench()
      hold(user)
      const quick = executorCase.elsewhere(IMPATIENT_SECONDS)
      const id = await user.create(study(user, { stop: { trials: 1 }, parallelTrials: 1 }, quick))
      open(user)
      const run = user.run(id)
      const attempts = () => user.read(id).trials[0]?.attempts ?? []
      await until(() => user.starts().length === 1, 'program that runs')
      await until(() => attempts()[0]?.machine !== undefined, 'name of its machine')
      const bringBack = await (lose as NonNullable<typeof lose>)(attempts()[0]?.machine ?? '')
      await until(() => user.starts().length === 2, 'second attempt')
      await bringBack()
      letGo(user)
      await run
      const [trial] = user.read(id).trials
      expect(trial?.attempts).toMatchObject([
        { failure: { class: 'device', reason: { code: 'error.machine.lost' } } },
        { state: 'complete', failure: null },
      ])
      expect(trial?.metrics['loss']?.steps).toEqual([1, 2, 3, 4])
      expect(variables(user, id, 0)).toMatchObject({ TUNEWRIGHT_ATTEMPT: '2' })
      expect(artifacts(user, id)).toHaveLength(1)
      // The next session with those that were lost tidies up there, whichever study it runs.
      await user.tune(study(user, { name: 'next', stop: { trials: 2 } }))
      await expectTidy()
    })
  })
}

function artifacts(user: UserCodeBench, id: number): readonly ArtifactRecord[] {
  const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
  try {
    return store.artifacts(id)
  } finally {
    store.close()
  }
}

/** Those that a program found; of paths only that they are some. */
function variables(user: UserCodeBench, id: number, number: number): Record<string, string> {
  const artifact = artifacts(user, id).find(({ trialNumber }) => trialNumber === number)
  const lines = readFileSync(artifact?.path ?? '', 'utf8')
    .trim()
    .split('\n')
  return Object.fromEntries(
    lines
      .map(line => line.split('=') as [string, string])
      // Of this test's own process.
      .filter(([name]) => process.env[name] === undefined && !ofMachines.includes(name))
      .map(([name, value]) => [name, value.startsWith('/') ? '/' : value]),
  )
}

/** What tests set for a machine, or a worker. */
const ofMachines: readonly string[] = ['TUNEWRIGHT_NODE', 'TUNEWRIGHT_MACHINES', 'TUNEWRIGHT_TRUST']

/** Four trials that are complete, once each, though the first two were left in the middle. */
export function expectWhole(user: UserCodeBench, id: number): void {
  const { trials } = user.read(id)
  expect(trials.map(({ state, values }) => [state, values])).toEqual(
    trials.map(({ parameters }) => ['complete', [parameters['x']]]),
  )
  expect(trials).toHaveLength(4)
  for (const number of [0, 1]) {
    const states = trials[number]?.attempts.map(({ state }) => state)
    expect(states).toEqual(['interrupted', 'complete'])
    const log = readAttemptLog(user.workspace.artifactDirectory(id, number), 2)?.text
    expect(log).toContain('{"step": 4, ')
  }
  for (const { metrics } of trials) expect(metrics['loss']?.steps).toEqual([1, 2, 3, 4])
}
