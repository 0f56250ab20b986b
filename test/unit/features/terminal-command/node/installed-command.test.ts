import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  describeCommand,
  installCommand,
  type InstallationContext,
  removeCommand,
} from '../../../../../src-main/features/terminal-command/node/installed-command.ts'
import { scriptFor } from '../../../../../src-main/features/terminal-command/node/command-plan.ts'
import {
  changeUserSearchPath,
  readSearchPath,
} from '../../../../../src-main/features/terminal-command/node/user-search-path.ts'
import { catchAppError } from '../../../../helpers/catch-error.ts'
import { isSkipped } from '../../../../helpers/skipped-on-windows.ts'

let folder: string
let context: InstallationContext
let location: string

/** An installation with a command that says where it is and what it was asked. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-installed-'))
  const bin = path.join(folder, 'Tunewright/resources/bin')
  mkdirSync(bin, { recursive: true })
  writeProgram(path.join(bin, 'tunewright'))
  writeWithin('python/tunewright-1.0.0-py3-none-any.whl', 'PK1')
  writeWithin('app.asar.unpacked/resources/schema/study.schema.json', '{}')
  location = path.join(folder, 'home/.local/bin/tunewright')
  context = {
    resources: path.dirname(bin),
    platform: process.platform,
    environment: { PATH: `/usr/bin:${path.dirname(location)}` },
    home: path.join(folder, 'home'),
    data: path.join(folder, 'home/data'),
  }
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A file of the application's resources. */
function writeWithin(name: string, text: string): void {
  const file = path.join(folder, 'Tunewright/resources', name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function writeProgram(file: string): void {
  writeFileSync(file, '#!/bin/sh\necho "$0 $*"\n')
  chmodSync(file, 0o755)
}

it('is nothing where nothing was installed, as here', () => {
  expect(describeCommand()).toBeNull()
  expect(describeCommand({ ...context, resources: null })).toBeNull()
})

describe.skipIf(isSkipped('links'))('the command of an installed application', () => {
  it('is found after it was installed, and leaves nothing when it goes', () => {
    expect(describeCommand(context)).toMatchObject({ state: 'absent', location, isOnPath: true })
    installCommand(context)
    installCommand(context)
    expect(describeCommand(context)).toMatchObject({ state: 'installed', location, isOnPath: true })
    expect(spawnSync(location, ['a b'], { encoding: 'utf8' }).stdout).toBe(`${location} a b\n`)
    removeCommand(context)
    expect(existsSync(location)).toBe(false)
    expect(describeCommand(context)).toMatchObject({ state: 'absent' })
    removeCommand(context)
  })

  it('says where terminals do not look', () => {
    const environment = { PATH: '/usr/bin' }
    expect(describeCommand({ ...context, environment })).toMatchObject({ isOnPath: false })
  })

  it('replaces the link of an older installation, even of one that is gone', () => {
    mkdirSync(path.dirname(location), { recursive: true })
    symlinkSync('/gone/Tunewright/resources/bin/tunewright', location)
    expect(describeCommand(context)).toMatchObject({ state: 'absent' })
    installCommand(context)
    expect(readlinkSync(location)).toBe(path.join(context.resources ?? '', 'bin/tunewright'))
  })

  it('touches no file that is not ours', async () => {
    mkdirSync(path.dirname(location), { recursive: true })
    writeFileSync(location, 'somebody’s')
    expect(describeCommand(context)).toMatchObject({ state: 'other' })
    expect(
      await catchAppError(() => {
        installCommand(context)
      }),
    ).toMatchObject({ code: 'file.exists', detail: { path: location } })
    removeCommand(context)
    expect(readFileSync(location, 'utf8')).toBe('somebody’s')
  })

  it('says so where a file lies in place of a folder', async () => {
    for (const file of [path.dirname(location), path.dirname(path.dirname(location))]) {
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, '')
      expect(describeCommand(context)).toMatchObject({ state: 'absent' })
      const error = await catchAppError(() => {
        installCommand(context)
      })
      expect(error).toMatchObject({ code: 'file.unwritable', detail: { path: location } })
      rmSync(path.join(context.home, '.local'), { recursive: true })
    }
  })

  it('is known where the system’s package has linked it', () => {
    const system = path.join(folder, 'usr/bin')
    mkdirSync(system, { recursive: true })
    symlinkSync(
      path.join(context.resources ?? '', 'bin/tunewright'),
      path.join(system, 'tunewright'),
    )
    const description = describeCommand({ ...context, environment: { PATH: system } })
    expect(description).toMatchObject({
      state: 'elsewhere',
      location: path.join(system, 'tunewright'),
    })
  })

  it('starts an AppImage, whatever its name', () => {
    const appImage = path.join(folder, "Ada's $HOME.AppImage")
    writeProgram(appImage)
    const mounted = { ...context.environment, APPDIR: path.join(folder, 'Tunewright') }
    const ofAppImage = { ...context, environment: { ...mounted, APPIMAGE: appImage } }
    installCommand(ofAppImage)
    expect(describeCommand(ofAppImage)).toMatchObject({ state: 'installed', way: 'script' })
    const { stdout } = spawnSync(location, ['run', 'a "b".yaml'], { encoding: 'utf8' })
    expect(stdout).toBe(`${appImage} --cli run a "b".yaml\n`)
    // Moved: the script of before is ours, but starts another one.
    const moved = { ...context, environment: { ...mounted, APPIMAGE: `${appImage}2` } }
    expect(describeCommand(moved)).toMatchObject({ state: 'absent' })
    installCommand(moved)
    removeCommand(moved)
    expect(existsSync(location)).toBe(false)
  })

  it('copies the files of an AppImage to where they stay, anew for each version', () => {
    const appImage = path.join(folder, 'Tunewright.AppImage')
    writeProgram(appImage)
    const variables = { APPDIR: path.join(folder, 'Tunewright'), APPIMAGE: appImage }
    const mounted = { ...context, environment: { ...context.environment, ...variables } }
    const described = () => describeCommand(mounted)
    const absent = described()
    expect(absent).toMatchObject({ state: 'absent', filesExist: false })
    installCommand(mounted)
    expect(described()).toMatchObject({ state: 'installed', filesExist: true })
    const { pythonPackage = '', schema = '' } = described() ?? {}
    expect(readFileSync(pythonPackage, 'utf8')).toBe('PK1')
    expect(pythonPackage.startsWith(mounted.data)).toBe(true)
    expect(readFileSync(schema, 'utf8')).toBe('{}')

    // The next version: its own wheel, another schema.
    rmSync(path.join(folder, 'Tunewright/resources/python'), { recursive: true })
    writeWithin('python/tunewright-2.0.0-py3-none-any.whl', 'PK2')
    writeWithin('app.asar.unpacked/resources/schema/study.schema.json', '{"new":1}')
    expect(described()).toMatchObject({ state: 'installed', filesExist: false })
    installCommand(mounted)
    const next = described()
    expect(next?.filesExist).toBe(true)
    expect(readFileSync(schema, 'utf8')).toBe('{"new":1}')
    expect(existsSync(pythonPackage)).toBe(false)

    // Terminals find it by a script elsewhere: the files come all the same.
    removeCommand(mounted)
    expect(existsSync(schema)).toBe(false)
    const other = path.join(folder, 'bin')
    mkdirSync(other)
    writeFileSync(path.join(other, 'tunewright'), scriptFor(appImage))
    const elsewhere = { ...mounted, environment: { ...variables, PATH: other } }
    expect(describeCommand(elsewhere)).toMatchObject({ state: 'elsewhere', filesExist: false })
    installCommand(elsewhere)
    expect(describeCommand(elsewhere)).toMatchObject({ state: 'elsewhere', filesExist: true })
    expect(existsSync(location)).toBe(false)
  })

  it('says which file of an AppImage could not be copied', async () => {
    const variables = { APPDIR: path.join(folder, 'Tunewright'), APPIMAGE: path.join(folder, 'T') }
    const environment = { ...context.environment, ...variables }
    writeFileSync(path.join(folder, 'no-folder'), '')
    const error = await catchAppError(() => {
      installCommand({ ...context, environment, data: path.join(folder, 'no-folder') })
    })
    const detail = { path: expect.stringContaining('.whl') as string }
    expect(error).toMatchObject({ code: 'file.unwritable', detail })
  })

  it('needs no copies where the files stay', () => {
    installCommand(context)
    expect(describeCommand(context)).toMatchObject({ filesExist: true })
    expect(existsSync(context.data)).toBe(false)
  })

  it('takes no other application’s AppImage for its own', () => {
    const other = path.join(folder, 'Editor')
    mkdirSync(other)
    const theirs = { APPDIR: other, APPIMAGE: path.join(folder, 'Editor.AppImage') }
    const within = { ...context, environment: { ...context.environment, ...theirs } }
    expect(describeCommand(within)).toMatchObject({ way: 'link' })
    installCommand(within)
    expect(readlinkSync(location)).toBe(path.join(context.resources ?? '', 'bin/tunewright'))
  })

  it('says why a folder takes no command', async () => {
    writeFileSync(path.join(folder, 'home'), '')
    expect(
      await catchAppError(() => {
        installCommand(context)
      }),
    ).toMatchObject({ code: 'file.unwritable', detail: { path: location } })
  })
})

describe.runIf(process.platform === 'win32')('the search path of Windows’ registry', () => {
  it('takes the folder of the command, keeps everything else, and gives it back', () => {
    const before = readSearchPath('user')
    changeUserSearchPath(() => String.raw`%USERPROFILE%\tools;C:\Übung`)
    try {
      installCommand(context)
      const bin = path.join(context.resources ?? '', 'bin')
      expect(readSearchPath('user')).toBe(String.raw`%USERPROFILE%\tools;C:\Übung;` + bin)
      expect(describeCommand(context)).toMatchObject({
        state: 'installed',
        location: bin,
        isOnPath: true,
      })
      removeCommand(context)
      expect(readSearchPath('user')).toBe(String.raw`%USERPROFILE%\tools;C:\Übung`)
      expect(describeCommand(context)).toMatchObject({ state: 'absent' })
      expect(readSearchPath('machine').toLowerCase()).toContain('system32')
    } finally {
      changeUserSearchPath(() => before)
    }
  })
})
