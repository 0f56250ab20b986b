import type { ChartModel } from '../../src-main/charts/chart-model.ts'

/** Charts up to this size never wait longer than a reader notices, however slow the machine. */
const SMALL_POINTS = 2_000
const MAX_WAIT_MS = { small: 200, large: 2_000 }
/** So many repeats are remembered; the fastest of them says what one costs. */
const MAX_DURATIONS = 3

/**
 * How long something that is repeated waits before it is done again, so that it takes a share of the time only. One slow repeat
 * says little: the first one sets everything up, and any may have met something else.
 */
export class Pace {
  readonly #share: number
  readonly #costsMs: number[] = []
  #isFirst = true

  /** @param share of the time, 0 … 1 */
  constructor(share: number) {
    this.#share = share
  }

  took(costMs: number): void {
    if (this.#isFirst) {
      this.#isFirst = false
      return
    }
    this.#costsMs.push(costMs)
    if (this.#costsMs.length > MAX_DURATIONS) this.#costsMs.shift()
  }

  waitMs(model: ChartModel): number {
    if (this.#costsMs.length === 0) return 0
    const limit = sizeOf(model) <= SMALL_POINTS ? MAX_WAIT_MS.small : MAX_WAIT_MS.large
    return Math.min(limit, Math.min(...this.#costsMs) * (1 / this.#share - 1))
  }
}

/** Points that a chart holds. */
export function sizeOf({ marks }: ChartModel): number {
  return marks.reduce((sum, mark) => sum + ('points' in mark ? mark.points.length : 0), 0)
}
