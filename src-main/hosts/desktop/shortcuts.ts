import type {
  App,
  JumpListCategory,
  JumpListItem,
  Menu,
  MenuItemConstructorOptions,
} from 'electron'
import type { StudyRow } from '../../features/studies/common/rows.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import { linkScheme } from '../../features/application/common/link.ts'

const MAX_RECENT = 5
/** Windows cuts longer ones off without a mark. */
const MAX_TITLE_CHARACTERS = 100

export interface ShortcutsOptions {
  readonly app: Pick<App, 'setJumpList' | 'dock' | 'isPackaged'>
  readonly menu: Pick<typeof Menu, 'buildFromTemplate'>
  readonly platform: NodeJS.Platform
  /** Of the application. */
  readonly binary: string
  readonly show: (page: string) => void
}

/** The studies that a person made last, as the icon in the taskbar (Windows) or the dock (macOS) offers them, and a new one. */
export function offerShortcuts(
  studies: readonly StudyRow[],
  t: Translate,
  options: ShortcutsOptions,
): void {
  const { app, platform } = options
  const recent = studies
    .filter(({ labels }) => !labels.archived)
    .sort((a, b) => b.createdAtMs - a.createdAtMs)
    .slice(0, MAX_RECENT)
  // A start from the project needs more than a link.
  if (platform === 'win32' && app.isPackaged) app.setJumpList(jumpList(recent, t, options.binary))
  if (platform === 'darwin') {
    app.dock?.setMenu(options.menu.buildFromTemplate(dockMenu(recent, t, options.show)))
  }
}

function jumpList(recent: readonly StudyRow[], t: Translate, binary: string): JumpListCategory[] {
  const task = (text: string, page: string): JumpListItem => {
    const title = text.slice(0, MAX_TITLE_CHARACTERS)
    const args = `${linkScheme}://${page}`
    return {
      type: 'task',
      title,
      description: title,
      program: binary,
      args,
      iconPath: binary,
      iconIndex: 0,
    }
  }
  return [
    // An empty category is refused.
    ...(recent.length === 0
      ? []
      : [
          {
            type: 'custom',
            name: t('desktop.recentStudies'),
            items: recent.map(({ id, name }) => task(name, `study/${id}`)),
          } as const,
        ]),
    { type: 'tasks', items: [task(t('desktop.newStudy'), 'new')] },
  ]
}

function dockMenu(
  recent: readonly StudyRow[],
  t: Translate,
  show: (page: string) => void,
): MenuItemConstructorOptions[] {
  const entry = (label: string, page: string): MenuItemConstructorOptions => ({
    label,
    click: () => {
      show(page)
    },
  })
  return [
    ...recent.map(({ id, name }) => entry(name, `/studies/${id}`)),
    ...(recent.length === 0 ? [] : [{ type: 'separator' } as const]),
    entry(t('desktop.newStudy'), '/studies/new'),
  ]
}
