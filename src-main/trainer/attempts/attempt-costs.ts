import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import type { Costs } from '../../core/trial/cost-metrics.ts'
import type { ProcessUsage } from '../../core/trial/resources.ts'

/** Memory and processor time of this process. */
export function processUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage()
  return { rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1_000 }
}

/**
 * Time and memory of one attempt in this process. The peak of its memory is Linux' own count, which begins anew
 * with the attempt; on other systems the largest of what `look` has seen.
 */
export class AttemptCosts {
  readonly #startMs = performance.now()
  readonly #counted = restartPeak()
  #peakBytes = process.memoryUsage.rss()

  /** Called now and then while it trains. */
  look(): void {
    if (!this.#counted) this.#peakBytes = Math.max(this.#peakBytes, process.memoryUsage.rss())
  }

  read(): Required<Pick<Costs, 'trainingSeconds' | 'peakMemoryBytes'>> {
    this.look()
    const peakMemoryBytes = this.#counted ? (readPeak() ?? this.#peakBytes) : this.#peakBytes
    return { trainingSeconds: (performance.now() - this.#startMs) / 1_000, peakMemoryBytes }
  }
}

/** @returns whether the system counts the peak from now on (proc_pid_clear_refs(5), value 5) */
function restartPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
    return readPeak() !== null
  } catch {
    return false
  }
}

/** Largest resident set since the count began, in bytes; null where the system does not say. */
function readPeak(): number | null {
  try {
    const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return kibibytes === undefined ? null : Number(kibibytes) * 1_024
  } catch {
    return null
  }
}
