import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BrowserWindow, MenuItemConstructorOptions } from 'electron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { applicationMenu, type MenuActions } from '../../src-main/hosts/desktop/application-menu.ts'
import { askBeforeClose } from '../../src-main/hosts/desktop/close-question.ts'
import { DesktopStateFile, firstState } from '../../src-main/hosts/desktop/desktop-state.ts'
import { languages } from '../../src-main/core/i18n/language.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import {
  askForOtherDatabase,
  chooseData,
  chooseDatabase,
  chooseStudyFile,
} from '../../src-main/hosts/desktop/file-dialogs.ts'
import { pushOfFile } from '../../src-main/hosts/desktop/opened-files.ts'
import { locateInstallation } from '../../src-main/hosts/desktop/installation.ts'
import { LogFile } from '../../src-main/platform/processes/log-file.ts'
import { placeWindow, storeWindowState } from '../../src-main/hosts/desktop/window-state.ts'
import { notificationText } from '../../src-main/hosts/desktop/notifications.ts'
import { leftInEnglish } from '../helpers/left-in-english.ts'
import { fake } from './fake.ts'
import { finishedStudy } from './study-row.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-desktop-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const window = fake<BrowserWindow>('BrowserWindow', {})

it.each(['linux', 'darwin', 'win32'] as const)('speaks Chinese in each menu of %s', platform => {
  const t = createTranslate('zh-CN')
  const actions = fake<MenuActions>('MenuActions', {
    showAbout: vi.fn(),
    showDataFolder: vi.fn(),
    showLicenses: vi.fn(),
    openStudyFile: vi.fn(),
    openDatabase: vi.fn(),
    quit: vi.fn(),
    show: vi.fn(),
    setNotifications: vi.fn(),
  })
  const labelsOf = (items: readonly MenuItemConstructorOptions[]): string[] =>
    items.flatMap(({ type, label, submenu }) => [
      ...(type === 'separator' ? [] : [label ?? 'a word of the system']),
      ...(Array.isArray(submenu) ? labelsOf(submenu) : []),
    ])
  const options = { t, platform, actions, notifications: true, devTools: true }
  const labels = labelsOf(applicationMenu(options))
  expect(labels.length).toBeGreaterThan(20)
  expect(labels.flatMap(label => leftInEnglish(label))).toEqual([])
})

it('asks and notifies in Chinese', async () => {
  const t = createTranslate('zh-CN')
  const showMessageBox = vi.fn().mockResolvedValue({ response: 2, checkboxChecked: false })
  await askBeforeClose({ showMessageBox }, window, 'ask', t)
  const { message, detail, buttons, checkboxLabel } = showMessageBox.mock.calls[0]?.[1] as {
    readonly buttons: readonly string[]
  } & Record<'message' | 'detail' | 'checkboxLabel', string>
  const notification = notificationText({ kind: 'ended', study: finishedStudy }, t)
  const texts = [message, detail, checkboxLabel, notification.title, notification.body, ...buttons]
  expect(texts.flatMap(text => leftInEnglish(text, ['digits', 'loss']))).toEqual([])
})

describe('a window', () => {
  const screen = (x: number, y: number, width: number, height: number) => ({
    workArea: { x, y, width, height },
  })
  const main = screen(0, 25, 1920, 1055)
  const right = screen(1920, 0, 1280, 1024)

  it.each([
    ['inside the first screen', { x: 100, y: 100, width: 800, height: 600 }, [main]],
    ['inside the second screen', { x: 2000, y: 10, width: 800, height: 600 }, [main, right]],
    ['half outside', { x: -500, y: 100, width: 800, height: 600 }, [main]],
  ])('returns to where it was: %s', (_where, saved, screens) => {
    expect(placeWindow(saved, screens)).toEqual(saved)
  })

  it.each([
    ['a screen that is gone', { x: 2000, y: 10, width: 800, height: 600 }],
    ['beside every screen', { x: -750, y: 100, width: 800, height: 600 }],
    [
      'above the screen, where its head cannot be grasped',
      { x: 0, y: -300, width: 800, height: 600 },
    ],
    ['below the screen', { x: 0, y: 1070, width: 800, height: 600 }],
  ])('is placed anew, in its size: %s', (_where, saved) => {
    expect(placeWindow(saved, [main])).toEqual({ width: 800, height: 600 })
  })

  it('is never larger than the screen', () => {
    expect(placeWindow(null, [screen(0, 0, 1024, 700)])).toEqual({ width: 1024, height: 700 })
    expect(placeWindow(null, [main])).toEqual({ width: 1280, height: 840 })
  })

  it('is getOrInsertComputed once after many changes, and when it closes', () => {
    vi.useFakeTimers()
    const listeners = new Map<string, () => void>()
    const bounds = { x: 1, y: 2, width: 800, height: 600 }
    const save = vi.fn()
    const on = ((name: string, listener: () => void) => listeners.set(name, listener)) as never
    storeWindowState(
      { on, getNormalBounds: () => bounds, isMaximized: () => true, isDestroyed: () => false },
      save,
    )
    for (let moved = 0; moved < 100; moved++) listeners.get('move')?.()
    expect(save).not.toHaveBeenCalled()
    vi.advanceTimersByTime(400)
    expect(save).toHaveBeenCalledExactlyOnceWith({ bounds, maximized: true })
    listeners.get('resize')?.()
    listeners.get('close')?.()
    expect(save).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(400)
    expect(save).toHaveBeenCalledTimes(2)
    vi.useRealTimers()
  })
})

