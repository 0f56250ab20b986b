import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  askedBy,
  askedBySecondStart,
  askedNothing,
  wordsOf,
} from '../../src-main/hosts/desktop/asked.ts'
import { pageOfLink } from '../../src-main/features/application/common/link.ts'
import { searchPath } from '../../src-main/hosts/desktop/search-path.ts'
import { startDesktop } from '../../src-main/hosts/desktop/start-desktop.ts'
import { type FakeHost, fakeElectron } from './fake-electron.ts'
import { supportedPlatforms } from './supported-platforms.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-start-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function start(host: FakeHost, args: readonly string[] = [], node?: string) {
  const { electron, seen, appEvents } = fakeElectron(folder, host)
  const app = await startDesktop(electron, {
    argv: ['/usr/bin/electron', '/project', ...args],
    folder,
    platform: host.platform ?? 'linux',
    resourcesPath: folder,
    binary: '/usr/bin/electron',
    environment: { PATH: '/usr/bin', TUNEWRIGHT_NODE: node },
  })
  return { electron, seen, appEvents, app }
}

it('knows what Electron has where', () => {
  expect(supportedPlatforms.size).toBeGreaterThan(200)
  expect(supportedPlatforms.get('Session.setBluetoothPairingHandler')).toEqual(['win32', 'linux'])
  expect(supportedPlatforms.get('App.dock')).toEqual(['darwin'])
  expect(supportedPlatforms.has('App.whenReady')).toBe(false)
})

it('the folder of the project is no file to open, also after switches of the runtime', () => {
  expect(wordsOf(['electron', '--no-sandbox', '/project', '--db=a', 'b.csv'], false)).toEqual([
    '--no-sandbox',
    '--db=a',
    'b.csv',
  ])
  expect(wordsOf(['electron', '/project'], false)).toEqual([])
  expect(wordsOf(['tunewright', '--no-sandbox', 'b.csv'], true)).toEqual(['--no-sandbox', 'b.csv'])
})

describe('a start', () => {
  it.each(['linux', 'win32', 'darwin'] as const)(
    'hardens everything before the application is ready on %s, and uploads no dump',
    async platform => {
      const { seen } = await start({ platform })
      expect(seen.beforeReady).toEqual([
        'enableSandbox',
        'registerSchemesAsPrivileged',
        'crashReporter false',
      ])
    },
  )

  it('that fails says why and ends, whatever the system', async () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const { seen, app } = await start({ platform })
      expect(app).toBeNull()
      expect(seen.errors).toEqual([expect.stringContaining('npm start')])
      expect(seen.exitCode).toBe(1)
      expect(seen.windows).toEqual([])
    }
  })

  it.each([
    ['linux', 'Tunewright.AppImage', { APPIMAGE: 'Tunewright.AppImage' }],
    ['win32', 'Tunewright.exe', {}],
    ['darwin', 'Tunewright.app/Contents/MacOS/Tunewright', {}],
  ] as const)(
    'keeps everything in a folder beside it on %s',
    async (platform, binary, variables) => {
      const begin = async (isPackaged: boolean) => {
        const { electron, seen } = fakeElectron(folder, { platform, isPackaged, isSecond: true })
        const appImage = 'APPIMAGE' in variables ? { APPIMAGE: path.join(folder, binary) } : {}
        await startDesktop(electron, {
          argv: [binary],
          folder,
          platform,
          resourcesPath: folder,
          binary: 'APPIMAGE' in variables ? '/tmp/.mount_T/tunewright' : path.join(folder, binary),
          environment: appImage,
        })
        return seen.paths
      }
      expect(await begin(true)).toEqual({})
      const data = path.join(folder, 'tunewright-data')
      mkdirSync(data)
      expect(await begin(false)).toEqual({})
      const windowFolder = path.join(data, 'window')
      expect(await begin(true)).toEqual({
        userData: windowFolder,
        sessionData: windowFolder,
        logs: path.join(windowFolder, 'logs'),
        crashDumps: path.join(windowFolder, 'crashes'),
      })
    },
  )

  it('leaves a second one to the first, with all that it was asked for', async () => {
    const { seen, app } = await start({ isSecond: true }, [
      '--db',
      'a.sqlite',
      'own.csv',
      '--inspect',
    ])
    expect(app).toBeNull()
    expect(seen.windows).toEqual([])
    expect(seen.lockData).toEqual({
      databasePath: path.join(folder, 'a.sqlite'),
      paths: [path.join(folder, 'own.csv')],
      page: null,
    })
    expect(askedBySecondStart(seen.lockData)).toEqual(seen.lockData)
  })

  it('opens the file that a double click names, and what macOS hands over', async () => {
    const study = path.join(folder, 'study.yaml')
    writeFileSync(study, 'name: mine')
    const { electron, seen, appEvents } = fakeElectron(folder, { platform: 'darwin' })
    const starting = startDesktop(electron, {
      argv: ['/usr/bin/electron', '/project', study],
      folder,
      platform: 'darwin',
      resourcesPath: folder,
      binary: '/usr/bin/electron',
      environment: { PATH: '/usr/bin', TUNEWRIGHT_NODE: process.execPath },
    })
    appEvents.emit('open-url', { preventDefault: () => undefined }, 'tunewright://study/3')
    // A login shell may take seconds to say its search path, and another start may come meanwhile.
    const second = { ...askedNothing, page: '/studies/4' }
    appEvents.emit('second-instance', {}, [], '/', second)
    const app = await starting
    const pushes = () => seen.windows[0]?.pushes ?? []
    await vi.waitUntil(() => pushes().some(({ type }) => type === 'studyFile'), { timeout: 30_000 })
    expect(pushes()).toContainEqual({ type: 'studyFile', text: 'name: mine' })
    for (const path of ['/studies/3', '/studies/4'])
      expect(pushes()).toContainEqual({ type: 'show', path })
    // Once it was painted, and not empty before.
    expect(seen.windows[0]?.revealed).toBe(1)
    expect(app).not.toBeNull()
    electron.app.quit()
    await vi.waitUntil(() => seen.exitCode !== null, { timeout: 30_000 })
  })
})

