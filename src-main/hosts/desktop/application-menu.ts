import type { MenuItemConstructorOptions } from 'electron'
import type { MessageKey } from '../../core/i18n/message.ts'
import type { Translate } from '../../core/i18n/translate.ts'

export interface MenuActions {
  /** Shows a page of the router in the window. */
  readonly show: (path: string) => void
  readonly openStudyFile: () => void
  readonly openDatabase: () => void
  readonly showDataFolder: () => void
  readonly setNotifications: (on: boolean) => void
  readonly showLicenses: () => void
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

type Item = MenuItemConstructorOptions

const separator: Item = { type: 'separator' }

/** The menu of the application. Keys without a modifier belong to the page and are not repeated here. */
export function applicationMenu(options: MenuOptions): Item[] {
  const { t, platform, notifications, devTools, actions } = options
  const isMac = platform === 'darwin'
  const show = (path: string) => (): void => {
    actions.show(path)
  }
  const role = (name: Role): Item => ({ role: name, label: t(`desktop.role.${name}`) })
  const about: Item = { label: t('desktop.about'), click: actions.showAbout }
  const quitKeys = isMac ? 'Cmd+Q' : 'Ctrl+Q'
  const quit: Item = { label: t('desktop.quit'), accelerator: quitKeys, click: actions.quit }
  const mac: Item[] = [
    about,
    separator,
    role('hide'),
    role('hideOthers'),
    role('unhide'),
    separator,
    quit,
  ]
  const file: Item[] = [
    { label: t('desktop.newStudy'), accelerator: 'CmdOrCtrl+N', click: show('/studies/new') },
    {
      label: t('desktop.openStudyFile'),
      accelerator: 'CmdOrCtrl+O',
      click: actions.openStudyFile,
    },
    { label: `${t('desktop.openDatabase')}…`, click: actions.openDatabase },
    separator,
    { label: t('desktop.showDataFolder'), click: actions.showDataFolder },
    ...(isMac ? [] : [separator, quit]),
  ]
  const view: Item[] = [
    ...(['studies', 'engines', 'settings'] as const).map(page => ({
      label: t(`desktop.${page}`),
      click: show(`/${page}`),
    })),
    separator,
    role('zoomIn'),
    role('zoomOut'),
    role('resetZoom'),
    separator,
    role('togglefullscreen'),
    ...(devTools ? [role('toggleDevTools')] : []),
  ]
  const help: Item[] = [
    {
      label: t('desktop.notifications'),
      type: 'checkbox',
      checked: notifications,
      click: item => {
        actions.setNotifications(item.checked)
      },
    },
    separator,
    {
      label: `${t('diagnostics.collect')}…`,
      click: show('/settings?diagnostics=1'),
    },
    { label: t('desktop.licenses'), click: actions.showLicenses },
    about,
  ]
  return [
    // macOS gives the first menu the application's name.
    ...(isMac ? [{ label: 'Tunewright', submenu: mac }] : []),
    { label: t('desktop.file'), submenu: file },
    {
      label: t('desktop.edit'),
      submenu: [
        role('undo'),
        role('redo'),
        separator,
        role('cut'),
        role('copy'),
        role('paste'),
        role('selectAll'),
      ],
    },
    { label: t('desktop.view'), submenu: view },
    { label: t('desktop.window'), submenu: [role('minimize'), role('close')] },
    { label: t('desktop.help'), submenu: help },
  ]
}

/** What the system does itself; its own words are in another language than the application's. */
type Role = MessageKey extends infer Key
  ? Key extends `desktop.role.${infer Name}`
    ? Name
    : never
  : never
