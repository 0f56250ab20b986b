import type { MenuItemConstructorOptions } from 'electron'
import type { Translate } from '../i18n/translate.ts'

export interface MenuActions {
  /** Shows a page of the router in the window. */
  readonly show: (path: string) => void
  readonly openStudyFile: () => void
  readonly showDataFolder: () => void
  readonly setNotifications: (on: boolean) => void
  readonly showLicences: () => void
  readonly showAbout: () => void
  readonly quit: () => void
}

export interface MenuOptions {
  readonly t: Translate
  readonly platform: NodeJS.Platform
  readonly notifications: boolean
  readonly devTools: boolean
  readonly actions: MenuActions
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

/** The menu of the application. Keys without a modifier belong to the page and are not repeated here. */
export function applicationMenu(options: MenuOptions): MenuItemConstructorOptions[] {
  const { t, platform } = options
  const menus = [
    fileMenu(options),
    editMenu(t),
    viewMenu(options),
    windowMenu(t),
    helpMenu(options),
  ]
  // macOS gives the first menu the application's name.
  return platform === 'darwin' ? [macMenu(options), ...menus] : menus
}

function macMenu({ t, actions }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: 'Tunewright',
    submenu: [
      { label: t('desktop.about'), click: actions.showAbout },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { label: t('desktop.quit'), accelerator: 'Cmd+Q', click: actions.quit },
    ],
  }
}

function fileMenu({ t, platform, actions }: MenuOptions): MenuItemConstructorOptions {
  const show = (path: string) => (): void => {
    actions.show(path)
  }
  const quit = { label: t('desktop.quit'), accelerator: 'Ctrl+Q', click: actions.quit }
  return {
    label: t('desktop.file'),
    submenu: [
      { label: t('desktop.newStudy'), accelerator: 'CmdOrCtrl+N', click: show('/studies/new') },
      {
        label: t('desktop.openStudyFile'),
        accelerator: 'CmdOrCtrl+O',
        click: actions.openStudyFile,
      },
      separator,
      { label: t('desktop.showDataFolder'), click: actions.showDataFolder },
      ...(platform === 'darwin' ? [] : [separator, quit]),
    ],
  }
}

function editMenu(t: Translate): MenuItemConstructorOptions {
  return {
    label: t('desktop.edit'),
    submenu: [
      { role: 'undo', label: t('desktop.undo') },
      { role: 'redo', label: t('desktop.redo') },
      separator,
      { role: 'cut', label: t('desktop.cut') },
      { role: 'copy', label: t('desktop.copy') },
      { role: 'paste', label: t('desktop.paste') },
      { role: 'selectAll', label: t('desktop.selectAll') },
    ],
  }
}

function viewMenu({ t, devTools, actions }: MenuOptions): MenuItemConstructorOptions {
  const page = (label: string, path: string): MenuItemConstructorOptions => ({
    label,
    click: () => {
      actions.show(path)
    },
  })
  return {
    label: t('desktop.view'),
    submenu: [
      page(t('desktop.studies'), '/studies'),
      page(t('desktop.engines'), '/engines'),
      page(t('desktop.settings'), '/settings'),
      separator,
      { role: 'zoomIn', label: t('desktop.zoomIn') },
      { role: 'zoomOut', label: t('desktop.zoomOut') },
      { role: 'resetZoom', label: t('desktop.actualSize') },
      separator,
      { role: 'togglefullscreen', label: t('desktop.fullScreen') },
      ...(devTools
        ? [{ role: 'toggleDevTools', label: t('desktop.developerTools') } as const]
        : []),
    ],
  }
}

function windowMenu(t: Translate): MenuItemConstructorOptions {
  return {
    label: t('desktop.window'),
    submenu: [
      { role: 'minimize', label: t('desktop.minimize') },
      { role: 'close', label: t('desktop.closeWindow') },
    ],
  }
}

function helpMenu({ t, notifications, actions }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: t('desktop.help'),
    submenu: [
      {
        label: t('desktop.notifications'),
        type: 'checkbox',
        checked: notifications,
        click: item => {
          actions.setNotifications(item.checked)
        },
      },
      separator,
      { label: t('desktop.licences'), click: actions.showLicences },
      { label: t('desktop.about'), click: actions.showAbout },
    ],
  }
}
