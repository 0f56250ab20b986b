import { expect, it } from 'vitest'
import { checkExecutor } from '../../../../src-main/running/executors/check-executor.ts'
import { jobQueue as jobQueueDefinition } from '../../../../src-main/running/executors/job-queue/common/definition.ts'
import { parseWithProblems } from '../../../../src-main/core/errors/schema-problems.ts'

const rulesOf = (
  executor: unknown,
  objective: Readonly<Record<string, unknown>>,
  parallelTrials: number,
  others: Readonly<Record<string, unknown>> = {},
) =>
  checkExecutor({ executor, objective, parallelTrials, ...others }).map(({ path: at, rule }) => [
    at.join('.'),
    rule.code,
  ])
const ssh = { machines: [{ host: 'a', slots: 2 }] }
const jobQueue = { url: 'rediss://broker:6380' }
const command = { command: ['x'] }

it('an executor is refused with what it does not go together with', () => {
  expect(rulesOf({ ssh }, command, 2)).toEqual([])
  expect(rulesOf({ ssh }, command, 3)).toEqual([['parallelTrials', 'rule.executorSlots']])
  for (const objective of [{ task: 'image' }, { module: 'x.ts' }, { function: 'branin' }]) {
    expect(rulesOf({ ssh }, objective, 1)).toEqual([])
    expect(rulesOf({ jobQueue }, objective, 1)).toEqual([])
    expect(rulesOf({ slurm: {} }, objective, 1)).toEqual([
      ['executor.slurm', 'rule.executorObjective'],
    ])
  }
  for (const [name, executor] of Object.entries({ ssh, jobQueue, slurm: {}, local: {} })) {
    expect(rulesOf({ [name]: executor }, { external: true }, 1)).toEqual([
      [`executor.${name}`, 'rule.executorObjective'],
    ])
  }
  expect(rulesOf({ ssh }, { task: 'image' }, 1, { engine: 'tensorflow' })).toEqual([
    ['engine', 'rule.sshEngine'],
  ])
  expect(rulesOf({ ssh: { machines: [{ host: 'a' }, { host: 'a' }] } }, command, 1)).toEqual([
    ['executor.ssh.machines.1.host', 'rule.sshOnce'],
  ])
  expect(rulesOf({ ssh }, { ...command, resumes: true, serves: true }, 1)).toEqual([
    ['objective.serves', 'rule.executorServes'],
  ])
  expect(rulesOf({ jobQueue }, command, 60)).toEqual([])
  const resumingCommand = { ...command, resumes: true, serves: true }
  expect(rulesOf({ jobQueue }, resumingCommand, 1, { gpus: 2 })).toEqual([
    ['objective.serves', 'rule.executorServes'],
    ['objective.resumes', 'rule.executorCheckpoints'],
    ['gpus', 'rule.jobQueueGpus'],
  ])
  expect(rulesOf({ slurm: {} }, command, 1, { gpus: 0.5 })).toEqual([['gpus', 'rule.slurmGpus']])
})

it('GPUs of machines are a number that suffices for their slots', () => {
  const machines = [{ host: 'a', slots: 2, gpus: 2 }, { host: 'b' }]
  expect(rulesOf({ ssh: { machines } }, command, 1, { gpus: [[0]] })).toEqual([
    ['gpus', 'rule.sshGpuSets'],
  ])
  expect(rulesOf({ ssh: { machines } }, command, 1, { gpus: 2 })).toEqual([
    ['executor.ssh.machines.0.slots', 'rule.gpuSlots'],
    ['executor.ssh.machines.1.slots', 'rule.gpuSlots'],
  ])
})

it('this computer runs trials beside machines, and beside nothing else', () => {
  expect(rulesOf({ local: {} }, command, 4)).toEqual([])
  expect(rulesOf({ local: { slots: 2 } }, command, 3)).toEqual([
    ['parallelTrials', 'rule.executorSlots'],
  ])
  expect(rulesOf({ local: { slots: 2 }, ssh }, command, 4)).toEqual([])
  expect(rulesOf({ local: { slots: 2 }, ssh }, command, 5)).toEqual([
    ['parallelTrials', 'rule.executorSlots'],
  ])
  expect(rulesOf({ local: {}, ssh }, command, 64)).toEqual([])
  for (const other of [{ jobQueue }, { slurm: {} }]) {
    expect(rulesOf({ local: {}, ...other }, command, 1)).toEqual([
      ['executor.local', 'rule.executorMixture'],
    ])
  }
  expect(rulesOf({ ssh, jobQueue }, command, 1)).toEqual([
    ['executor.jobQueue', 'rule.executorMixture'],
  ])
})

it('an executor has a name that is known, and options of its own', () => {
  expect(rulesOf({}, command, 1)).toEqual([['executor', 'rule.executorNone']])
  expect(rulesOf({ sshh: ssh }, command, 1)).toEqual([['executor.sshh', 'rule.unknownName']])
  expect(rulesOf({ ssh: { ...ssh, slot: 1 } }, command, 1)).toEqual([
    ['executor.ssh.slot', 'rule.unknownName'],
  ])
  expect(rulesOf(undefined, command, 64)).toEqual([])
})

it('a search that continues from checkpoints needs an executor that brings them back', () => {
  const task = { task: 'image' }
  for (const search of [{ pruner: { name: 'promotion' } }, { sampler: { name: 'pbt' } }]) {
    const path = 'pruner' in search ? 'pruner.name' : 'sampler.name'
    expect(rulesOf({ jobQueue }, task, 1, search)).toEqual([[path, 'rule.executorCheckpoints']])
    expect(rulesOf({ ssh }, task, 1, search)).toEqual([])
  }
})

it('an address with a password is refused, and nobody is shown the password', () => {
  const secret = 'p@ss-word'
  const slash = `rediss://:a/${secret} "x"@broker`
  const { optionsSchema } = jobQueueDefinition
  for (const url of [`redis://me:${secret}@127.0.0.1:1`, `rediss://:${secret}@broker`, slash]) {
    const parsed = parseWithProblems(optionsSchema, { url }, ['executor'])
    expect(parsed.ok).toBe(false)
    expect(JSON.stringify(parsed)).not.toContain('word')
  }
  for (const url of ['redis://broker:6379', 'http://x', 'rediss://a b', 'redis://127.0.0.1.evil']) {
    expect(optionsSchema.safeParse({ url }).success, url).toBe(false)
  }
  for (const url of ['redis://localhost', 'redis://[::1]:7', 'rediss://10.0.0.7:6380/3']) {
    expect(optionsSchema.safeParse({ url }).success, url).toBe(true)
  }
})
