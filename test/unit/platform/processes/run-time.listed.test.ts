import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { expect, it, vi } from 'vitest'
import { ListedProcesses } from '../../../../src-main/platform/processes/run-time.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

it.skipIf(isSkipped('proc'))(
  'a stopped process is found in the list of ps, also below another',
  async () => {
    const parent = spawn('sh', ['-c', 'sleep 100 & echo $!; wait'])
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const child = Number(line)
    const listed = new ListedProcesses()
    const isHalted = () => listed.isHalted(parent.pid ?? 0)
    try {
      expect(isHalted()).toBe(false)
      process.kill(child, 'SIGSTOP')
      await vi.waitUntil(isHalted, { timeout: 30_000, interval: 100 })
      process.kill(child, 'SIGCONT')
      await vi.waitUntil(() => !isHalted(), { timeout: 30_000, interval: 100 })
    } finally {
      process.kill(child, 'SIGKILL')
      parent.kill('SIGKILL')
    }
  },
  60_000,
)
