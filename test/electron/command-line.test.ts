import { describe, expect, it } from 'vitest'
import { type CommandLineFacts, commandLineOf } from '../../src-main/hosts/desktop/command-line.ts'
import { searchPath } from '../../src-main/hosts/desktop/search-path.ts'

const mount = '/tmp/.mount_TunewrAB'
const facts: CommandLineFacts = {
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
const plain = ['--disable-warning=ExperimentalWarning', `${mount}/resources/app.asar.unpacked/src-main/cli.ts`] // prettier-ignore

describe('the command line of an AppImage', () => {
  it('is the plain Node with the words behind --cli', () => {
    const binary = `${mount}/resources/node/node`
    const words = [binary, ...plain, 'run', 'study.yaml', '--json']
    expect(commandLineOf(facts)).toMatchObject({ binary, words })
  })

  it('is heard behind the word that the image’s start script may add', () => {
    const argv = [...facts.argv.slice(0, 1), '--no-sandbox', ...facts.argv.slice(1)]
    expect(commandLineOf({ ...facts, argv })?.words).toEqual(commandLineOf(facts)?.words)
  })

  it('finds no window of its own in the place of the command', () => {
    expect(commandLineOf(facts)?.environment).toMatchObject({
      PATH: '/home/ada/bin:/usr/bin',
      APPIMAGE: '/home/ada/Tunewright.AppImage',
    })
  })

  it('is a window for every other start', () => {
    const [binary = '', ...words] = facts.argv
    expect(commandLineOf({ ...facts, argv: [binary, ...words.slice(1), '--cli'] })).toBeNull()
    expect(commandLineOf({ ...facts, argv: [binary] })).toBeNull()
    expect(commandLineOf({ ...facts, isPackaged: false })).toBeNull()
    expect(commandLineOf({ ...facts, platform: 'win32' })).toBeNull()
  })
})

it('gives programs of an AppImage’s window no window as command either', async () => {
  const environment = { ...facts.environment, SHELL: '/gone/shell' }
  expect(await searchPath('linux', environment)).toBe('/home/ada/bin:/usr/bin')
})
