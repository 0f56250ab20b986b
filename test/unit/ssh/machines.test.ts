import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import {
  executorSchema,
  machineSchema,
  type SshSettings,
} from '../../../src-main/contract/executor.ts'
import { parseWithProblems } from '../../../src-main/core/errors/schema-problems.ts'
import { newQueueKey, QueueFile } from '../../../src-main/queue/queue-file.ts'
import { MachinePlaces } from '../../../src-main/running/ssh/machine-places.ts'
import { parseReadings } from '../../../src-main/running/ssh/remote-job.ts'
import { holdsSecrets } from '../../../src-main/platform/storage/workspace.ts'
import { MachineFile } from '../../../src-main/ssh/machine-file.ts'
import { executorProblems } from '../../../src-main/study/check-executor.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const adder = fileURLToPath(new URL('../../helpers/add-machines.ts', import.meta.url))

it('machines are added once, found by name, and forgotten', () => {
  const file = new MachineFile(path.join(scratch(), 'machines.json'))
  file.add({ name: 'box2', host: 'me@box2' })
  expect(file.list()).toEqual([{ name: 'box2', host: 'me@box2', workspace: '~/tunewright' }])
  expect(() => file.add({ name: 'box2', host: 'other' })).toThrow(/machine.taken/)
  expect(() => file.find('box3')).toThrow(/machine.unknown/)
  file.remove('box2')
  expect(file.list()).toEqual([])
})

it('no destination is an option of ssh', () => {
  for (const host of ['-oProxyCommand=x', 'a b', '', 'a\nb']) {
    expect(machineSchema.safeParse({ name: 'x', host }).success, host).toBe(false)
  }
  for (const workspace of ['relative', '~', '~other/x', '/a\nb']) {
    expect(machineSchema.safeParse({ name: 'x', host: 'x', workspace }).success).toBe(false)
  }
})

it('an executor is refused with what it does not go together with', () => {
  const rulesOf = (
    executor: unknown,
    objective: Readonly<Record<string, unknown>>,
    slots: number,
    gpus?: number,
  ) =>
    executorProblems(executor, { objective, slots, gpus }).map(({ path: at, rule }) => [
      at.join('.'),
      rule.code,
    ])
  const one = { ssh: [{ host: 'a', slots: 2 }] }
  expect(rulesOf(one, { command: ['x'] }, 2)).toEqual([])
  expect(rulesOf(one, { command: ['x'] }, 3)).toEqual([['slots', 'rule.executorSlots']])
  for (const objective of [{ task: 'image' }, { module: 'x.ts' }, { function: 'branin' }]) {
    expect(rulesOf(one, objective, 1)).toEqual([])
  }
  expect(rulesOf(one, { external: true }, 1)).toEqual([['executor.ssh', 'rule.executorPrograms']])
  const onGpu = { objective: { task: 'image' }, slots: 1, gpus: undefined, engine: 'tensorflow' }
  expect(executorProblems(one, onGpu)).toMatchObject([
    { path: ['engine'], rule: { code: 'rule.executorEngine' } },
  ])
  expect(rulesOf(one, { command: ['x'], resumes: true, slurm: {} }, 1)).toEqual([
    ['objective.slurm', 'rule.executorOr'],
  ])
  expect(rulesOf({ ssh: [{ host: 'a' }, { host: 'a' }] }, { command: ['x'] }, 1)).toEqual([
    ['executor.ssh.1.host', 'rule.executorOnce'],
  ])
  expect(rulesOf({ here: 2, ...one }, { command: ['x'] }, 4)).toEqual([])
  expect(rulesOf({ here: 2, ...one }, { command: ['x'] }, 5)).toEqual([
    ['slots', 'rule.executorSlots'],
  ])
  expect(rulesOf({ here: 2 }, { command: ['x'] }, 1)).toEqual([['executor', 'rule.executorOne']])
  const queue = { url: 'rediss://broker:6380' }
  expect(rulesOf({ here: 2, queue }, { command: ['x'] }, 1)).toEqual([
    ['executor.here', 'rule.executorHere'],
  ])
  expect(rulesOf({ queue }, { command: ['x'] }, 60)).toEqual([])
  expect(rulesOf({ queue }, { function: 'branin' }, 1)).toEqual([])
  for (const elsewhere of [{ queue, ...one }, {}]) {
    expect(rulesOf(elsewhere, { command: ['x'] }, 1)).toEqual([['executor', 'rule.executorOne']])
  }
  for (const objective of [{ task: 'image' }, { module: 'x.ts' }]) {
    expect(rulesOf({ queue }, objective, 1)).toEqual([])
  }
  expect(rulesOf({ queue }, { external: true }, 1)).toEqual([
    ['executor.queue', 'rule.executorQueued'],
  ])
  expect(rulesOf({ queue }, { command: ['x'], resumes: true, serves: true }, 1, 2)).toEqual([
    ['objective.resumes', 'rule.checkpointElsewhere'],
    ['objective.serves', 'rule.executorOr'],
    ['gpus', 'rule.gpusQueue'],
  ])
})

