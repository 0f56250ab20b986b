import type { Menu, MenuItemConstructorOptions, Tray } from 'electron'
import { finishedCount } from '../../core/trial/trial.ts'
import type { Activity } from './activity.ts'
import type { Translate } from '../../core/i18n/translate.ts'

/** A menu that is rebuilt five times a second would close under the pointer. */
const REBUILD_EVERY_MS = 1_000

/** The icon beside the clock: what runs, pause, and the way back to the window. */
export class TrayIcon {
  readonly #tray: Pick<Tray, 'setContextMenu' | 'setToolTip' | 'on' | 'destroy'>
  readonly #buildMenu: (template: MenuItemConstructorOptions[]) => Menu
  readonly #actions: TrayActions
  #t: Translate
  #activity: Activity = { running: [], progress: null }
  #timer: NodeJS.Timeout | null = null

  constructor(
    tray: Pick<Tray, 'setContextMenu' | 'setToolTip' | 'on' | 'destroy'>,
    buildMenu: (template: MenuItemConstructorOptions[]) => Menu,
    t: Translate,
    actions: TrayActions,
  ) {
    this.#tray = tray
    this.#buildMenu = buildMenu
    this.#t = t
    this.#actions = actions
    tray.on('click', actions.showWindow)
    this.#rebuild()
  }

  /** Shows what runs, soon: many changes make one menu. */
  show(activity: Activity): void {
    this.#activity = activity
    this.#timer ??= setTimeout(() => {
      this.#rebuild()
    }, REBUILD_EVERY_MS)
  }

  speak(t: Translate): void {
    this.#t = t
    this.#rebuild()
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#tray.destroy()
  }

  #rebuild(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#tray.setToolTip(trayTooltip(this.#activity, this.#t))
    this.#tray.setContextMenu(this.#buildMenu(trayMenu(this.#activity, this.#t, this.#actions)))
  }
}

/** Windows takes the size that fits from an icon file; macOS wants a black shape, whose name says so and which it colors itself. */
export function trayImage(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'icon.ico'
  return platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'
}

export interface TrayActions {
  readonly showWindow: () => void
  readonly showStudy: (studyId: number) => void
  readonly pause: (studyId: number) => void
  readonly quit: () => void
}

/** One line per running study, each with a way to pause it, and the way back to the window. */
export function trayMenu(
  { running }: Activity,
  t: Translate,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const studies = running.flatMap((study): MenuItemConstructorOptions[] => [
    {
      label: t('desktop.runs', {
        name: study.name,
        done: finishedCount(study.trials),
        budget: study.trialBudget,
      }),
      click: () => {
        actions.showStudy(study.id)
      },
    },
    {
      label: t('desktop.pause', { name: study.name }),
      click: () => {
        actions.pause(study.id)
      },
    },
  ])
  const none: MenuItemConstructorOptions = { label: t('desktop.nothingRuns'), enabled: false }
  return [
    { label: t('desktop.showWindow'), click: actions.showWindow },
    separator,
    ...(studies.length === 0 ? [none] : studies),
    separator,
    { label: t('desktop.quit'), click: actions.quit },
  ]
}

/** The text of the tray's icon when pointed at. */
export function trayTooltip({ running }: Activity, t: Translate): string {
  if (running.length === 0) return 'Tunewright'
  return running
    .map(study =>
      t('desktop.runs', {
        name: study.name,
        done: finishedCount(study.trials),
        budget: study.trialBudget,
      }),
    )
    .join('\n')
}
