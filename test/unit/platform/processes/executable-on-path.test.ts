import { spawnSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it } from 'vitest'
import {
  foldersOfPath,
  executableOnPath,
} from '../../../../src-main/platform/processes/executable-on-path.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const isWindows = process.platform === 'win32'
const scratch = useScratchFolders()
const home = process.cwd()
const name = 'tunewright-planted'

afterEach(() => {
  process.chdir(home)
})

describe('a program of the machine', () => {
  it.runIf(isWindows)('is not looked for in the current folder, where Windows would', () => {
    const folder = scratch()
    copyFileSync(process.execPath, path.join(folder, `${name}.exe`))
    process.chdir(folder)
    const isStarted = (executable: string): boolean =>
      spawnSync(executable, ['--version']).status === 0
    expect([isStarted(name), isStarted(executableOnPath(name))]).toEqual([true, false])
  })

  it('is found in whole folders of the path', () => {
    process.chdir(scratch())
    // Elsewhere such a path is the name of a file in the current folder.
    const folder = isWindows ? scratch() : 'C:\\tools'
    const file = `${folder}\\${name}.exe`
    for (const executable of [file, `${name}.exe`]) writeFileSync(executable, '')
    const executableIn = (PATH: string) =>
      executableOnPath(name, 'win32', { PATH, SystemRoot: 'D:\\Windows' })
    expect(executableIn(`relative;"${folder}"`)).toBe(file)
    expect(executableIn('.;;""')).toBe(`D:\\Windows\\System32\\${name}.exe`)
  })

  it('is not there where the system cannot look', () => {
    const long = 'x'.repeat(5_000)
    expect(executableOnPath(long, 'win32', { PATH: 'D:\\', SystemRoot: 'D:\\Windows' })).toBe(
      `D:\\Windows\\System32\\${long}.exe`,
    )
  })

  it('is started by its name elsewhere', () => {
    expect(executableOnPath('ssh', 'linux', {})).toBe('ssh')
  })

  it.each(['nvidia-smi', 'nvidia-smi.exe'])(
    'that is nowhere is no program of the current folder either: %s',
    wanted => {
      const environment = { PATH: 'D:\\nothing', SystemRoot: 'D:\\Windows' }
      expect(executableOnPath(wanted, 'win32', environment)).toBe(
        'D:\\Windows\\System32\\nvidia-smi.exe',
      )
    },
  )

  it('that is named by a path stays as it is', () => {
    expect(executableOnPath('C:\\tools\\ssh', 'win32', {})).toBe('C:\\tools\\ssh')
    expect(executableOnPath('tools/ssh', 'win32', {})).toBe('tools/ssh')
  })
})

describe('the folders of a path', () => {
  it.each([
    ['C:\\a;D:\\b c', ['C:\\a', 'D:\\b c']],
    ['"C:\\a;b";C:\\"c d"\\e;', ['C:\\a;b', 'C:\\c d\\e']],
    [';.;bin;..\\bin;C:bin;""', []],
    ['\\tools;/tools', []],
    [
      '\\\\server\\share\\bin;//server/share;d:/bin',
      ['\\\\server\\share\\bin', '//server/share', 'd:/bin'],
    ],
    ['', []],
  ])('of Windows are whole ones: %j', (variable, folders) => {
    expect(foldersOfPath(variable, 'win32')).toEqual(folders)
  })

  it('are what they are elsewhere, for a program is found there by the same', () => {
    expect(foldersOfPath('/usr/bin::bin', 'linux')).toEqual(['/usr/bin', '', 'bin'])
  })
})
