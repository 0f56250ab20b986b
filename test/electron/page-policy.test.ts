import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { App, DownloadItem, Session, WebContents, WebRequest } from 'electron'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { answerPage, registerPageScheme } from '../../src-main/hosts/desktop/app-protocol.ts'
import { guardNavigation } from '../../src-main/hosts/desktop/navigation-guards.ts'
import { askWhereToSave, hardenSession } from '../../src-main/hosts/desktop/session-policy.ts'
import { webPreferences } from '../../src-main/hosts/desktop/web-preferences.ts'
import { fake } from './fake.ts'

describe('web preferences', () => {
  it('are these and no others', () => {
    expect(webPreferences('/preload.cjs', false)).toEqual({
      preload: '/preload.cjs',
      devTools: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      plugins: false,
      spellcheck: false,
      safeDialogs: true,
      backgroundThrottling: true,
    })
  })
})

describe('app://bundle', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-page-'))
  const renderer = path.join(folder, 'renderer')

  beforeAll(() => {
    mkdirSync(path.join(renderer, 'assets'), { recursive: true })
    writeFileSync(path.join(renderer, 'index.html'), '<!doctype html><title>page</title>')
    writeFileSync(path.join(renderer, 'assets/a b.js'), 'export {}')
    writeFileSync(path.join(renderer, 'notes.txt'), 'not served')
    writeFileSync(path.join(folder, 'secret.json'), '{"secret":1}')
    symlinkSync(path.join(folder, 'secret.json'), path.join(renderer, 'link.json'))
  })

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  /** A request whose address nothing has mended. */
  const ask = (url: string, method = 'GET') =>
    answerPage(fake<Request>('Request', { url, method }), renderer)

  it('answers with the page, its kind and the policy', async () => {
    const page = await ask('app://bundle/')
    expect(await page.text()).toContain('<title>page</title>')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const script = await ask('app://bundle/assets/a%20b.js?x#y')
    expect(await script.text()).toBe('export {}')
    for (const answer of [page, script, await ask('app://bundle/nothing.js')]) {
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src data:; " +
          "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
          "frame-ancestors 'none'; object-src 'none'",
      )
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  it.each([
    'app://bundle/notes.txt',
    'app://bundle/assets',
    'app://bundle/assets/',
    'app://bundle/../secret.json',
    'app://bundle/%2e%2e/secret.json',
    'app://bundle/..%2fsecret.json',
    'app://bundle/assets/..%5c..%5csecret.json',
    'app://bundle/assets/%00.js',
    'app://bundle/%E0%A4%A.js',
    'app://bundle//etc/hosts.json',
    'app://bundle/link.json',
    'app://other/index.html',
    'app://bundle:1/index.html',
    'app://me@bundle/index.html',
    'file:///index.html',
    'https://bundle/index.html',
    'nonsense',
  ])('answers nothing at %s', async url => {
    const answer = await ask(url)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe('Not found')
  })

  it('takes no posts', async () => {
    expect((await ask('app://bundle/', 'POST')).status).toBe(404)
  })

  it('is a standard, secure scheme that bypasses no policy', () => {
    const registerSchemesAsPrivileged = vi.fn()
    registerPageScheme({ registerSchemesAsPrivileged })
    expect(registerSchemesAsPrivileged).toHaveBeenCalledExactlyOnceWith([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ])
  })
})

describe('the session', () => {
  function harden(devTools: boolean) {
    const set = new Map<string, unknown>()
    const note = (name: string) => (handler: unknown) => void set.set(name, handler)
    let before: unknown = null
    hardenSession(
      fake<Session>('Session', {
        setPermissionRequestHandler: note('request'),
        setPermissionCheckHandler: note('check'),
        setDevicePermissionHandler: note('device'),
        setDisplayMediaRequestHandler: note('display'),
        setBluetoothPairingHandler: note('bluetooth'),
        setSpellCheckerEnabled: note('spelling'),
        webRequest: fake<WebRequest>('WebRequest', {
          onBeforeRequest: (handler: unknown) => {
            before = handler
          },
        }),
      }),
      { platform: 'linux', devTools },
    )
    const handler = <Name extends keyof Session>(name: string) =>
      set.get(name) as NonNullable<
        Parameters<Extract<Session[Name], (handler: never) => unknown>>[0]
      >
    const isCanceled = (url: string): boolean => {
      const answer = vi.fn()
      const listener = before as (details: { url: string }, callback: typeof answer) => void
      listener({ url }, answer)
      return (answer.mock.calls[0]?.[0] as { cancel: boolean }).cancel
    }
    return { handler, isCanceled, set }
  }

  const permissions = [
    'clipboard-read',
    'geolocation',
    'media',
    'midi',
    'notifications',
    'openExternal',
    'usb',
    'fullscreen',
    'pointerLock',
    'display-capture',
    'fileSystem',
    'local-network',
    'unknown',
  ] as const

  it.each(permissions)('asks in vain for %s', permission => {
    const { handler } = harden(false)
    const contents = fake<WebContents>('WebContents', { getURL: () => 'app://bundle/' })
    const answer = vi.fn()
    handler<'setPermissionRequestHandler'>('request')(contents, permission, answer, {} as never)
    expect(answer).toHaveBeenCalledExactlyOnceWith(false)
    const check = handler<'setPermissionCheckHandler'>('check')
    expect(check(contents, permission as never, 'app://bundle/', {} as never)).toBe(false)
  })

  it('may write to the clipboard, from our page only', () => {
    const { handler } = harden(false)
    const check = handler<'setPermissionCheckHandler'>('check')
    const write = 'clipboard-sanitized-write'
    expect(check(null, write, 'app://bundle/', {} as never)).toBe(true)
    expect(check(null, write, 'https://evil.example/', {} as never)).toBe(false)
    expect(check(null, write, '', {} as never)).toBe(false)
  })

  it('gets no device and no picture of the screen', () => {
    const { handler, set } = harden(false)
    expect(handler<'setDevicePermissionHandler'>('device')({} as never)).toBe(false)
    const answer = vi.fn()
    handler<'setDisplayMediaRequestHandler'>('display')({} as never, answer)
    handler<'setBluetoothPairingHandler'>('bluetooth')({} as never, answer)
    expect(answer.mock.calls).toEqual([[null], [{ confirmed: false }]])
    expect(set.get('spelling')).toBe(false)
  })

  it('asks nobody else for anything', () => {
    const { isCanceled } = harden(false)
    for (const url of ['app://bundle/', 'blob:app://bundle/1-2', 'data:image/png;base64,']) {
      expect(isCanceled(url), url).toBe(false)
    }
    for (const url of [
      'http://localhost/',
      'https://evil.example/',
      'ws://127.0.0.1/',
      'wss://evil.example/',
      'ftp://evil.example/',
      'file:///etc/passwd',
      'app://other/',
      'blob:https://evil.example/1',
      'devtools://devtools/bundled/x.js',
      'chrome://gpu',
      'view-source:app://bundle/',
      '',
    ]) {
      expect(isCanceled(url), url).toBe(true)
    }
  })

  it('lets developer tools load where they are allowed', () => {
    const { isCanceled } = harden(true)
    expect(isCanceled('devtools://devtools/bundled/x.js')).toBe(false)
    expect(isCanceled('https://evil.example/')).toBe(true)
  })
})

describe('every page', () => {
  it('stays where it is and opens nothing', () => {
    const created: ((event: never, contents: WebContents) => void)[] = []
    guardNavigation({
      on: ((name: string, listener: (event: never, contents: WebContents) => void) => {
        expect(name).toBe('web-contents-created')
        created.push(listener)
      }) as unknown as App['on'],
    })
    const listeners = new Map<string, (event: { preventDefault(): void }) => void>()
    const setWindowOpenHandler = vi.fn<WebContents['setWindowOpenHandler']>()
    const contents = fake<WebContents>('WebContents', {
      on: ((name: string, listener: () => void) => void listeners.set(name, listener)) as never,
      setWindowOpenHandler,
    })
    created[0]?.({} as never, contents)
    expect([...listeners.keys()].sort()).toEqual([
      'will-attach-webview',
      'will-frame-navigate',
      'will-navigate',
      'will-redirect',
    ])
    for (const [name, listener] of listeners) {
      const preventDefault = vi.fn()
      listener({ preventDefault })
      expect(preventDefault, name).toHaveBeenCalledOnce()
    }
    const [open] = setWindowOpenHandler.mock.calls[0] ?? []
    expect(open?.({ url: 'https://evil.example/' } as never)).toEqual({ action: 'deny' })
  })
})

describe('downloads', () => {
  function download(url: string, fileName: string) {
    let listener: (event: { preventDefault(): void }, item: DownloadItem) => void = () => undefined
    askWhereToSave(
      { on: ((_name: string, newListener: typeof listener) => (listener = newListener)) as never },
      { getPath: name => `/home/me/${name}` },
      () => createTranslate('en'),
    )
    const preventDefault = vi.fn()
    const setSaveDialogOptions = vi.fn()
    const item = { getURL: () => url, getFilename: () => fileName, setSaveDialogOptions }
    listener({ preventDefault }, fake<DownloadItem>('DownloadItem', item))
    return { preventDefault, setSaveDialogOptions }
  }

  it('of what the page has built ask where to save it', () => {
    const { preventDefault, setSaveDialogOptions } = download('blob:app://bundle/1', '../../a.csv')
    expect(preventDefault).not.toHaveBeenCalled()
    expect(setSaveDialogOptions).toHaveBeenCalledExactlyOnceWith({
      title: 'Save a.csv',
      defaultPath: path.join('/home/me/downloads', 'a.csv'),
    })
  })

  it('of anything else do not happen', () => {
    for (const url of ['https://evil.example/a', 'app://bundle/index.html', 'data:text/plain,a']) {
      expect(download(url, 'a').preventDefault).toHaveBeenCalledOnce()
    }
  })
})
