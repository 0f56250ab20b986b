import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { checkExecutor } from '../../../src-main/running/executors/check-executor.ts'
import { checkUserCode } from '../../../src-main/features/studies/node/check-user-code.ts'
import { readAttemptLog } from '../../../src-main/platform/user-code/attempt-log.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { findPython, UserCodeBench } from '../../helpers/user-code-study.ts'

/** Programs that run trial after trial in one process. */
const scratch = useScratchFolders()
const python = findPython()

const program = `
import os, signal, sys, time
import tunewright
time.sleep(float(os.environ.get("START", "0")))
kept = []
for trial in tunewright.trials():
    print("process", os.getpid(), flush=True)
    if trial.number == 2 and os.environ.get("FATE") == "raise":
        raise RuntimeError("this trial alone")
    if trial.number == 2 and os.environ.get("FATE") == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if trial.number == 1 and os.environ.get("FATE") == "grow":
        kept.append(b"1" * 700_000_000)
        time.sleep(0.1)
    if trial.number == 3 and os.environ.get("FATE") == "hang":
        time.sleep(60)
    for epoch in range(1, 6):
        trial.report(epoch, loss=trial.x + 1 / epoch)
        if trial.should_stop():
            print("told to stop", flush=True)
            break
`

function study(
  fate: string,
  changes: Partial<StudySpecificationInput> = {},
): StudySpecificationInput {
  return {
    name: fate,
    objective: {
      command: [python ?? '', 'train.py'],
      files: ['tunewright.py'],
      environment: { FATE: fate },
      graceSeconds: 1,
      serves: true,
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    sampler: { name: 'random' },
    retry: { killed: 0 },
    stop: { trials: 6 },
    ...changes,
  }
}

async function tune(fate: string, changes: Partial<StudySpecificationInput> = {}) {
  const bench = new UserCodeBench(scratch())
  bench.copySample('tunewright.py')
  bench.write('train.py', program)
  const id = await bench.create(study(fate, changes))
  await bench.run(id)
  const { trials } = bench.read(id)
  const logs = trials.map(
    ({ number }) => readAttemptLog(bench.workspace.artifactDirectory(id, number), 1)?.text ?? '',
  )
  return {
    trials,
    logs,
    states: trials.map(({ state }) => state),
    processes: logs.map(text => /^process (\d+)$/m.exec(text)?.[1]),
  }
}

describe.skipIf(python === null)('a program that serves', () => {
  it('runs all trials of a slot in one process, with the results of one process each', async () => {
    const served = await tune('calm', { parallelTrials: 2 })
    expect(served.states).toEqual(Array.from({ length: 6 }, () => 'complete'))
    expect(new Set(served.processes).size).toBeLessThanOrEqual(2)
    const { objective } = study('calm')
    const alone = await tune('calm', { objective: { ...objective, serves: false } as never })
    expect(new Set(alone.processes).size).toBe(6)
    const results = ({ trials }: typeof served) =>
      trials.map(({ values, metrics, parameters }) => ({ values, metrics, parameters }))
    expect(results(served)).toEqual(results(alone))
    expect(served.logs.join('\n')).not.toContain('"tunewright"')
  })

  it.each([
    ['raise', 'this trial alone'],
    ['kill', 'SIGKILL'],
  ])('loses one trial to %s, and another process goes on', async (fate, words) => {
    const { trials, states, processes } = await tune(fate)
    expect(states.filter(state => state === 'complete')).toHaveLength(5)
    expect(states[2]).toBe('failed')
    expect(JSON.stringify(trials[2])).toContain(words)
    expect(processes[0]).toBe(processes[1])
    expect(processes[3]).not.toBe(processes[0])
    expect(processes[5]).toBe(processes[3])
  })

  it('goes on in the same process after a trial was pruned', async () => {
    const { states, processes } = await tune('calm', {
      pruner: { name: 'threshold', upper: 1.2 },
      stop: { trials: 8 },
    })
    expect(states).toContain('pruned')
    expect(new Set(processes).size).toBe(1)
  })

  it('gets another process where it has grown, hangs or holds too much', async () => {
    const grown = await tune('grow')
    expect(grown.states).toEqual(Array.from({ length: 6 }, () => 'complete'))
    expect(grown.processes[1]).toBe(grown.processes[0])
    expect(grown.processes[2]).not.toBe(grown.processes[0])
    const hung = await tune('hang', { timeout: { trialMinutes: 0.05 } })
    expect(hung.states[3]).toBe('failed')
    expect(hung.states.filter(state => state === 'complete')).toHaveLength(5)
  })

  it('has the time of a trial from when it takes it, not while it starts', async () => {
    const { objective } = study('calm')
    const slow = { ...objective, environment: { FATE: 'calm', START: '4' } } as never
    const { states } = await tune('calm', {
      objective: slow,
      timeout: { trialMinutes: 0.05 },
      stop: { trials: 2 },
    })
    expect(states).toEqual(['complete', 'complete'])
  })
})

it('cannot name what differs between its trials', () => {
  const objective = { command: ['python3', 'train.py', '--rate={rate}'], serves: true }
  expect(checkUserCode(objective, { rate: { float: [0, 1] } })).toEqual([
    {
      path: ['objective', 'command', 2],
      value: '--rate={rate}',
      rule: msg('rule.servesFilled', { name: 'rate' }),
    },
  ])
  const served = { objective: { ...objective, command: ['a'] }, parallelTrials: 1 }
  expect(checkExecutor({ ...served, executor: { slurm: {} } })).toEqual([
    {
      path: ['objective', 'serves'],
      value: true,
      rule: msg('rule.executorServes', { executor: 'slurm' }),
    },
  ])
})
