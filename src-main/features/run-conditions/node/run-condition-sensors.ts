import process from 'node:process'
import type { RunConditionReadings, RunConditions, MachineEvent } from '../common/run-conditions.ts'
import { FullScreen } from './full-screen.ts'
import type { MachineMonitor } from '../../../platform/machine/machine-monitor.ts'
import { OtherGpuUse } from './other-gpu-use.ts'
import { OtherLoad } from './other-load.ts'
import { readOnBattery } from './power-supply.ts'
import { loadProcessSystem } from '../../../platform/processes/system/load-process-system.ts'

/** Reads what run conditions are decided by. */
export class RunConditionSensors {
  readonly #monitor: Pick<MachineMonitor, 'usage'>
  readonly #now: () => number
  #isGoingToSleep = false
  /** As the system told; null: it did not. */
  #onBattery: boolean | null = null
  /** It is our window that does. */
  #fillsScreen = false
  /** Of what others do; there once somebody wants to know it. */
  #others: Others | null = null
  #isLoading = false
  #isClosed = false

  constructor(monitor: Pick<MachineMonitor, 'usage'>, now: () => number) {
    this.#monitor = monitor
    this.#now = now
  }

  handleEvent(event: MachineEvent): void {
    if (event === 'sleep' || event === 'wake') this.#isGoingToSleep = event === 'sleep'
    else if (event === 'battery' || event === 'mains') this.#onBattery = event === 'battery'
    else this.#fillsScreen = event === 'screenOurs'
  }

  /** @param wanted what other programs do is looked for only where it matters, and is null before the second look */
  read(
    wanted: Pick<RunConditions, 'fullScreen' | 'otherLoad' | 'otherGpuUse'>,
  ): RunConditionReadings {
    const atMs = this.#now()
    const sample = this.#monitor.usage().samples.at(-1)
    const powers = [
      sample?.cpuPowerWatts ?? null,
      ...(sample?.gpus ?? []).map(({ powerWatts }) => powerWatts),
    ].filter(power => power !== null)
    const degrees = (sample?.gpus ?? []).flatMap(gpu => gpu.temperatureCelsius ?? [])
    const { fullScreen, otherLoad, otherGpuUse } = wanted
    const isAsked = fullScreen || otherLoad !== undefined || otherGpuUse !== undefined
    const others = isAsked ? this.#othersNow() : null
    const isFilled = fullScreen ? (others?.screen.read() ?? null) : null
    if (otherGpuUse === undefined) this.#others?.gpuUse.close()
    return {
      atMs,
      weekMinute: weekMinute(new Date(atMs)),
      isGoingToSleep: this.#isGoingToSleep,
      // Electron says the changes on Windows and macOS alone.
      onBattery: readOnBattery() ?? this.#onBattery,
      watts: powers.length === 0 ? null : powers.reduce((sum, power) => sum + power, 0),
      celsius: degrees.length === 0 ? null : Math.max(...degrees),
      fullScreen: isFilled === null ? null : isFilled && !this.#fillsScreen,
      otherLoad: otherLoad === undefined ? null : (others?.load.read() ?? null),
      otherGpuUse: otherGpuUse === undefined ? null : (others?.gpuUse.read() ?? null),
    }
  }

  close(): void {
    this.#isClosed = true
    this.#others?.gpuUse.close()
    this.#others = null
  }

  #othersNow(): Others | null {
    if (this.#others === null && !this.#isLoading) {
      this.#isLoading = true
      void this.#load()
    }
    return this.#others
  }

  async #load(): Promise<void> {
    const system = await loadProcessSystem()
    if (this.#isClosed) return
    const now = this.#now
    const root = process.pid
    this.#others = {
      screen: new FullScreen(),
      load: new OtherLoad({ now, own: () => system.used(root) }),
      gpuUse: new OtherGpuUse({
        now,
        own: () => new Set([root, ...system.list(root).map(({ pid }) => pid)]),
      }),
    }
  }
}

interface Others {
  readonly screen: FullScreen
  readonly load: OtherLoad
  readonly gpuUse: OtherGpuUse
}

/** Of the clock on the wall. */
function weekMinute(date: Date): number {
  const day = (date.getDay() + 6) % 7
  return (day * 24 + date.getHours()) * 60 + date.getMinutes()
}
