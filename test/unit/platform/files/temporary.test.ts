import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect, it, vi } from 'vitest'
import {
  isRunning,
  removePartsOf,
  replaceFileSync,
  temporaryBeside,
  temporaryFolder,
} from '../../../../src-main/platform/files/temporary.ts'
import { writeOutput } from '../../../../src-main/platform/files/write-output.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const { platform } = process

afterEach(() => {
  vi.restoreAllMocks()
  Object.defineProperty(process, 'platform', { value: platform })
})

it('no two writers of one file share a temporary name', async () => {
  const target = path.join(scratch(), 'checks.json')
  const names = Array.from({ length: 1_000 }, () => temporaryBeside(target))
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(path.dirname(name)).toBe(path.dirname(target))
  await Promise.all(['a', 'b', 'c'].map(async text => writeOutput(target, text.repeat(100_000))))
  expect(readFileSync(target, 'utf8')).toMatch(/^(a+|b+|c+)$/)
  replaceFileSync(target, 'd')
  expect(readdirSync(path.dirname(target))).toEqual(['checks.json'])
})

it('what a killed writer left goes, what a living one writes stays', () => {
  const target = path.join(scratch(), 'job.json')
  const ownFile = temporaryBeside(target)
  const dead = `${target}.9999999-0123abcd.part`
  for (const file of [ownFile, dead]) writeFileSync(file, '')
  removePartsOf(target)
  expect(readdirSync(path.dirname(target))).toEqual([path.basename(ownFile)])
})

it.skipIf(isSkipped('proc'))(
  'a process that has ended runs no more, even if nobody asks for its end',
  async () => {
    // The shell becomes a program that never asks for the end of its child, which ends only then.
    const child = 'while [ "$(cat /proc/$$/comm)" = sh ]; do sleep 0.01; done'
    const parent = spawn('sh', ['-c', `(${child}) & echo $!; exec sleep 60`])
    try {
      const [text] = (await once(parent.stdout, 'data')) as [Buffer]
      await vi.waitUntil(() => !isRunning(Number(text)), { timeout: 30_000 })
      expect(existsSync(`/proc/${Number(text)}`)).toBe(true)
      expect(isRunning(parent.pid ?? 0)).toBe(true)
    } finally {
      parent.kill()
    }
  },
)

it('what a killed writer of an output left goes with the next one, and what SQLite wrote beside it', async () => {
  const target = path.join(scratch(), 'report.html')
  const plant = (): void => {
    for (const ending of ['', '-journal', '-wal', '-shm', '.lock', '.lock-journal'])
      writeFileSync(`${target}.9999999-0123abcd.part${ending}`, '')
  }
  plant()
  await writeOutput(target, 'whole')
  expect(readdirSync(path.dirname(target))).toEqual(['report.html'])
  plant()
  replaceFileSync(target, 'whole')
  expect(readdirSync(path.dirname(target))).toEqual(['report.html'])
})

it.each([
  ['win32', 'SIGHUP', 'SIGTERM'],
  ['win32', 'SIGBREAK', 'SIGTERM'],
  ['linux', 'SIGINT', 'SIGINT'],
] as const)(
  'nothing temporary stays on %s after %s, which ends the process',
  (system, signal, sent) => {
    const folder = temporaryFolder('signal')
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
    Object.defineProperty(process, 'platform', { value: system })
    process.emit(signal)
    expect(existsSync(folder)).toBe(false)
    expect(kill.mock.calls).toEqual([[process.pid, sent]])
  },
)
