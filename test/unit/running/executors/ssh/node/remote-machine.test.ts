import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect, it, vi } from 'vitest'
import { DiscardedJobs } from '../../../../../../src-main/running/executors/ssh/node/discarded-jobs.ts'
import { RemoteMachine } from '../../../../../../src-main/running/executors/ssh/node/remote-machine.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()

afterEach(() => vi.unstubAllEnvs())

it.skipIf(isSkipped('shell'))('after its session a machine is not connected to again', async () => {
  const folder = scratch()
  const called = path.join(folder, 'called')
  writeFileSync(path.join(folder, 'ssh'), `#!/bin/sh\n: > '${called}'\n`, { mode: 0o700 })
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`)
  const box = { name: 'box', host: 'box', workspace: '~/x' }
  const machine = new RemoteMachine(box, 100, new DiscardedJobs(path.join(folder, 'discarded')))
  await machine.finish()
  await expect(machine.order('echo late')).rejects.toMatchObject({ code: 'machine.lost' })
  expect(existsSync(called)).toBe(false)
})
