import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it, vi } from 'vitest'
import {
  directoryVariable,
  killLeftOver,
} from '../../../src-main/platform/user-code/kill-left-over.ts'
import { isRunning } from '../../../src-main/platform/files/temporary.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const supervisor = path.resolve(import.meta.dirname, '../../../src-main/entry-points/supervisor.ts')

/** Linux has what it takes; elsewhere the supervisor is all there is. */
it.skipIf(isSkipped('proc'))(
  'a daemon without environment is found after its program and its supervisor were killed',
  async () => {
    const folder = scratch()
    const running = spawn(process.execPath, [supervisor], {
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    })
    const script = `setsid env -i sh -c 'echo $$ > ${folder}/daemon; exec sleep 600' & sleep 600`
    const start = {
      type: 'start',
      program: '/bin/sh',
      parameters: ['-c', script],
      directory: folder,
      environment: { PATH: process.env['PATH'], [directoryVariable]: folder },
      limits: { processes: 100 },
    }
    running.stdin?.write(`${JSON.stringify(start)}\n`)
    const read = (name: string): string => {
      const file = path.join(folder, name)
      return existsSync(file) ? readFileSync(file, 'utf8') : ''
    }
    await vi.waitUntil(
      () => read('daemon') !== '' && read('processes').includes(`${read('daemon').trim()} `),
      { timeout: 60_000 },
    )
    const daemon = Number(read('daemon'))
    const others = read('processes')
      .trim()
      .split('\n')
      .map(line => Number.parseInt(line, 10))
    running.kill('SIGKILL')
    for (const pid of others) if (pid !== daemon) process.kill(pid, 'SIGKILL')
    await vi.waitUntil(() => !isRunning(running.pid ?? 0), { timeout: 60_000 })
    expect(isRunning(daemon)).toBe(true)
    expect(killLeftOver(folder)).toBeGreaterThan(0)
    await vi.waitUntil(
      () =>
        !existsSync(`/proc/${daemon}/stat`) ||
        / Z /.test(readFileSync(`/proc/${daemon}/stat`, 'latin1')),
      { timeout: 60_000 },
    )
    expect(killLeftOver(folder)).toBe(0)
  },
  120_000,
)
