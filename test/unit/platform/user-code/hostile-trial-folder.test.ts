import { execFileSync, spawn } from 'node:child_process'
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { readAttemptLog } from '../../../../src-main/platform/user-code/attempt-log.ts'
import { noteProcesses } from '../../../../src-main/platform/user-code/kill-left-over.ts'
import { createRedactor } from '../../../../src-main/platform/user-code/redact.ts'
import { ReportTrack } from '../../../../src-main/platform/user-code/report-track.ts'
import { readRegular } from '../../../../src-main/platform/files/read-regular.ts'
import { linuxSystem } from '../../../../src-main/platform/processes/system/linux-system.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const pipe = (file: string): void => {
  execFileSync('mkfifo', [file])
}

/** What a program puts into the folder of its trial keeps nobody waiting: a test that waits runs into its limit. */
describe.skipIf(isSkipped('devices'))('in the folder of a trial', () => {
  it('a pipe or a device in the place of a part of the log is left out', () => {
    const folder = scratch()
    writeFileSync(path.join(folder, 'attempt-1.output.000000000000'), 'said\n')
    pipe(path.join(folder, 'attempt-1.output.000000000005'))
    symlinkSync('/dev/zero', path.join(folder, 'attempt-1.output.000000000006'))
    expect(readAttemptLog(folder, 1)).toEqual({ attempt: 1, text: 'said\n', leftOutBytes: 0 })
  })

  it.each([
    ['a pipe', pipe],
    ['a link', (file: string) => symlinkSync(path.join(path.dirname(file), 'other'), file)],
  ])('%s in the place of the list of processes gives way', (_, put) => {
    const folder = scratch()
    const list = path.join(folder, 'processes')
    put(list)
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
    try {
      noteProcesses(folder, linuxSystem.list(process.pid))
      expect(lstatSync(list).isFile()).toBe(true)
      expect(readFileSync(list, 'utf8')).toContain(`${child.pid} `)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it.each([
    ['a pipe', pipe],
    ['a device', (file: string) => symlinkSync('/dev/zero', file)],
    ['a folder', (file: string) => void mkdirSync(file)],
    ['a large file', (file: string) => writeFileSync(file, Buffer.alloc(101))],
  ])('%s is not read as results', async (_, put) => {
    const file = path.join(scratch(), 'results')
    put(file)
    await expect(async () => Promise.resolve(readRegular(file, 100))).rejects.toThrow()
  })
})

it('secrets of several lines are taken out line by line', () => {
  const key = '-----BEGIN X-----\nAAAASECRETLINE1\nBBBBSECRETLINE2\n-----END X-----\n'
  const redact = createRedactor({ MY_PRIVATE_KEY: key })
  const lines = `it is ${key}`.split('\n').map(line => redact(line))
  expect(lines.join('\n')).not.toMatch(/SECRETLINE|BEGIN/)
})

it('a trial has at most a thousand metrics', async () => {
  const track = new ReportTrack([{ metric: 'loss', direction: 'minimize' }], 'best')
  const metrics = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`m${at}`, at]))
  expect(track.take({ step: 1, metrics })).not.toBeNull()
  const error = await catchAppError(() => track.take({ step: 2, metrics: { more: 1 } }))
  expect(error).toMatchObject({ code: 'training.invalid', detail: { field: 'metrics' } })
})
