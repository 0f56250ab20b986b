import type { PowerMonitor } from 'electron'
import type { PowerNews } from '../contract/manners.ts'

/** The system says when it sleeps, wakes, and changes between battery and mains: studies hold back as a person said. */
export function tellPower(
  monitor: Pick<PowerMonitor, 'on'>,
  tell: (news: PowerNews) => void,
): void {
  monitor.on('suspend', () => tell('sleep'))
  monitor.on('resume', () => tell('wake'))
  monitor.on('on-battery', () => tell('battery'))
  monitor.on('on-ac', () => tell('mains'))
}

/** Whoever begins to listen hears of changes alone. */
export function tellBattery(
  monitor: Pick<PowerMonitor, 'isOnBatteryPower'>,
  tell: (news: PowerNews) => void,
): void {
  if (monitor.isOnBatteryPower()) tell('battery')
}