it('an address with a password is refused, and nobody is shown the password', () => {
  const secret = 'p@ss-word'
  const slash = `rediss://:a/${secret} "x"@broker`
  for (const url of [`redis://me:${secret}@127.0.0.1:1`, `rediss://:${secret}@broker`, slash]) {
    const parsed = parseWithProblems(executorSchema, { queue: { url } }, ['executor'])
    expect(parsed.ok).toBe(false)
    expect(JSON.stringify(parsed)).not.toContain('word')
  }
  for (const url of ['redis://broker:6379', 'http://x', 'rediss://a b', 'redis://127.0.0.1.evil']) {
    expect(executorSchema.safeParse({ queue: { url } }).success, url).toBe(false)
  }
  for (const url of ['redis://localhost', 'redis://[::1]:7', 'rediss://10.0.0.7:6380/3']) {
    expect(executorSchema.safeParse({ queue: { url } }).success, url).toBe(true)
  }
})

it('machines and queues of one file leave each other alone', () => {
  const place = path.join(scratch(), 'machines.json')
  const [machines, queues] = [new MachineFile(place), new QueueFile(place)]
  machines.add({ name: 'a', host: 'a' })
  const known = { url: 'rediss://broker', key: newQueueKey(), password: 'x' }
  queues.add(known)
  machines.add({ name: 'b', host: 'b' })
  expect(queues.list()).toEqual([known])
  expect(() => queues.add(known)).toThrow(/queue.taken/)
  queues.remove(known.url)
  expect(() => queues.find(known.url)).toThrow(/queue.unknown/)
  expect(machines.list().map(({ name }) => name)).toEqual(['a', 'b'])
  expect(holdsSecrets(place)).toBe(true)
})

it(
  'of several commands at once, none loses what another one adds',
  { timeout: 60_000 },
  async () => {
    const place = path.join(scratch(), 'machines.json')
    const adding = ['a', 'b', 'c'].map(async name => {
      const program = spawn(process.execPath, [adder, place, name, '12'], { stdio: 'inherit' })
      return new Promise(resolve => program.once('exit', resolve))
    })
    new QueueFile(place).add({ url: 'rediss://broker', key: newQueueKey(), password: 'x' })
    expect(await Promise.all(adding)).toEqual([0, 0, 0])
    const names = new MachineFile(place).list().map(({ name }) => name)
    expect(new Set(names).size).toBe(36)
    expect(new QueueFile(place).list()).toHaveLength(1)
  },
)

it('the least busy machine takes the next trial, and one that fails is asked last', async () => {
  const settings = executorSchema.parse({
    ssh: [{ host: 'a', slots: 4, gpus: 2 }, { host: 'b' }],
  }) as SshSettings
  const places = new MachinePlaces({ settings })
  const take = async () => places.take(() => true)
  expect(await take()).toEqual({ host: 'a', place: 0, gpus: [0] })
  expect(await take()).toEqual({ host: 'b', place: 0, gpus: [] })
  expect(await take()).toEqual({ host: 'a', place: 1, gpus: [1] })
  expect(await take()).toEqual({ host: 'a', place: 2, gpus: [0] })
  places.release({ host: 'a', place: 1 })
  expect(await take()).toEqual({ host: 'a', place: 1, gpus: [1] })
  expect(await places.take(() => false)).toBeNull()
})

it('answers about jobs are taken apart to the byte', () => {
  const answer = Buffer.from('running\n3\na\nb0\nended 7\n0\n2\n\n\n')
  expect(parseReadings(answer, 2)).toEqual([
    { state: 'running', code: null, output: Buffer.from('a\nb'), errors: Buffer.alloc(0) },
    { state: 'ended', code: 7, output: Buffer.alloc(0), errors: Buffer.from('\n\n') },
  ])
  expect(() => parseReadings(answer.subarray(0, 12), 2)).toThrow()
})
