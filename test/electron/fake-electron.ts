import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import type {
  App,
  BrowserWindowConstructorOptions,
  Display,
  IpcMainInvokeEvent,
  MenuItemConstructorOptions,
  NotificationConstructorOptions,
  PrintToPDFOptions,
  Session,
  WebContents,
  WebFrameMain,
} from 'electron'
import type { DesktopPush } from '../../src-main/features/desktop/common/desktop.ts'
import { decodeWire } from '../../src-main/core/processes/wire.ts'
import type { ElectronApi } from '../../src-main/hosts/desktop/desktop-app.ts'
import { fake } from './fake.ts'
import { asOn } from './supported-platforms.ts'

/** A window that loads at once and keeps what it is sent. */
export class FakeWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions
  readonly pushes: DesktopPush[] = []
  readonly progress: number[] = []
  readonly webContents: WebContents
  readonly frame = fake<WebFrameMain>('WebFrameMain', { url: 'app://bundle/', parent: null })
  url = ''
  opens: ((details: { url: string }) => { action: string }) | null = null
  destroyed = false
  focused = true
  revealed = 0
  reloads = 0
  printed: PrintToPDFOptions | null = null
  printFails = false
  readonly #onClosed: (window: FakeWindow) => void

  constructor(options: BrowserWindowConstructorOptions, onClosed: (window: FakeWindow) => void) {
    super()
    this.options = options
    this.#onClosed = onClosed
    const contents = Object.assign(new EventEmitter(), {
      mainFrame: this.frame,
      send: (_channel: string, text: string) => {
        this.pushes.push(decodeWire(text) as DesktopPush)
      },
      reload: () => void this.reloads++,
      setWindowOpenHandler: (handle: NonNullable<typeof this.opens>) => void (this.opens = handle),
      printToPDF: async (options: PrintToPDFOptions) => {
        if (this.printFails) throw new Error('no printer')
        this.printed = options
        return Buffer.from('%PDF-fake')
      },
    })
    this.webContents = fake<WebContents>('WebContents', contents as unknown as WebContents)
  }

  async loadURL(url: string): Promise<void> {
    this.url = url
    queueMicrotask(() => {
      this.#emitPageEvent('did-start-navigation', { isMainFrame: true, isSameDocument: false })
      this.#emitPageEvent('did-start-loading')
      this.#emitPageEvent('dom-ready')
      this.#emitPageEvent('did-finish-load')
      this.#emitPageEvent('did-stop-loading')
      this.emit('ready-to-show')
    })
  }

  /** The mouse's back button, or another hash: the page stays, and nothing has finished loading. */
  moveInside(): void {
    this.#emitPageEvent('did-start-navigation', { isMainFrame: true, isSameDocument: true })
    this.#emitPageEvent('did-start-loading')
    this.#emitPageEvent('did-navigate-in-page')
    this.#emitPageEvent('did-stop-loading')
  }

  /** Its process ends. */
  crashPage(reason: string): void {
    this.webContents.emit('render-process-gone', {}, { reason, exitCode: 1 })
  }

  #emitPageEvent(event: string, details: object = {}): void {
    this.webContents.emit(event, details)
  }

  /** A person closes it. */
  close(): void {
    let prevented = false
    this.emit('close', { preventDefault: () => (prevented = true) })
    if (!prevented) this.destroy()
  }

  destroy(): void {
    this.destroyed = true
    this.emit('closed')
    this.#onClosed(this)
  }

  show(): void {
    this.revealed++
  }

  focus(): void {}
  maximize(): void {}
  isFocused(): boolean {
    return this.focused
  }
  isMinimized(): boolean {
    return false
  }
  isMaximized(): boolean {
    return false
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
  getNormalBounds() {
    return { x: 0, y: 0, width: 900, height: 700 }
  }
  setProgressBar(share: number): void {
    this.progress.push(share)
  }
}

