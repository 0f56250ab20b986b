import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it } from 'vitest'
import { programOnPath } from '../../../src-main/processes/program-on-path.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const isWindows = process.platform === 'win32'
const scratch = useScratchFolders()
const home = process.cwd()
const name = 'tunewright-planted'

afterEach(() => {
  process.chdir(home)
})

function plant(): string {
  const folder = scratch()
  copyFileSync(process.execPath, path.join(folder, isWindows ? `${name}.exe` : name))
  return folder
}

describe('a program of the machine', () => {
  it('is not looked for in the current folder, where Windows would', () => {
    process.chdir(plant())
    const isStarted = (program: string): boolean => spawnSync(program, ['--version']).status === 0
    expect([isStarted(name), isStarted(programOnPath(name))]).toEqual([isWindows, false])
  })

  it('is found on the path', () => {
    const folder = plant()
    process.chdir(folder)
    const found = (environment: NodeJS.ProcessEnv) => programOnPath(name, process.platform, environment) // prettier-ignore
    const missing = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', `${name}.exe`)
    expect(found({ PATH: `relative;"${folder}"` })).toBe(
      isWindows ? path.join(folder, `${name}.exe`) : name,
    )
    expect(found({ PATH: '.;relative', SystemRoot: process.env['SystemRoot'] })).toBe(
      isWindows ? missing : name,
    )
  })

  it.each(['nvidia-smi', 'nvidia-smi.exe'])(
    'that is nowhere is no program of the current folder either: %s',
    wanted => {
      const environment = { PATH: 'D:\\nothing', SystemRoot: 'D:\\Windows' }
      expect(programOnPath(wanted, 'win32', environment)).toBe(
        'D:\\Windows\\System32\\nvidia-smi.exe',
      )
    },
  )

  it('that is named by a path stays as it is', () => {
    expect(programOnPath('C:\\tools\\ssh', 'win32', {})).toBe('C:\\tools\\ssh')
    expect(programOnPath('tools/ssh', 'win32', {})).toBe('tools/ssh')
  })
})
