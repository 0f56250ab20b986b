import type { MenuItemConstructorOptions } from 'electron'
import type { DesktopTexts } from './desktop-texts.ts'

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
  readonly texts: DesktopTexts
  readonly platform: NodeJS.Platform
  readonly notifications: boolean
  readonly devTools: boolean
  readonly actions: MenuActions
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

/** The menu of the application. Keys without a modifier belong to the page and are not repeated here. */
export function applicationMenu(options: MenuOptions): MenuItemConstructorOptions[] {
  const { texts, platform } = options
  const menus = [
    fileMenu(options),
    editMenu(texts),
    viewMenu(options),
    windowMenu(texts),
    helpMenu(options),
  ]
  // macOS gives the first menu the application's name.
  return platform === 'darwin' ? [macMenu(options), ...menus] : menus
}

function macMenu({ texts, actions }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: 'Tunewright',
    submenu: [
      { label: texts.about, click: actions.showAbout },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { label: texts.quit, accelerator: 'Cmd+Q', click: actions.quit },
    ],
  }
}

function fileMenu({ texts, platform, actions }: MenuOptions): MenuItemConstructorOptions {
  const show = (path: string) => (): void => {
    actions.show(path)
  }
  const quit = { label: texts.quit, accelerator: 'Ctrl+Q', click: actions.quit }
  return {
    label: texts.file,
    submenu: [
      { label: texts.newStudy, accelerator: 'CmdOrCtrl+N', click: show('/studies/new') },
      { label: texts.openStudyFile, accelerator: 'CmdOrCtrl+O', click: actions.openStudyFile },
      separator,
      { label: texts.showDataFolder, click: actions.showDataFolder },
      ...(platform === 'darwin' ? [] : [separator, quit]),
    ],
  }
}

function editMenu(texts: DesktopTexts): MenuItemConstructorOptions {
  return {
    label: texts.edit,
    submenu: [
      { role: 'undo', label: texts.undo },
      { role: 'redo', label: texts.redo },
      separator,
      { role: 'cut', label: texts.cut },
      { role: 'copy', label: texts.copy },
      { role: 'paste', label: texts.paste },
      { role: 'selectAll', label: texts.selectAll },
    ],
  }
}

function viewMenu({ texts, devTools, actions }: MenuOptions): MenuItemConstructorOptions {
  const page = (label: string, path: string): MenuItemConstructorOptions => ({
    label,
    click: () => {
      actions.show(path)
    },
  })
  return {
    label: texts.view,
    submenu: [
      page(texts.studies, '/studies'),
      page(texts.engines, '/engines'),
      page(texts.settings, '/settings'),
      separator,
      { role: 'zoomIn', label: texts.zoomIn },
      { role: 'zoomOut', label: texts.zoomOut },
      { role: 'resetZoom', label: texts.actualSize },
      separator,
      { role: 'togglefullscreen', label: texts.fullScreen },
      ...(devTools ? [{ role: 'toggleDevTools', label: texts.developerTools } as const] : []),
    ],
  }
}

function windowMenu(texts: DesktopTexts): MenuItemConstructorOptions {
  return {
    label: texts.window,
    submenu: [
      { role: 'minimize', label: texts.minimize },
      { role: 'close', label: texts.closeWindow },
    ],
  }
}

function helpMenu({ texts, notifications, actions }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: texts.help,
    submenu: [
      {
        label: texts.notifications,
        type: 'checkbox',
        checked: notifications,
        click: item => {
          actions.setNotifications(item.checked)
        },
      },
      separator,
      { label: texts.licences, click: actions.showLicences },
      { label: texts.about, click: actions.showAbout },
    ],
  }
}