/** A session made for one page. */
export interface FakePartition {
  readonly partition: string
  asks:
    ((details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void) | null
  readonly permissions: unknown[]
}

export interface FakeHost {
  readonly locale?: string
  /** Whose Electron this is: members that it lacks there are missing. */
  readonly platform?: NodeJS.Platform
  readonly isPackaged?: boolean
  /** Another start has the lock. */
  readonly isSecond?: boolean
  /** Images of the tray cannot be read. */
  readonly trayFails?: boolean
}

/** The parts of Electron that the application uses, and what happened to them. */
export function fakeElectron(folder: string, host: FakeHost = {}) {
  const { locale = 'en-GB', platform = 'linux', isPackaged = false } = host
  const seen = {
    windows: [] as FakeWindow[],
    menus: [] as MenuItemConstructorOptions[][],
    trayMenus: [] as MenuItemConstructorOptions[][],
    notifications: [] as NotificationConstructorOptions[],
    errors: [] as string[],
    blockers: new Set<number>(),
    exitCode: null as number | null,
    recent: [] as string[],
    /** That were set. */
    paths: {} as Record<string, string>,
    jumpLists: [] as Electron.JumpListCategory[][],
    dockMenus: [] as MenuItemConstructorOptions[][],
    relaunched: [] as Electron.RelaunchOptions[],
    lockData: null as unknown,
    trayImages: [] as string[],
    questions: [] as string[],
    details: [] as (string | undefined)[],
    /** Calls before `whenReady`, in their order. */
    beforeReady: [] as string[],
    schemes: [] as string[],
    shown: [] as string[],
    partitions: [] as FakePartition[],
  }
  const ignore = (): undefined => undefined
  let chosen: string[] = []
  let answerQuestion = { response: 0, checkboxChecked: false }
  let handler: (event: IpcMainInvokeEvent, body: unknown) => Promise<string> = () => {
    throw new Error('nothing handles calls')
  }

  const appEvents = new EventEmitter()
  /** Closes every window, then asks to quit, as Electron does. */
  const quit = (): void => {
    appEvents.emit('before-quit')
    const open = seen.windows.filter(({ destroyed }) => !destroyed)
    for (const window of open) window.close()
    if (seen.windows.every(({ destroyed }) => destroyed)) {
      appEvents.emit('will-quit', { preventDefault: () => undefined })
    }
  }
  let isQuitting = false
  let isReady = false
  const early = (name: string): void => {
    if (!isReady) seen.beforeReady.push(name)
  }
  const realApp = fake<App>('App', {
    on: appEvents.on.bind(appEvents) as unknown as App['on'],
    getPath: name => seen.paths[name] ?? `${folder}/${name}`,
    setPath: (name, target) => void (seen.paths[name] = target),
    getLocale: () => locale,
    getAppPath: () => '/project',
    isPackaged,
    isReady: () => isReady,
    whenReady: async () => {
      isReady = true
    },
    enableSandbox: () => {
      early('enableSandbox')
    },
    requestSingleInstanceLock: data => {
      seen.lockData = data
      return host.isSecond !== true
    },
    setAppUserModelId: ignore,
    setAsDefaultProtocolClient: () => true,
    setJumpList: categories => {
      seen.jumpLists.push(categories ?? [])
      return 'ok'
    },
    dock: fake<Electron.Dock>('Dock', {
      setMenu: menu => void seen.dockMenus.push(menu as unknown as MenuItemConstructorOptions[]),
    }),
    addRecentDocument: file => void seen.recent.push(file),
    relaunch: options => void seen.relaunched.push(options ?? {}),
    getVersion: () => '1.2.3',
    quit: () => {
      if (isQuitting) return
      isQuitting = true
      quit()
    },
    exit: code => {
      seen.exitCode = code ?? 0
    },
  })
  const app = asOn(platform, 'App', realApp)

  class BrowserWindow extends FakeWindow {
    static getFocusedWindow(): null {
      return null
    }

    constructor(options: BrowserWindowConstructorOptions) {
      super(options, () => {
        const last = seen.windows.every(({ destroyed }) => destroyed)
        if (last && !isQuitting) appEvents.emit('window-all-closed')
      })
      seen.windows.push(this)
    }
  }

  class Tray extends EventEmitter {
    constructor(image: string) {
      super()
      if (host.trayFails === true) throw new Error(`Failed to load image from path '${image}'`)
      seen.trayImages.push(image)
    }
    setToolTip(): void {}
    setContextMenu(menu: MenuItemConstructorOptions[]): void {
      seen.trayMenus.push(menu)
    }
    destroy(): void {}
  }

  class Notification extends EventEmitter {
    static isSupported(): boolean {
      return true
    }
    constructor(options: NotificationConstructorOptions) {
      super()
      seen.notifications.push(options)
    }
    show(): void {}
  }

  const display = fake<Display>('Display', {
    id: 1,
    workArea: { x: 0, y: 0, width: 1920, height: 1080 },
  })
  const electron = {
    app,
    crashReporter: {
      start: ({ uploadToServer }: { uploadToServer: boolean }) =>
        void seen.beforeReady.push(`crashReporter ${uploadToServer}`),
    },
    BrowserWindow,
    Tray,
    Notification,
    dialog: {
      showErrorBox: (_title: string, text: string) => void seen.errors.push(text),
      showMessageBox: async (...all: { message: string; detail?: string }[]) => {
        seen.details.push(all.at(-1)?.detail)
        seen.questions.push(all.at(-1)?.message ?? '')
        return answerQuestion
      },
      showOpenDialog: async () => ({ canceled: chosen.length === 0, filePaths: chosen }),
    },
    ipcMain: {
      handle: (_channel: string, newHandler: typeof handler) => void (handler = newHandler),
    },
    Menu: {
      buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (menu: MenuItemConstructorOptions[]) => void seen.menus.push(menu),
    },
    nativeTheme: { themeSource: 'system' },
    powerMonitor: { on: () => undefined, isOnBatteryPower: () => false },
    powerSaveBlocker: {
      start: () => {
        const id = seen.blockers.size + 1
        seen.blockers.add(id)
        return id
      },
      stop: (id: number) => void seen.blockers.delete(id),
    },
    protocol: {
      handle: (scheme: string) => void seen.schemes.push(scheme),
      registerSchemesAsPrivileged: () => {
        early('registerSchemesAsPrivileged')
      },
    },
    screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] },
    session: {
      defaultSession: asOn(
        platform,
        'Session',
        fake<Session>('Session', {
          setPermissionRequestHandler: ignore,
          setPermissionCheckHandler: ignore,
          setDevicePermissionHandler: ignore,
          setDisplayMediaRequestHandler: ignore,
          setBluetoothPairingHandler: ignore,
          setSpellCheckerEnabled: ignore,
          webRequest: { onBeforeRequest: ignore } as unknown as Session['webRequest'],
          on: ignore as unknown as Session['on'],
        }),
      ),
      fromPartition: (partition: string) => {
        const fakePartition: FakePartition = { partition, asks: null, permissions: [] }
        seen.partitions.push(fakePartition)
        return fake<Session>('Session', {
          setPermissionRequestHandler: handle => void fakePartition.permissions.push(handle),
          setPermissionCheckHandler: handle => void fakePartition.permissions.push(handle),
          webRequest: {
            onBeforeRequest: (asks: FakePartition['asks']) => void (fakePartition.asks = asks),
          } as unknown as Session['webRequest'],
        })
      },
    },
    shell: { showItemInFolder: (file: string) => void seen.shown.push(file) },
  } as unknown as ElectronApi

  return {
    electron,
    seen,
    appEvents,
    /** A call from the page of a window. */
    call: (window: FakeWindow, body: unknown) => {
      const { frame: senderFrame, webContents: sender } = window
      return handler(fake<IpcMainInvokeEvent>('Event', { sender, senderFrame }), body)
    },
    answerWith: (answer: typeof answerQuestion) => {
      answerQuestion = answer
    },
    /** In the next dialogs for files. */
    choose: (...paths: readonly string[]) => {
      chosen = [...paths]
    },
    /** Presses an entry of the application's menu, whatever stands behind its name. */
    press: (label: string) => {
      const below = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
        items.flatMap(item => [item, ...(Array.isArray(item.submenu) ? below(item.submenu) : [])])
      const item = below(seen.menus.at(-1) ?? []).find(entry => entry.label?.startsWith(label))
      if (item?.click === undefined) throw new Error(`${label} is not in the menu`)
      item.click({} as never, undefined, {})
    },
  }
}
