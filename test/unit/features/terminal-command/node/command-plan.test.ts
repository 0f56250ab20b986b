import { describe, expect, it } from 'vitest'
import {
  type CommandContext,
  isOurLink,
  isOurScript,
  planCommand,
  scriptFor,
} from '../../../../../src-main/features/terminal-command/node/command-plan.ts'
import {
  hasPart,
  withoutPart,
  withPart,
} from '../../../../../src-main/features/terminal-command/node/search-path-parts.ts'

const context: CommandContext = {
  platform: 'linux',
  resources: '/opt/Tunewright/resources',
  wheel: 'tunewright-0.1.0-py3-none-any.whl',
  appImage: null,
  home: '/home/ada',
  data: '/home/ada/.local/share/tunewright',
  takes: () => false,
}

describe('the plan for the command', () => {
  it('is a link among the programs of the user on Linux', () => {
    expect(planCommand(context)).toMatchObject({
      program: '/opt/Tunewright/resources/bin/tunewright',
      way: 'link',
      location: '/home/ada/.local/bin/tunewright',
      pythonPackage: '/opt/Tunewright/resources/python/tunewright-0.1.0-py3-none-any.whl',
    })
  })

  it('is a script for an AppImage, whose files lie elsewhere at every start', () => {
    const appImage = '/home/ada/Tunewright.AppImage'
    expect(
      planCommand({ ...context, resources: '/tmp/.mount_T/resources', appImage }),
    ).toMatchObject({
      program: appImage,
      way: 'script',
      location: '/home/ada/.local/bin/tunewright',
    })
  })

  it('copies the files of an AppImage, and of no other installation', () => {
    const resources = '/tmp/.mount_T/resources'
    const copiesFolder = '/home/ada/.local/share/tunewright/tunewright-command'
    const plan = planCommand({ ...context, resources, appImage: '/home/ada/Tunewright.AppImage' })
    expect(plan).toMatchObject({
      pythonPackage: `${copiesFolder}/${context.wheel}`,
      schema: `${copiesFolder}/study.schema.json`,
      copies: [
        { from: `${resources}/python/${context.wheel}`, to: `${copiesFolder}/${context.wheel}` },
        { to: `${copiesFolder}/study.schema.json` },
      ],
    })
    expect(planCommand(context).copies).toEqual([])
  })

  it('is a link where macOS’ terminals look, if this user may write there', () => {
    const mac: CommandContext = {
      ...context,
      platform: 'darwin',
      resources: '/Applications/Tunewright.app/Contents/Resources',
      home: '/Users/ada',
    }
    const locationFor = (...writable: readonly string[]) =>
      planCommand({ ...mac, takes: folder => writable.includes(folder) }).location
    expect(locationFor('/usr/local/bin', '/opt/homebrew/bin')).toBe('/usr/local/bin/tunewright')
    expect(locationFor('/opt/homebrew/bin')).toBe('/opt/homebrew/bin/tunewright')
    expect(locationFor()).toBe('/Users/ada/.local/bin/tunewright')
  })

  it('is the folder of the command on Windows’ search path', () => {
    const resources = String.raw`C:\Users\Ada\AppData\Local\Programs\Tunewright\resources`
    expect(planCommand({ ...context, platform: 'win32', resources })).toMatchObject({
      program: `${resources}\\bin\\tunewright.cmd`,
      way: 'searchPath',
      location: `${resources}\\bin`,
    })
  })
})

describe('what is ours', () => {
  it('is a link to any installation, and nothing else', () => {
    expect(isOurLink('/opt/Tunewright/resources/bin/tunewright')).toBe(true)
    expect(isOurLink('/Applications/Tunewright.app/Contents/Resources/bin/tunewright')).toBe(true)
    expect(isOurLink('../lib/node_modules/tunewright/bin/tunewright.cjs')).toBe(false)
    expect(isOurLink('/opt/other/bin/tunewright')).toBe(false)
  })

  it('is a script that we wrote', () => {
    expect(isOurScript(scriptFor('/a/Tunewright.AppImage'))).toBe(true)
    expect(isOurScript('#!/bin/sh\nexec tunewright "$@"\n')).toBe(false)
  })
})

describe('a folder of Windows’ search path', () => {
  const binFolder = String.raw`C:\Programs\Tunewright\resources\bin`
  const other = String.raw`%SystemRoot%\system32;"C:\With; semicolon"`

  it('comes at the end, once, and goes without a trace', () => {
    const added = withPart(other, binFolder)
    expect(added).toBe(`${other};${binFolder}`)
    expect(withPart(added, binFolder)).toBe(added)
    expect(withoutPart(added, binFolder)).toBe(other)
    expect(withPart('', binFolder)).toBe(binFolder)
    expect(withPart(`${other};`, binFolder)).toBe(`${other};${binFolder}`)
  })

  it('is the same in other cases, within quotes and with a stroke at its end', () => {
    for (const same of [binFolder.toUpperCase(), `"${binFolder}"`, `${binFolder}\\`])
      expect(hasPart(`${other};${same}`, binFolder)).toBe(true)
    expect(hasPart(`${binFolder}2`, binFolder)).toBe(false)
    expect(withoutPart(other, binFolder)).toBe(other)
  })
})