describe('what the host remembers', () => {
  it('survives a restart, and nothing but its file is left', () => {
    const file = path.join(folder, 'made', 'desktop.json')
    const state = new DesktopStateFile(file, vi.fn())
    expect(state.get()).toEqual(firstState)
    state.set({ language: 'zh-CN', onClose: 'keepRunning' })
    const expected = { ...firstState, language: 'zh-CN', onClose: 'keepRunning' }
    expect(new DesktopStateFile(file, vi.fn()).get()).toEqual(expected)
    expect(readdirSync(path.dirname(file))).toEqual(['desktop.json'])
  })

  it.each(['', '{', 'null', '{"theme":"dark"}', JSON.stringify({ ...firstState, theme: 'pink' })])(
    'a broken file is put aside: %s',
    content => {
      const file = path.join(folder, 'desktop.json')
      writeFileSync(file, content)
      const log = vi.fn()
      expect(new DesktopStateFile(file, log).get()).toEqual(firstState)
      expect(log).toHaveBeenCalledOnce()
      expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe(content)
    },
  )

  it('says of one with keys of an earlier version which rule it breaks, and keeps it', () => {
    const file = path.join(folder, 'desktop.json')
    const content = JSON.stringify({ ...firstState, tray: true })
    writeFileSync(file, content)
    const log = vi.fn()
    new DesktopStateFile(file, log)
    const line = String(log.mock.calls[0]?.[0])
    for (const part of [file, '"field":"tray"', '"value":true', '"rule":']) {
      expect(line).toContain(part)
    }
    expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe(content)
  })
})

describe('the log', () => {
  it('keeps one older file', () => {
    const file = path.join(folder, 'logs', 'main.log')
    const log = new LogFile(file, () => new Date(0))
    log.write('first')
    expect(readFileSync(file, 'utf8')).toBe('1970-01-01T00:00:00.000Z first\n')
    log.write('x'.repeat(1024 * 1024))
    log.write('after')
    expect(readFileSync(file, 'utf8')).toBe('1970-01-01T00:00:00.000Z after\n')
    expect(readdirSync(path.dirname(file)).sort()).toEqual(['main.log', 'main.log.old'])
  })
})

it('lets a person choose a file of data, or a folder', async () => {
  const showOpenDialog = vi
    .fn()
    .mockResolvedValueOnce({ canceled: false, filePaths: ['/home/me/own.csv'] })
    .mockResolvedValue({ canceled: true, filePaths: [] })
  const t = createTranslate('en')
  const dialog = { showOpenDialog }
  expect(await chooseData(dialog, window, 'file', t)).toBe('/home/me/own.csv')
  expect(await chooseData(dialog, window, 'folder', t)).toBe(null)
  const dialogOptions = showOpenDialog.mock.calls.map(([, options]) => options as unknown)
  expect(dialogOptions).toMatchObject([
    { properties: ['openFile'] },
    { properties: ['openDirectory'] },
  ])
})

describe('the menu', () => {
  const actions = {
    show: vi.fn(),
    openStudyFile: vi.fn(),
    showDataFolder: vi.fn(),
    showAbout: vi.fn(),
    openDatabase: vi.fn(),
    setNotifications: vi.fn(),
    showLicenses: vi.fn(),
    quit: vi.fn(),
  } satisfies MenuActions
  const options = { t: createTranslate('en'), notifications: true, devTools: false, actions }

  function entries(items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
    return items.flatMap(item => [
      item,
      ...(Array.isArray(item.submenu) ? entries(item.submenu) : []),
    ])
  }

  it('names every entry in both languages, and no key twice', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      for (const t of languages.map(createTranslate)) {
        const items = entries(applicationMenu({ ...options, t, platform }))
        for (const { type, label, role } of items) {
          expect(type === 'separator' || label !== undefined || role !== undefined).toBe(true)
        }
        const keys = items.flatMap(({ accelerator }) => (accelerator ? [accelerator] : []))
        expect(new Set(keys).size).toBe(keys.length)
        // Exactly one way to quit.
        expect(items.filter(({ label }) => label === t('desktop.quit'))).toHaveLength(1)
      }
    }
  })

  it('leads to pages that the router knows', () => {
    const router = readFileSync(
      path.resolve(import.meta.dirname, '../../src-renderer/router.ts'),
      'utf8',
    )
    const items = entries(applicationMenu({ ...options, platform: 'linux' }))
    for (const label of ['New study', 'Studies', 'Engines', 'Settings']) {
      const item = items.find(entry => entry.label === label)
      item?.click?.({} as never, undefined, {})
    }
    const paths = actions.show.mock.calls.map(([page]) => String(page))
    expect(paths).toEqual(['/studies/new', '/studies', '/engines', '/settings'])
    for (const page of paths) expect(router).toContain(`path: '${page}'`)
  })

  it('has developer tools only where they are allowed', () => {
    const roles = (devTools: boolean) =>
      entries(applicationMenu({ ...options, devTools, platform: 'linux' })).map(({ role }) => role)
    expect(roles(true)).toContain('toggleDevTools')
    expect(roles(false)).not.toContain('toggleDevTools')
  })
})

