import type { DesktopPush } from '../../features/desktop/common/desktop.ts'
import { type Activity, showProgress } from './activity.ts'
import { MainWindow, type MainWindowOptions } from './main-window.ts'

export interface WindowsOptions extends Omit<MainWindowOptions, 'path' | 'shiftPx' | 'onOpen'> {
  /** Before one closes. @param isLast no other one is open */
  readonly onClose: (
    event: { preventDefault(): void },
    window: MainWindow['window'],
    isLast: boolean,
  ) => void
  /** Something is painted in one of them. */
  readonly onPainted: () => void
  /** For a window that is new. */
  readonly activity: () => Activity
}

/** So that a further window does not hide the one before. */
const SHIFT_PX = 28
const studyPage = /^\/studies\/(\d+)(?:$|[/?])/

/** The windows of this application: one that goes everywhere, and one for each study that a person wants beside it. All show one back end. */
export class Windows {
  readonly #options: WindowsOptions
  /** By the study that a window was opened for; null for others. The one that was looked at last comes last. */
  readonly #open = new Map<MainWindow, number | null>()

  constructor(options: WindowsOptions) {
    this.#options = options
  }

  /** The window that was looked at last, if one is open. */
  get current(): MainWindow | null {
    return [...this.#open.keys()].at(-1) ?? null
  }

  get areLookedAt(): boolean {
    return [...this.#open.keys()].some(({ window }) => window.isFocused())
  }

  /**
   * Brings a window to the front, made anew if all were closed: that of the study, if the page is of one that has its own, else the one that was
   * looked at last, which then shows the page.
   */
  show(page: string | null): void {
    const studyWindow = this.#ofStudy(page)
    const targetWindow = studyWindow ?? this.current
    if (targetWindow === null) this.#add(page ?? '/studies', null)
    else {
      targetWindow.reveal()
      if (page !== null && studyWindow === null) targetWindow.push({ type: 'show', path: page })
    }
  }

  /** Shows a study in a window of its own. Other pages get none. */
  openBeside(page: string): void {
    const id = studyIdOf(page)
    const studyWindow = this.#ofStudy(page)
    if (studyWindow !== null) studyWindow.reveal()
    else if (id !== null) this.#add(page, id)
  }

  /** To the one that was looked at last: what a person opened. */
  push(message: DesktopPush): void {
    this.current?.push(message)
  }

  /** To all of them: what happens in the back end. */
  pushAll(message: DesktopPush): void {
    for (const pageWindow of this.#open.keys()) pageWindow.push(message)
  }

  showProgress(activity: Activity): void {
    for (const { window } of this.#open.keys()) showProgress(window, activity)
  }

  #ofStudy(page: string | null): MainWindow | null {
    const id = page === null ? null : studyIdOf(page)
    if (id === null) return null
    return [...this.#open].find(([, studyId]) => studyId === id)?.[0] ?? null
  }

  #add(path: string, studyId: number | null): void {
    const { onClose, onPainted, activity, ...options } = this.#options
    const main = new MainWindow({
      ...options,
      path,
      shiftPx: this.#open.size * SHIFT_PX,
      onOpen: page => {
        this.openBeside(page)
      },
    })
    this.#open.set(main, studyId)
    const { window } = main
    window.once('ready-to-show', onPainted)
    window.on('focus', () => {
      this.#open.delete(main)
      this.#open.set(main, studyId)
    })
    window.on('close', event => {
      onClose(event, window, this.#open.size === 1)
    })
    window.on('closed', () => {
      this.#open.delete(main)
    })
    showProgress(window, activity())
  }
}

function studyIdOf(page: string): number | null {
  const id = studyPage.exec(page)?.[1]
  return id === undefined ? null : Number(id)
}
