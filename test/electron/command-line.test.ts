import { describe, expect, it } from 'vitest'
import {
  type CommandLineContext,
  commandLineOf,
} from '../../src-main/hosts/desktop/command-line.ts'
import { searchPath } from '../../src-main/hosts/desktop/search-path.ts'

const mount = '/tmp/.mount_TunewrAB'
const context: CommandLineContext = {
  argv: [`${mount}/tunewright`, '--cli', 'run', 'study.yaml', '--json'],
  platform: 'linux',
  resourcesPath: `${mount}/resources`,
  environment: {
    PATH: `${mount}:${mount}/usr/sbin:/home/ada/bin:/usr/bin`,
    APPDIR: mount,
    APPIMAGE: '/home/ada/Tunewright.AppImage',
  },
  isPackaged: true,
}
const plain = [
  '--disable-warning=ExperimentalWarning',
  `${mount}/resources/app.asar.unpacked/src-main/cli.ts`,
]

describe('the command line of an AppImage', () => {
  it('is the plain Node with the words behind --cli', () => {
    const binary = `${mount}/resources/node/node`
    const words = [binary, ...plain, 'run', 'study.yaml', '--json']
    expect(commandLineOf(context)).toMatchObject({ binary, words })
  })

  it('is heard behind the word that the image’s start script may add', () => {
    const argv = [...context.argv.slice(0, 1), '--no-sandbox', ...context.argv.slice(1)]
    expect(commandLineOf({ ...context, argv })?.words).toEqual(commandLineOf(context)?.words)
  })

  it('finds no window of its own in the place of the command', () => {
    expect(commandLineOf(context)?.environment).toMatchObject({
      PATH: '/home/ada/bin:/usr/bin',
      APPIMAGE: '/home/ada/Tunewright.AppImage',
    })
  })

  it('is a window for every other start', () => {
    const [binary = '', ...words] = context.argv
    expect(commandLineOf({ ...context, argv: [binary, ...words.slice(1), '--cli'] })).toBeNull()
    expect(commandLineOf({ ...context, argv: [binary] })).toBeNull()
    expect(commandLineOf({ ...context, isPackaged: false })).toBeNull()
    expect(commandLineOf({ ...context, platform: 'win32' })).toBeNull()
  })
})

it('gives programs of an AppImage’s window no window as command either', async () => {
  const environment = { ...context.environment, SHELL: '/gone/shell' }
  expect(await searchPath('linux', environment)).toBe('/home/ada/bin:/usr/bin')
})
