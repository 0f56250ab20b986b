import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { CpuEnergyState } from '../../core/machine/devices.ts'
import { namesIn, textIn } from './kernel-files.ts'

/**
 * Over a longer time a counter may have begun anew more than once: the smallest ranges hold some 65 kJ, a minute of
 * 1 kW. The machine has slept, or this process was not let run.
 */
const LONGEST_GAP_MS = 30_000
/** No package takes more: a counter that was reset, which looks as if it had begun anew. */
const MAX_WATTS_PER_PACKAGE = 2_000

/** The count since this program began to look. */
export interface EnergyReading {
  readonly atMs: number
  /** Of all packages, in joules. */
  readonly totalJoules: number
  /** Of one of those that share it, in joules; only differences over a time in which it shared mean anything. */
  readonly shareJoules: number
  /** How often the count was interrupted; a difference over an interruption would be too small. */
  readonly interruptions: number
}

/** One of those that share the energy of the processors while it is open. */
export interface CpuEnergyShare {
  /** Up to this moment; null while the counters cannot be read. */
  read(): EnergyReading | null
  close(): void
}

/** The energy between two readings; null if that is not known. */
export function spentBetween(
  before: EnergyReading | null,
  after: EnergyReading | null,
): { readonly powerWatts: number; readonly shareJoules: number } | null {
  if (before === null || after === null || before.interruptions !== after.interruptions) return null
  const seconds = (after.atMs - before.atMs) / 1_000
  if (seconds <= 0) return null
  return {
    powerWatts: (after.totalJoules - before.totalJoules) / seconds,
    shareJoules: after.shareJoules - before.shareJoules,
  }
}

interface CpuEnergyOptions {
  readonly now: () => number
  /** Default: that of Linux. Tests bring one of their own. */
  readonly folder?: string
}

/**
 * Energy of the processor packages by the system's own counters: all of it, idle power and other programs included, without
 * main memory. What training attempts of this program share is divided evenly between those that are open at the
 * time. Where a counter cannot be read, nothing is said.
 */
export class CpuEnergy {
  readonly #now: () => number
  readonly #counters: readonly EnergyCounter[]
  #sharers = 0
  /** Of every counter when all could be read last, at `#atMs`; null before. */
  #stand: readonly number[] | null = null
  #atMs = 0
  #failure: { readonly file: string; readonly code: string } | null = null
  #totalJoules = 0
  #shareJoules = 0
  #interruptions = 0

  constructor({ now, folder = powercapFolder }: CpuEnergyOptions) {
    this.#now = now
    this.#counters = findEnergyCounters(folder)
    this.#count()
  }

  /** As of the last reading. */
  get state(): CpuEnergyState {
    if (this.#counters.length === 0) return { state: 'absent' }
    if (this.#failure !== null) return { state: 'unreadable', ...this.#failure }
    return { state: 'measured', packages: this.#counters.length }
  }

  /** Up to this moment; null where, or while, the counters cannot be read. */
  read(): EnergyReading | null {
    this.#count()
    if (this.#stand === null || this.#failure !== null) return null
    return {
      atMs: this.#atMs,
      totalJoules: this.#totalJoules,
      shareJoules: this.#shareJoules,
      interruptions: this.#interruptions,
    }
  }

  /** From now on one more attempt shares the energy. */
  share(): CpuEnergyShare {
    this.#changeSharers(1)
    let isOpen = true
    return {
      read: () => this.read(),
      close: () => {
        if (!isOpen) return
        isOpen = false
        this.#changeSharers(-1)
      },
    }
  }

  #changeSharers(by: 1 | -1): void {
    this.#count()
    if (this.#failure !== null && this.#stand !== null) {
      // The energy up to now shows later, when nobody knows who shared it.
      this.#stand = null
      this.#interruptions++
    }
    this.#sharers += by
  }

  #count(): void {
    if (this.#counters.length === 0) return
    const stand = this.#readAll()
    // It counts on, read or not: a later reading tells what was spent in between.
    if (stand === null) return
    const before = this.#stand
    const atMs = this.#now()
    const elapsedMs = atMs - this.#atMs
    this.#stand = stand
    this.#atMs = atMs
    if (before === null) return
    const joules = this.#spent(before, stand, elapsedMs)
    if (joules === null) {
      this.#interruptions++
      return
    }
    this.#totalJoules += joules
    if (this.#sharers > 0) this.#shareJoules += joules / this.#sharers
  }

  #readAll(): number[] | null {
    const stand: number[] = []
    for (const counter of this.#counters) {
      const reading = readCounter(counter)
      if (!('joules' in reading)) {
        this.#failure = reading
        return null
      }
      stand.push(reading.joules)
    }
    this.#failure = null
    return stand
  }

  /** Null if it cannot be told. */
  #spent(before: readonly number[], after: readonly number[], elapsedMs: number): number | null {
    if (elapsedMs < 0 || elapsedMs > LONGEST_GAP_MS) return null
    let sum = 0
    for (const [index, { rangeJoules }] of this.#counters.entries()) {
      const difference = (after[index] as number) - (before[index] as number)
      const joules = difference < 0 ? difference + (rangeJoules ?? Number.NaN) : difference
      // A counter that was reset; one step of a counter may be all of a very short time.
      const most = MAX_WATTS_PER_PACKAGE * Math.max(1, elapsedMs / 1_000)
      if (!(joules >= 0 && joules <= most)) return null
      sum += joules
    }
    return sum
  }
}

/** Where Linux shows the energy counters of Intel's and AMD's processors (Documentation/power/powercap). */
const powercapFolder = '/sys/class/powercap'

/** The counter of one package. */
interface EnergyCounter {
  readonly file: string
  /** Where it begins anew at 0, in joules; null where the system does not say. */
  readonly rangeJoules: number | null
}

/**
 * The counters of the processor packages; none where the system has no such folder. Parts of a package (cores, graphics)
 * count in it and stand below it; main memory and `psys` are no packages; `intel-rapl-mmio` shows the same packages again.
 */
function findEnergyCounters(folder: string): EnergyCounter[] {
  return namesIn(folder)
    .filter(entry => /^intel-rapl:\d+$/.test(entry))
    .toSorted()
    .flatMap(entry => {
      const read = (file: string): string => textIn(path.join(folder, entry), file) ?? ''
      if (!read('name').startsWith('package-')) return []
      const range = Number(read('max_energy_range_uj')) / 1e6
      const file = path.join(folder, entry, 'energy_uj')
      return [{ file, rangeJoules: range > 0 ? range : null }]
    })
}

type CounterReading = { readonly joules: number } | { readonly file: string; readonly code: string }

/** The stand of a counter in joules, or why it cannot be read: often only root may. */
function readCounter({ file }: EnergyCounter): CounterReading {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return /^\d+$/.test(text) ? { joules: Number(text) / 1e6 } : { file, code: 'notANumber' }
  } catch (error) {
    return { file, code: (error as NodeJS.ErrnoException).code ?? 'unknown' }
  }
}
