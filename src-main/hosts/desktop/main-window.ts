import path from 'node:path'
import type * as Electron from 'electron'
import type { DesktopPush } from '../../features/desktop/common/desktop.ts'
import { encodeWire } from '../../core/processes/wire.ts'
import { pushChannel } from '../../core/processes/channels.ts'
import type { DesktopStateFile } from './desktop-state.ts'
import type { Installation } from './installation.ts'
import { isOwnAddress, pageAddress } from './page-address.ts'
import { webPreferences } from './web-preferences.ts'
import { placeWindow, storeWindowState, SMALLEST_SIZE } from './window-state.ts'

export interface MainWindowOptions {
  readonly electron: Pick<typeof Electron, 'BrowserWindow' | 'screen'>
  readonly installation: Installation
  readonly devTools: boolean
  readonly stateFile: DesktopStateFile
  readonly log: (text: string) => void
  /** Page of the router to begin with, e.g. `/studies/7`. */
  readonly path: string
  /** From where the last one was. */
  readonly shiftPx: number
  /** The page asks for a window of its own for this page of the router. */
  readonly onOpen: (page: string) => void
}

/** A page that crashes more often than this while a window lives is left as it is. */
const MAX_RELOADS = 3

/** A window with the application's page. */
export class MainWindow {
  readonly window: Electron.BrowserWindow
  /** Pushes that wait for the page. */
  #waiting: string[] | null = []
  /** Something is painted; before that it would show empty. */
  #isPainted = false

  constructor(options: MainWindowOptions) {
    const { electron, installation, devTools, stateFile } = options
    const state = stateFile.get()
    this.window = new electron.BrowserWindow({
      ...placeWindow(shifted(state.bounds, options.shiftPx), screensOf(electron.screen)),
      minWidth: SMALLEST_SIZE.width,
      minHeight: SMALLEST_SIZE.height,
      title: 'Tunewright',
      icon: path.join(installation.icons, 'icon.png'),
      show: false,
      webPreferences: webPreferences(installation.preload, devTools),
    })
    storeWindowState(this.window, change => {
      stateFile.set(change)
    })
    this.window.once('ready-to-show', () => {
      this.#isPainted = true
      if (state.maximized) this.window.maximize()
      this.window.show()
    })
    this.#followPage(options)
    void this.window.loadURL(`${pageAddress}#${options.path}`)
  }

  push(message: DesktopPush): void {
    const text = encodeWire(message)
    if (this.#waiting !== null) this.#waiting.push(text)
    else if (!this.window.isDestroyed()) this.window.webContents.send(pushChannel, text)
  }

  /** Brings the window to the front; a new one comes by itself once it is painted. */
  reveal(): void {
    if (!this.#isPainted) return
    if (this.window.isMinimized()) this.window.restore()
    this.window.show()
    this.window.focus()
  }

  #followPage({ log, onOpen }: MainWindowOptions): void {
    const { webContents } = this.window
    // No page makes a window: it is made here, with the rights of every page.
    webContents.setWindowOpenHandler(({ url }) => {
      if (isOwnAddress(url)) onOpen(new URL(url).hash.slice(1))
      return { action: 'deny' }
    })
    let reloads = 0
    // A move inside the page (its hash, the mouse's back button) spins, too, but the page goes on listening.
    webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.#waiting ??= []
    })
    // Of every load the last word, also of one that failed; `did-finish-load` is none of those.
    webContents.on('did-stop-loading', () => {
      for (const text of this.#waiting ?? []) webContents.send(pushChannel, text)
      this.#waiting = null
    })
    webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      log(`page gone: ${reason} (${exitCode})`)
      if (reason === 'clean-exit' || ++reloads > MAX_RELOADS) return
      // In the next turn: Electron is still taking the page away, and would crash itself.
      setImmediate(() => {
        if (!this.window.isDestroyed()) webContents.reload()
      })
    })
  }
}

function shifted(bounds: Electron.Rectangle | null, byPx: number): Electron.Rectangle | null {
  return bounds && { ...bounds, x: bounds.x + byPx, y: bounds.y + byPx }
}

/** The primary screen first. */
function screensOf(screen: Electron.Screen): Electron.Display[] {
  const primary = screen.getPrimaryDisplay()
  return [primary, ...screen.getAllDisplays().filter(({ id }) => id !== primary.id)]
}