describe('closing while studies run', () => {
  const ask = (response: number, checkboxChecked: boolean, onClose = firstState.onClose) => {
    const showMessageBox = vi.fn(async () => ({ response, checkboxChecked }))
    return {
      showMessageBox,
      answer: askBeforeClose(
        { showMessageBox: showMessageBox },
        window,
        onClose,
        createTranslate('en'),
      ),
    }
  }

  it.each([
    [0, false, { action: 'keepRunning', always: false }],
    [1, true, { action: 'quit', always: true }],
    // A canceled question decides nothing for later.
    [2, true, { action: 'cancel', always: false }],
  ] as const)('asks: button %i, for good %s', async (response, checked, expected) => {
    expect(await ask(response, checked).answer).toEqual(expected)
  })

  it('does not ask twice', async () => {
    const { showMessageBox, answer } = ask(2, false, 'quit')
    expect(await answer).toEqual({ action: 'quit', always: false })
    expect(showMessageBox).not.toHaveBeenCalled()
  })
})

describe('opening a file', () => {
  const open = async (name: string, language: 'en' | 'zh-CN' = 'en') => {
    const showErrorBox = vi.fn()
    const push = await pushOfFile(
      path.join(folder, name),
      { showErrorBox },
      createTranslate(language),
    )
    return { push, errorTexts: showErrorBox.mock.calls.flat() as string[] }
  }

  it('gives the text of a study file, and the path of data', async () => {
    writeFileSync(path.join(folder, 'study.YML'), 'name: 研究')
    expect((await open('study.YML')).push).toEqual({ type: 'studyFile', text: 'name: 研究' })
    const folderText = encodeURIComponent(folder)
    expect((await open('.')).push).toEqual({
      type: 'show',
      path: `/studies/new?data=${folderText}`,
    })
  })

  it('says why not, in both languages', async () => {
    writeFileSync(path.join(folder, 'large.yaml'), 'x'.repeat(3 * 1024 * 1024))
    const large = await open('large.yaml')
    expect(large).toEqual({
      push: null,
      errorTexts: [
        'large.yaml cannot be opened',
        'It is larger than 2 MiB: that is no study file.',
      ],
    })
    expect((await open('large.yaml', 'zh-CN')).errorTexts).toEqual([
      '无法打开 large.yaml',
      '文件超过 2 MiB，不是研究文件。',
    ])
    expect((await open('missing.yaml')).errorTexts[1]).toContain('ENOENT')
    writeFileSync(path.join(folder, 'big.tunewright'), Buffer.alloc(25 * 1024 * 1024))
    expect((await open('big.tunewright')).errorTexts[1]).toContain('tunewright import')
  })

  it('lets a person choose a study file or a database', async () => {
    const showOpenDialog = vi.fn(async () => ({ canceled: false, filePaths: ['/a/b'] }))
    const t = createTranslate('zh-CN')
    expect(await chooseStudyFile({ showOpenDialog }, window, t)).toBe('/a/b')
    expect(await chooseDatabase({ showOpenDialog }, window, t)).toBe('/a/b')
    const showMessageBox = vi.fn(async () => ({ response: 1, checkboxChecked: false }))
    const question = { current: '/a', file: '/b' }
    expect(await askForOtherDatabase({ showMessageBox }, question, t)).toBe(false)
  })
})

describe('the installation', () => {
  const context = {
    resourcesPath: '/app/resources',
    platform: 'linux',
    nodeVariable: '/usr/bin/node',
  } as const

  it('in the repository runs the back end with the Node that started it', () => {
    const installation = locateInstallation({ ...context, isPackaged: false, appPath: '/work' })
    expect(installation).toMatchObject({
      nodeBinary: '/usr/bin/node',
      rendererFolder: '/work/dist/renderer',
    })
    expect(installation.backEndEntry.href).toBe('file:///work/src-main/entry-points/back-end.ts')
    expect(() =>
      locateInstallation({
        ...context,
        nodeVariable: undefined,
        isPackaged: false,
        appPath: '/work',
      }),
    ).toThrow('npm start')
  })

  it('packaged runs it with its own Node, outside the archive, whatever the environment says', () => {
    const appPath = '/app/resources/app.asar'
    const installation = locateInstallation({ ...context, isPackaged: true, appPath })
    expect(installation.nodeBinary).toBe('/app/resources/node/node')
    expect(installation.backEndEntry.href).toBe(
      'file:///app/resources/app.asar.unpacked/src-main/entry-points/back-end.ts',
    )
    expect(installation.preload).toBe('/app/resources/app.asar/dist/preload/preload.cjs')
    const windows = locateInstallation({ ...context, isPackaged: true, appPath, platform: 'win32' })
    expect(path.basename(windows.nodeBinary)).toBe('node.exe')
  })
})
