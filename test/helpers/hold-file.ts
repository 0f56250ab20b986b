import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers'
import process from 'node:process'

/** Whether a process may keep others from a file, as virus scanners on Windows do. */
export const canHoldFiles = process.platform === 'win32'

const GENERIC_READ = 0x8000_0000
const OPEN_EXISTING = 3

/** Holds a file in a process of its own, for a time or until that is killed. */
export async function holdFile(file: string, durationMs = 3_600_000): Promise<ChildProcess> {
  const words = [import.meta.filename, file, String(durationMs)]
  const holder = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [message] = (await once(holder, 'message')) as unknown[]
  if (message !== 'held') throw new Error(`${file} is not held`)
  return holder
}

if (process.argv[1] === import.meta.filename) {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const open = koffi
    .load('kernel32.dll')
    .func('CreateFileW', 'intptr_t', [
      'str16',
      'uint32',
      'uint32',
      'void *',
      'uint32',
      'uint32',
      'intptr_t',
    ])
  const [, , file = '', durationMs = ''] = process.argv
  const handle = Number(open(file, GENERIC_READ, 0, null, OPEN_EXISTING, 0, 0))
  process.send?.(handle === -1 ? 'not held' : 'held')
  setTimeout(() => {
    process.exit()
  }, Number(durationMs))
}
