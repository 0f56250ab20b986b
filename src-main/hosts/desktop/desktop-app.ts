import path from 'node:path'
import type * as Electron from 'electron'
import type { DesktopApi } from '../../features/desktop/common/desktop.ts'
import type { Envelope } from '../../core/processes/call.ts'
import type { StudyRow } from '../../features/studies/common/rows.ts'
import { decodeWire, encodeWire } from '../../core/processes/wire.ts'
import { type AppError, errorMessage } from '../../core/errors/errors.ts'
import { createTranslate, type Translate } from '../../core/i18n/translate.ts'
import { languageOf } from '../../core/i18n/language.ts'
import type { MachineEvent } from '../../features/run-conditions/common/run-conditions.ts'
import { reportMachineEvents, reportMachineStateNow } from './report-machine-events.ts'
import { type Activity, ActivityFollower, KeepAwake, type Outcome } from './activity.ts'
import { servePage } from './app-protocol.ts'
import { applicationMenu } from './application-menu.ts'
import { type Asked, askedBySecondStart } from './asked.ts'
import { BackEndClient } from './back-end-client.ts'
import { askBeforeClose } from './close-question.ts'
import { DesktopStateFile } from './desktop-state.ts'
import { askForOtherDatabase, chooseData, chooseDatabase, chooseStudyFile } from './file-dialogs.ts'
import type { Installation } from './installation.ts'
import { serveCalls } from './ipc-server.ts'
import { LogFile } from '../../platform/processes/log-file.ts'
import { Notifier, notificationText } from './notifications.ts'
import { pushOfFile } from './opened-files.ts'
import { printPage } from './print-page.ts'
import { askWhereToSave, hardenSession } from './session-policy.ts'
import { offerShortcuts } from './shortcuts.ts'
import { openUpdater, reportLostUpdate, type Updater, updateMethods } from './updater.ts'
import { Windows, type WindowsOptions } from './windows.ts'
import { TrayIcon, trayImage } from './tray-icon.ts'

export type ElectronApi = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'crashReporter'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'nativeTheme'
  | 'Notification'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
  | 'Tray'
>

export interface DesktopOptions {
  readonly electron: ElectronApi
  readonly installation: Installation
  readonly platform: NodeJS.Platform
  /** Null: the user's own database. */
  readonly databasePath: string | null
  /** Of the back end, beside that of this process. */
  readonly environment: Readonly<Record<string, string>>
  /** The file of an AppImage, which a new start needs; null: it is none. */
  readonly appImage: string | null
  /** A folder of data lies beside the application. */
  readonly isPortable: boolean
  /** Developer tools may be opened. */
  readonly devTools: boolean
}

/** The desktop application once Electron is ready: wires the parts; each part is in a file of its own. */
export class DesktopApp {
  readonly #options: DesktopOptions
  readonly #state: DesktopStateFile
  readonly #log: LogFile
  readonly #backEnd: BackEndClient
  readonly #awake: KeepAwake
  readonly #notifier: Notifier
  readonly #tray: TrayIcon | null
  readonly #activity: ActivityFollower
  readonly #updater: Updater
  readonly #windows: Windows
  #offered: ReadonlySet<number> = new Set()
  #isQuitting = false
  #keepsRunning = false

