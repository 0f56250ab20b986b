import type * as Electron from 'electron'
import type { MachineEvent } from '../../features/run-conditions/common/run-conditions.ts'

type Told = Pick<typeof Electron, 'app' | 'powerMonitor' | 'BrowserWindow'>
type Tell = (news: MachineEvent) => void

const windowEvents = ['focus', 'enter-full-screen', 'leave-full-screen', 'closed'] as const

/**
 * The system says when it sleeps, wakes, and changes between battery and mains, and windows whether one of ours fills the screen: studies
 * hold back as a person said, and not before this program itself.
 */
export function tellMachine({ app, powerMonitor, BrowserWindow }: Told, tell: Tell): void {
  powerMonitor.on('suspend', () => tell('sleep'))
  powerMonitor.on('resume', () => tell('wake'))
  powerMonitor.on('on-battery', () => tell('battery'))
  powerMonitor.on('on-ac', () => tell('mains'))
  let last = screenNews(BrowserWindow)
  const look = (): void => {
    const news = screenNews(BrowserWindow)
    if (news !== last) tell(news)
    last = news
  }
  app.on('browser-window-created', (_event, window) => {
    // Its types know each event by itself.
    for (const event of windowEvents) window.on(event as 'focus', look)
    // Between two windows of ours none is in front for a moment.
    window.on('blur', () => void setImmediate(look))
  })
}

/** Whoever begins to listen hears of changes alone. On mains, too: a study that was held on battery waits for the word. */
export function tellNow({ powerMonitor, BrowserWindow }: Omit<Told, 'app'>, tell: Tell): void {
  tell(powerMonitor.isOnBatteryPower() ? 'battery' : 'mains')
  tell(screenNews(BrowserWindow))
}

function screenNews(windows: Pick<Told['BrowserWindow'], 'getFocusedWindow'>): MachineEvent {
  return windows.getFocusedWindow()?.isFullScreen() === true ? 'screenOurs' : 'screenNotOurs'
}
