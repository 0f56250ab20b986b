import type * as Electron from 'electron'
import type { MachineEvent } from '../../features/run-conditions/common/run-conditions.ts'

type EventSources = Pick<typeof Electron, 'app' | 'powerMonitor' | 'BrowserWindow'>
type Report = (event: MachineEvent) => void

const windowEvents = ['focus', 'enter-full-screen', 'leave-full-screen', 'closed'] as const

/**
 * The system says when it sleeps, wakes, and changes between battery and mains, and windows whether one of ours fills the screen: studies
 * hold back as a person said, and not before this program itself.
 */
export function reportMachineEvents(
  { app, powerMonitor, BrowserWindow }: EventSources,
  report: Report,
): void {
  powerMonitor.on('suspend', () => report('sleep'))
  powerMonitor.on('resume', () => report('wake'))
  powerMonitor.on('on-battery', () => report('battery'))
  powerMonitor.on('on-ac', () => report('mains'))
  let last = screenEvent(BrowserWindow)
  const look = (): void => {
    const event = screenEvent(BrowserWindow)
    if (event !== last) report(event)
    last = event
  }
  app.on('browser-window-created', (_event, window) => {
    // Its types know each event by itself.
    for (const event of windowEvents) window.on(event as 'focus', look)
    // Between two windows of ours none is in front for a moment.
    window.on('blur', () => void setImmediate(look))
  })
}

/** Whoever begins to listen hears of changes alone. On mains, too: a study that was held on battery waits for the word. */
export function reportMachineStateNow(
  { powerMonitor, BrowserWindow }: Omit<EventSources, 'app'>,
  report: Report,
): void {
  report(powerMonitor.isOnBatteryPower() ? 'battery' : 'mains')
  report(screenEvent(BrowserWindow))
}

function screenEvent(
  windows: Pick<EventSources['BrowserWindow'], 'getFocusedWindow'>,
): MachineEvent {
  return windows.getFocusedWindow()?.isFullScreen() === true ? 'screenOurs' : 'screenNotOurs'
}
