import type { UsedTime } from '../../../platform/processes/system/process-system.ts'
import {
  type ProcessorTimes,
  readProcessorTimes,
} from '../../../platform/machine/processor-times.ts'

/** Over a shorter time the counters of the system would be too coarse. */
const MIN_SPAN_MS = 2_000

interface Reading extends ProcessorTimes {
  readonly atMs: number
  readonly own: UsedTime
}

interface OtherLoadOptions {
  readonly now: () => number
  /** What we and what we run have used. */
  readonly own: () => UsedTime
  /** Default: those of this machine. */
  readonly processors?: () => ProcessorTimes
}

/** How much of the processors programs use that are not ours. */
export class OtherLoad {
  readonly #options: Required<OtherLoadOptions>
  #before: Reading
  #share: number | null = null

  constructor({ processors = readProcessorTimes, ...options }: OtherLoadOptions) {
    this.#options = { processors, ...options }
    this.#before = this.#look()
  }

  /**
   * A share of all processors between the two last readings; null until there are two, and where a process of ours took its count along: what
   * it had used would be the others'.
   */
  read(): number | null {
    const { atMs } = this.#before
    const spanMs = this.#options.now() - atMs
    if (spanMs >= 0 && spanMs < MIN_SPAN_MS) return this.#share
    const before = this.#before
    const after = this.#look()
    this.#before = after
    const totalMs = after.totalMs - before.totalMs
    const isForgotten = before.own.forgotten.some(pid => !after.own.forgotten.includes(pid))
    const otherMs = after.busyMs - before.busyMs - Math.max(0, after.own.ms - before.own.ms)
    this.#share = totalMs <= 0 || isForgotten ? null : Math.min(1, Math.max(0, otherMs / totalMs))
    return this.#share
  }

  #look(): Reading {
    const { now, own: ownUse, processors } = this.#options
    return { atMs: now(), own: ownUse(), ...processors() }
  }
}
