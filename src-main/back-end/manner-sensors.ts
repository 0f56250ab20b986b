import type { MannerReadings, PowerNews } from '../contract/manners.ts'
import type { MachineMonitor } from '../machine/machine-monitor.ts'
import { readOnBattery } from '../machine/power-supply.ts'

/** Reads what manners are decided by. */
export class MannerSensors {
  readonly #monitor: Pick<MachineMonitor, 'usage'>
  readonly #now: () => number
  #isGoingToSleep = false
  /** As the system told; null: it did not. */
  #onBattery: boolean | null = null

  constructor(monitor: Pick<MachineMonitor, 'usage'>, now: () => number) {
    this.#monitor = monitor
    this.#now = now
  }

  tell(news: PowerNews): void {
    if (news === 'sleep' || news === 'wake') this.#isGoingToSleep = news === 'sleep'
    else this.#onBattery = news === 'battery'
  }

  read(): MannerReadings {
    const atMs = this.#now()
    const sample = this.#monitor.usage().samples.at(-1)
    const powers = [
      sample?.cpuPowerWatts ?? null,
      ...(sample?.gpus ?? []).map(({ powerWatts }) => powerWatts),
    ].filter(one => one !== null)
    const degrees = (sample?.gpus ?? []).flatMap(one => one.temperatureCelsius ?? [])
    return {
      ...{ atMs, weekMinute: weekMinute(new Date(atMs)) },
      isGoingToSleep: this.#isGoingToSleep,
      // Electron says the changes on Windows and macOS alone.
      onBattery: readOnBattery() ?? this.#onBattery,
      watts: powers.length === 0 ? null : powers.reduce((sum, one) => sum + one, 0),
      celsius: degrees.length === 0 ? null : Math.max(...degrees),
    }
  }
}

/** Of the clock on the wall. */
function weekMinute(date: Date): number {
  const day = (date.getDay() + 6) % 7
  return (day * 24 + date.getHours()) * 60 + date.getMinutes()
}
