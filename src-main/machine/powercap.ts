import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Where Linux shows the energy counters of Intel's and AMD's processors (Documentation/power/powercap). */
export const powercapFolder = '/sys/class/powercap'

/** The counter of one package. */
export interface EnergyCounter {
  /** `package-0` */
  readonly name: string
  readonly file: string
  /** Where it begins anew at 0, in joules; null where the system does not say. */
  readonly rangeJoules: number | null
}

/**
 * The counters of the processor packages; none where the system has no such folder. Parts of a package (cores, graphics)
 * count in it and stand below it; main memory and `psys` are no packages; `intel-rapl-mmio` shows the same packages again.
 */
export function findEnergyCounters(folder: string): EnergyCounter[] {
  return list(folder)
    .filter(entry => /^intel-rapl:\d+$/.test(entry))
    .toSorted()
    .flatMap(entry => {
      const read = (file: string): string => readText(path.join(folder, entry, file))
      const name = read('name')
      if (!name.startsWith('package-')) return []
      const range = Number(read('max_energy_range_uj')) / 1e6
      const file = path.join(folder, entry, 'energy_uj')
      return [{ name, file, rangeJoules: range > 0 ? range : null }]
    })
}

export type CounterReading =
  { readonly joules: number } | { readonly file: string; readonly code: string }

/** What a counter stands at, in joules, or why it cannot be read: often only root may. */
export function readCounter({ file }: EnergyCounter): CounterReading {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return /^\d+$/.test(text) ? { joules: Number(text) / 1e6 } : { file, code: 'notANumber' }
  } catch (error) {
    return { file, code: (error as NodeJS.ErrnoException).code ?? 'unknown' }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Empty where there is no such file. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
