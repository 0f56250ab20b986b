import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { machineSchema } from '../../../../src-main/core/machine/machines.ts'
import { ssh } from '../../../../src-main/running/executors/ssh/common/definition.ts'
import {
  newJobQueueKey,
  JobQueueFile,
} from '../../../../src-main/running/executors/job-queue/node/job-queue-file.ts'
import { MachineSlots } from '../../../../src-main/running/executors/ssh/node/machine-slots.ts'
import { parseReadings } from '../../../../src-main/running/executors/ssh/node/remote-job.ts'
import { holdsSecrets } from '../../../../src-main/platform/storage/workspace.ts'
import { MachineFile } from '../../../../src-main/platform/ssh/machine-file.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const adder = fileURLToPath(new URL('../../../helpers/add-machines.ts', import.meta.url))

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

it('machines and queues of one file leave each other alone', () => {
  const file = path.join(scratch(), 'machines.json')
  const [machines, jobQueues] = [new MachineFile(file), new JobQueueFile(file)]
  machines.add({ name: 'a', host: 'a' })
  const registered = { url: 'rediss://broker', key: newJobQueueKey(), password: 'x' }
  jobQueues.add(registered)
  machines.add({ name: 'b', host: 'b' })
  expect(jobQueues.list()).toEqual([registered])
  expect(() => jobQueues.add(registered)).toThrow(/jobQueue.taken/)
  jobQueues.remove(registered.url)
  expect(() => jobQueues.find(registered.url)).toThrow(/jobQueue.unknown/)
  expect(machines.list().map(({ name }) => name)).toEqual(['a', 'b'])
  expect(holdsSecrets(file)).toBe(true)
})

it(
  'of several commands at once, none loses what another one adds',
  { timeout: 60_000 },
  async () => {
    const file = path.join(scratch(), 'machines.json')
    const adding = ['a', 'b', 'c'].map(async name => {
      const program = spawn(process.execPath, [adder, file, name, '12'], { stdio: 'inherit' })
      return new Promise(resolve => program.once('exit', resolve))
    })
    new JobQueueFile(file).add({ url: 'rediss://broker', key: newJobQueueKey(), password: 'x' })
    expect(await Promise.all(adding)).toEqual([0, 0, 0])
    const names = new MachineFile(file).list().map(({ name }) => name)
    expect(new Set(names).size).toBe(36)
    expect(new JobQueueFile(file).list()).toHaveLength(1)
  },
)

it('the least busy machine takes the next trial, and one that fails is asked last', async () => {
  const options = ssh.optionsSchema.parse({
    machines: [{ host: 'a', slots: 4, gpus: 2 }, { host: 'b' }],
  })
  const slots = new MachineSlots({ options })
  const take = async () => slots.take(() => true)
  expect(await take()).toEqual({ host: 'a', slot: 0, gpus: [0] })
  expect(await take()).toEqual({ host: 'b', slot: 0, gpus: [] })
  expect(await take()).toEqual({ host: 'a', slot: 1, gpus: [1] })
  expect(await take()).toEqual({ host: 'a', slot: 2, gpus: [0] })
  slots.release({ host: 'a', slot: 1 })
  expect(await take()).toEqual({ host: 'a', slot: 1, gpus: [1] })
  expect(await slots.take(() => false)).toBeNull()
})

it('answers about jobs are taken apart to the byte', () => {
  const answer = Buffer.from('running\n3\na\nb0\nended 7\n0\n2\n\n\n')
  expect(parseReadings(answer, 2)).toEqual([
    { state: 'running', code: null, output: Buffer.from('a\nb'), errors: Buffer.alloc(0) },
    { state: 'ended', code: 7, output: Buffer.alloc(0), errors: Buffer.from('\n\n') },
  ])
  expect(() => parseReadings(answer.subarray(0, 12), 2)).toThrow()
})