  constructor(options: DesktopOptions) {
    this.#options = options
    const { electron, installation, databasePath, environment, platform, devTools } = options
    const { app, session, ipcMain, Notification } = electron
    const logPath = path.join(app.getPath('logs'), 'main.log')
    this.#log = new LogFile(logPath)
    this.#state = new DesktopStateFile(
      path.join(app.getPath('userData'), 'desktop.json'),
      this.#writeLog,
    )
    this.#updater = openUpdater(app, options, { quit: this.#quit, log: this.#writeLog })
    hardenSession(session.defaultSession, { platform, devTools })
    askWhereToSave(session.defaultSession, app, () => this.#t)
    servePage(electron.protocol, installation.rendererFolder)
    serveCalls(ipcMain, {
      desktop: this.#desktopApi(),
      forward: async body => this.#backEnd.call(body),
    })

    this.#awake = new KeepAwake(electron.powerSaveBlocker)
    this.#notifier = new Notifier(text => new Notification(text))
    this.#tray = this.#makeTray()
    this.#activity = new ActivityFollower(this.#showActivity, this.#notifyOutcome)
    this.#backEnd = new BackEndClient({
      entry: installation.backEndEntry,
      binary: installation.nodeBinary,
      databasePath,
      environment,
      window: {
        electron: process.versions.electron ?? '',
        isPackaged: app.isPackaged,
        logPath,
      },
      log: this.#writeLog,
      printPdf: async html => printPage(electron, html),
      onConnection: open => {
        if (open) this.#updater.confirm('backEnd')
        else this.#activity.clear()
        this.#windows.pushAll({ type: 'connection', open })
        if (!open) return
        void this.#offerShortcuts()
        reportMachineStateNow(electron, this.#reportMachineEvents)
      },
      onEvent: event => {
        this.#activity.take(event)
        this.#windows.pushAll({ type: 'event', event })
        if (
          event.type === 'studyDeleted' ||
          (event.type === 'study' && !this.#offered.has(event.study.id))
        )
          void this.#offerShortcuts()
      },
      onFailed: this.#fail,
    })
    this.#windows = new Windows({
      electron,
      installation,
      devTools,
      stateFile: this.#state,
      log: this.#writeLog,
      onClose: this.#closing,
      onPainted: () => {
        this.#updater.confirm('window')
      },
      activity: () => this.#activity.activity(),
    })
    this.#applyAppearance()
    this.#followApp()
    this.show(null)
    reportLostUpdate(this.#updater, electron.dialog, this.#t)
  }

  /** What another start, a file or a link asks for, comes into this one's window. */
  take({ databasePath, paths, page }: Asked): void {
    this.show(page)
    for (const file of paths) void this.#open(file)
    if (databasePath !== null && databasePath !== this.#databasePath)
      void this.#offerDatabase(databasePath)
  }

  /** Shows a window, made anew if all were closed, with a page of the router if one is named. */
  show(page: string | null): void {
    this.#windows.show(page)
  }

  /** A desktop without a place for tray icons, or an image that cannot be read, is no reason not to start. */
  #makeTray(): TrayIcon | null {
    const { electron, installation, platform } = this.#options
    const { Tray, Menu } = electron
    const actions = {
      showWindow: this.#reveal,
      showStudy: (id: number) => {
        this.show(`/studies/${id}`)
      },
      pause: (studyId: number) => void this.#call('study.pause', { studyId }),
      quit: this.#quit,
    }
    try {
      const tray = new Tray(path.join(installation.icons, trayImage(platform)))
      return new TrayIcon(tray, template => Menu.buildFromTemplate(template), this.#t, actions)
    } catch (error) {
      this.#writeLog(`tray: ${String(error)}`)
      return null
    }
  }

  /** A study file goes into the form, a bundle or a database into the dialog of imports, all else into the form as data. */
  async #open(file: string): Promise<void> {
    const { electron, platform } = this.#options
    const push = await pushOfFile(file, electron.dialog, this.#t)
    if (push === null) return
    // Linux' desktops keep no such list of an application.
    if (platform !== 'linux') electron.app.addRecentDocument(file)
    this.#windows.push(push)
  }

  /** One database at a time: another one means another start. */
  async #offerDatabase(file: string): Promise<void> {
    const { electron, appImage } = this.#options
    const { app, dialog } = electron
    const current = this.#databasePath ?? ''
    if (!(await askForOtherDatabase(dialog, { current, file }, this.#t))) return
    const project = app.isPackaged ? [] : [app.getAppPath()]
    app.relaunch({
      args: [...project, `--db=${file}`],
      ...(appImage === null ? {} : { execPath: appImage }),
    })
    this.#quit()
  }

  /** In the taskbar or dock. */
  async #offerShortcuts(): Promise<void> {
    const { electron, platform } = this.#options
    if (platform === 'linux') return
    const answer = decodeWire(await this.#call('study.list', {})) as Envelope<StudyRow[]>
    if (!answer.ok) return
    this.#offered = new Set(answer.value.map(({ id }) => id))
    offerShortcuts(answer.value, this.#t, {
      app: electron.app,
      menu: electron.Menu,
      platform,
      binary: process.execPath,
      show: page => {
        this.show(page)
      },
    })
  }

  /** Before the back end has said so, the one that was asked for. */
  get #databasePath(): string | null {
    return this.#backEnd.databasePath ?? this.#options.databasePath
  }

  async #chooseDatabase(): Promise<void> {
    this.show(null)
    const window = this.#windows.current?.window
    if (window === undefined) return
    const file = await chooseDatabase(this.#options.electron.dialog, window, this.#t)
    if (file !== null) await this.#offerDatabase(file)
  }

  get #t(): Translate {
    const { language } = this.#state.get()
    return createTranslate(language ?? languageOf(this.#options.electron.app.getLocale()))
  }

  readonly #reportMachineEvents = (event: MachineEvent): void =>
    void this.#call('runConditions.machineEvent', { event })

  async #call(method: string, payload: object): Promise<string> {
    return this.#backEnd.call(encodeWire({ method, payload }))
  }

  #desktopApi(): DesktopApi {
    return {
      ...updateMethods(this.#updater),
      'desktop.appearance': async appearance => {
        this.#state.set(appearance)
        this.#applyAppearance()
        return null
      },
      'desktop.notifications': async () => this.#state.get().notifications,
      'desktop.setNotifications': async ({ enabled }) => {
        this.#state.set({ notifications: enabled })
        // The menu shows it too.
        this.#applyAppearance()
        return null
      },
      'desktop.chooseData': async ({ kind }) => {
        const window = this.#windows.current?.window
        if (window === undefined) return null
        return chooseData(this.#options.electron.dialog, window, kind, this.#t)
      },
    }
  }

  /** Menus, tray and the window's frame in the chosen language and theme. */
  #applyAppearance(): void {
    const { electron, platform, devTools } = this.#options
    const { app, dialog, Menu, nativeTheme, shell } = electron
    nativeTheme.themeSource = this.#state.get().theme
    this.#tray?.speak(this.#t)
    const template = applicationMenu({
      t: this.#t,
      platform,
      notifications: this.#state.get().notifications,
      devTools,
      actions: {
        show: page => {
          this.show(page)
        },
        openStudyFile: () => void this.#openStudyFile(),
        openDatabase: () => void this.#chooseDatabase(),
        showDataFolder: () => {
          if (this.#backEnd.databasePath !== null)
            shell.showItemInFolder(this.#backEnd.databasePath)
        },
        setNotifications: notifications => {
          this.#state.set({ notifications })
        },
        showLicenses: () => {
          shell.showItemInFolder(this.#options.installation.licenses)
        },
        showAbout: () => {
          const { electron: runtime = '', chrome: chromium = '' } = process.versions
          const values = { version: app.getVersion(), electron: runtime, chromium }
          const detail = this.#t('desktop.aboutText', values)
          void dialog.showMessageBox({ type: 'info', message: 'Tunewright', detail })
        },
        quit: this.#quit,
      },
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }

  async #openStudyFile(): Promise<void> {
    this.show(null)
    const window = this.#windows.current?.window
    if (window === undefined) return
    const file = await chooseStudyFile(this.#options.electron.dialog, window, this.#t)
    if (file !== null) await this.#open(file)
  }

  readonly #showActivity = (activity: Activity): void => {
    this.#awake.set(activity.running.length > 0)
    this.#tray?.show(activity)
    this.#windows.showProgress(activity)
  }

  readonly #notifyOutcome = (outcome: Outcome): void => {
    const { Notification } = this.#options.electron
    if (
      this.#windows.areLookedAt ||
      !this.#state.get().notifications ||
      !Notification.isSupported()
    )
      return
    this.#notifier.notify(notificationText(outcome, this.#t), () => {
      const id = outcome.study?.id
      this.show(id === undefined ? null : `/studies/${id}`)
    })
  }

  #followApp(): void {
    const { app } = this.#options.electron
    app.on('second-instance', (_event, _argv, _folder, data) => {
      this.take(askedBySecondStart(data))
    })
    app.on('activate', this.#reveal)
    app.on('window-all-closed', () => {
      if (!this.#keepsRunning) app.quit()
    })
    app.on('before-quit', () => {
      this.#isQuitting = true
    })
    reportMachineEvents(this.#options.electron, this.#reportMachineEvents)
    let isClosing = false
    app.on('will-quit', event => {
      event.preventDefault()
      if (isClosing) return
      isClosing = true
      this.#tray?.close()
      void this.#backEnd.close().finally(() => {
        app.exit(0)
      })
    })
  }

  readonly #closing: WindowsOptions['onClose'] = (event, window, isLast) => {
    const isRunning = this.#activity.activity().running.length > 0
    this.#keepsRunning = false
    if (this.#isQuitting || !isRunning || !isLast) return
    event.preventDefault()
    const { app, dialog } = this.#options.electron
    const { onClose } = this.#state.get()
    void askBeforeClose(dialog, window, onClose, this.#t).then(({ action, always }) => {
      if (action === 'cancel') return
      if (always) this.#state.set({ onClose: action })
      if (action === 'quit') app.quit()
      else {
        this.#keepsRunning = true
        window.destroy()
      }
    })
  }

  /** Without a back end there is nothing to show. */
  readonly #fail = (error: AppError): void => {
    this.#writeLog(error.message)
    const { dialog } = this.#options.electron
    dialog.showErrorBox(this.#t('desktop.cannotStart'), this.#t.format(errorMessage(error)))
    this.#quit()
  }

  readonly #reveal = (): void => {
    this.show(null)
  }

  readonly #quit = (): void => {
    this.#options.electron.app.quit()
  }

  readonly #writeLog = (text: string): void => {
    this.#log.write(text)
  }
}
