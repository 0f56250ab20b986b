import { isBetter } from '../contract/is-better.ts'
import { AppError } from '../contract/errors.ts'
import type { Goal } from '../contract/study-specification.ts'
import type { MetricRow } from './metric-row.ts'

const largestStep = 2 ** 31 - 1

export interface ReportedRow {
  readonly step: number
  readonly metrics: Readonly<Record<string, number>>
}

/**
 * Turns what a program says into reports: steps that rise, each metric once per step (the first value stands), and the
 * row that a complete trial is judged by. Metrics of one step may come in several rows.
 */
export class ReportTrack {
  readonly #goal: Goal | undefined
  readonly #value: 'best' | 'last'
  readonly #names = new Set<string>()
  #current: { step: number; metrics: Record<string, number> } | null = null
  #best: { step: number; metrics: Record<string, number> } | null = null

  constructor(goals: readonly Goal[], value: 'best' | 'last') {
    this.#goal = goals[0]
    this.#value = value
  }

  /** Names of all metrics so far. */
  get names(): readonly string[] {
    return [...this.#names]
  }

  get last(): ReportedRow | null {
    return this.#current
  }

  /** The row of the best step by the first goal, or the last row; null without any. */
  get best(): ReportedRow | null {
    return this.#value === 'last' ? this.#current : this.#best
  }

  /**
   * @returns what is new in a row; null if nothing
   * @throws AppError `training.invalid` for a step that is no whole number from 0 on
   */
  take({ step, metrics }: MetricRow): ReportedRow | null {
    const at = step ?? (this.#current === null ? 1 : this.#current.step + 1)
    if (!Number.isInteger(at) || at < 0 || at > largestStep) {
      const rule = `must be a whole number in 0…${largestStep}`
      throw new AppError('training.invalid', { field: 'step', value: String(at), rule })
    }
    if (this.#current !== null && at < this.#current.step) return null
    if (this.#current?.step !== at) this.#current = { step: at, metrics: {} }
    const known = this.#current.metrics
    const fresh = Object.entries(metrics).filter(([name]) => !Object.hasOwn(known, name))
    if (fresh.length === 0) return null
    for (const [name, value] of fresh) {
      known[name] = value
      this.#names.add(name)
      if (name === this.#goal?.metric) this.#judge(value)
    }
    return { step: at, metrics: Object.fromEntries(fresh) }
  }

  #judge(value: number): void {
    const goal = this.#goal
    if (goal === undefined || this.#current === null) return
    const before = this.#best?.metrics[goal.metric]
    if (before === undefined || isBetter(value, before, goal.direction)) this.#best = this.#current
  }
}
