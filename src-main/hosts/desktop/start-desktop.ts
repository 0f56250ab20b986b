import { DATA_VARIABLE } from '../../platform/files/data-folders.ts'
import { makeFilesPrivate } from '../../platform/files/private-umask.ts'
import { createTranslate } from '../../core/i18n/translate.ts'
import { languageOf } from '../../core/i18n/language.ts'
import { registerPageScheme } from './app-protocol.ts'
import { askedBy, askedBySecondStart, askedNothing, type Asked, wordsOf } from './asked.ts'
import { linkScheme, pageOfLink } from '../../features/application/common/link.ts'
import { DesktopApp, type ElectronApi } from './desktop-app.ts'
import { locateInstallation } from './installation.ts'
import { guardNavigation } from './navigation-guards.ts'
import { keepIn, portableFolder } from './portable-data.ts'
import { searchPath } from './search-path.ts'

/** What the operating system gave this process. */
export interface StartContext {
  readonly argv: readonly string[]
  /** Electron's own. */
  readonly binary: string
  readonly folder: string
  readonly platform: NodeJS.Platform
  readonly resourcesPath: string
  readonly environment: NodeJS.ProcessEnv
}

/**
 * From the first line to the window. Whatever goes wrong on the way is said in a box and ends the process: one without a window
 * would hold the lock that lets only one start.
 * @returns null where another start has taken over, or after such an error
 */
export async function startDesktop(
  electron: ElectronApi,
  context: StartContext,
): Promise<DesktopApp | null> {
  const { app, protocol, dialog } = electron
  const { platform, environment } = context
  makeFilesPrivate()
  try {
    const appImage = environment['APPIMAGE'] ?? null
    const portable = app.isPackaged
      ? portableFolder(platform, { binary: context.binary, appImage })
      : null
    if (portable !== null) keepIn(portable, app)
    // Before anything else exists: every page is sandboxed and stays where it is.
    app.enableSandbox()
    registerPageScheme(protocol)
    guardNavigation(app)
    // Dumps of crashes stay on this machine.
    electron.crashReporter.start({ uploadToServer: false })

    const launchRequest = askedBy(wordsOf(context.argv, app.isPackaged), context.folder)
    if (!app.requestSingleInstanceLock(launchRequest)) {
      app.quit()
      return null
    }
    let started: DesktopApp | null = null
    const early: Asked[] = []
    hearFilesAndLinks(electron, request => {
      if (started === null) early.push(request)
      else started.take(request)
    })
    // Once it is there, it hears of them itself.
    app.on('second-instance', (_event, _argv, _folder, data) => {
      if (started === null) early.push(askedBySecondStart(data))
    })
    if (platform === 'win32') app.setAppUserModelId('app.tunewright.desktop')
    if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme)
    const [path] = await Promise.all([
      app.isPackaged ? searchPath(platform, environment) : environment['PATH'],
      app.whenReady(),
    ])
    const installation = locateInstallation({
      isPackaged: app.isPackaged,
      appPath: app.getAppPath(),
      resourcesPath: context.resourcesPath,
      platform,
      nodeVariable: environment['TUNEWRIGHT_NODE'],
    })
    started = new DesktopApp({
      electron,
      installation,
      platform,
      databasePath: launchRequest.databasePath,
      environment: {
        ...(path === undefined ? {} : { PATH: path }),
        ...(portable === null ? {} : { [DATA_VARIABLE]: portable }),
      },
      appImage,
      isPortable: portable !== null,
      devTools: !app.isPackaged,
    })
    for (const request of [{ ...launchRequest, databasePath: null }, ...early])
      started.take(request)
    return started
  } catch (error) {
    const t = createTranslate(languageOf(app.isReady() ? app.getLocale() : 'en'))
    dialog.showErrorBox(t('desktop.cannotStart'), String((error as Error | null)?.message ?? error))
    app.exit(1)
    return null
  }
}

/** macOS gives files and links by events, the first of them before the application is ready. */
function hearFilesAndLinks({ app }: ElectronApi, take: (request: Asked) => void): void {
  app.on('open-file', (event, file) => {
    event.preventDefault()
    take({ ...askedNothing, paths: [file] })
  })
  app.on('open-url', (event, link) => {
    event.preventDefault()
    take({ ...askedNothing, page: pageOfLink(link) })
  })
}