describe('what a start was asked for', () => {
  it.each([
    [[], askedNothing],
    [['--db=x.sqlite'], { ...askedNothing, databasePath: '/at/x.sqlite' }],
    [
      ['--db', '/y.sqlite', 'a.csv'],
      { ...askedNothing, databasePath: '/y.sqlite', paths: ['/at/a.csv'] },
    ],
    [['--db'], askedNothing],
    [['--no-sandbox', '--enable-logging', ''], askedNothing],
    [['tunewright://study/12'], { ...askedNothing, page: '/studies/12' }],
    [['tunewright://evil'], askedNothing],
  ])('%j', (args, expected) => {
    expect(askedBy(args, '/at')).toEqual(expected)
  })

  it.each([
    ['tunewright://study/7', '/studies/7'],
    ['tunewright://studies', '/studies'],
    ['tunewright://studies/', '/studies'],
    ['tunewright://new', '/studies/new'],
    ['tunewright://study/007', '/studies/7'],
    ['tunewright://study', null],
    ['tunewright://study/7/../../settings', null],
    ['tunewright://study/7?x=1', null],
    ['tunewright://new/7', null],
    ['tunewright://study/-1', null],
    ['tunewright://study/1e3', null],
    ['TUNEWRIGHT://study/7', null],
    ['https://study/7', null],
    ['tunewright:study/7', null],
    [`tunewright://study/${'9'.repeat(40)}`, null],
  ])('%s shows %s', (link, page) => {
    expect(pageOfLink(link)).toBe(page)
  })

  it.each([
    null,
    'x',
    {},
    { databasePath: 1, paths: [], page: null },
    { ...askedNothing, more: 1 },
  ])('of another start, %j asks for nothing', data => {
    expect(askedBySecondStart(data)).toEqual(askedNothing)
  })
})

describe('the search path', () => {
  /** A login shell of the user's. */
  const shell = (script: string): string => {
    const file = path.join(folder, 'shell')
    writeFileSync(file, `#!/bin/sh\n${script}\n`)
    chmodSync(file, 0o755)
    return file
  }

  it('is that of the login shell, whatever its files print', async () => {
    const SHELL = shell('echo PATH=/wrong; PATH=/opt/conda/bin:/usr/bin; export PATH; eval "$2"')
    expect(await searchPath('darwin', { SHELL, PATH: '/usr/bin' })).toBe('/opt/conda/bin:/usr/bin')
  })

  it.each(['exit 3', 'echo nothing'])('is the own one where a shell ends with %s', async script => {
    expect(await searchPath('linux', { SHELL: shell(script), PATH: '/own' })).toBe('/own')
  })

  it('is the own one without a shell, and on Windows', async () => {
    expect(await searchPath('linux', { SHELL: '/none', PATH: '/own' })).toBe('/own')
    expect(await searchPath('win32', { SHELL: shell('PATH=/x'), PATH: 'C:\\own' })).toBe('C:\\own')
  })
})
