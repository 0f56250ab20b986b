import { ownValue, setOwnValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import { isBetter } from '../../core/trial/ranking.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { MetricColumns } from '../../core/processes/trainer-protocol.ts'
import type { MetricRow } from './metric-row.ts'

const LARGEST_STEP = 2 ** 31 - 1
/** Each is a row of names and a curve, which whoever shows the study reads. */
const MAX_METRICS = 1_000

export interface ReportedRow {
  readonly step: number
  readonly metrics: Readonly<Record<string, number>>
}

/** Code that goes on by itself counts on from here. */
export interface EarlierReports {
  /** Reports up to this step are the parent's. */
  readonly startStep: number
  readonly columns: readonly MetricColumns[]
}

/**
 * Turns what a program says into reports: steps that rise, each metric once per step (the first value stands), and the
 * row that a complete trial is judged by. Metrics of one step may come in several rows. A program that goes on
 * says by its first report from where: what was reported before that step counts.
 */
export class ReportTrack {
  readonly #goal: Goal | undefined
  readonly #value: 'best' | 'last'
  readonly #earlier: EarlierReports | null
  readonly #names = new Set<string>()
  /** Values of the goals by step, where metrics come in any order; null: steps rise. */
  readonly #goalRows: Map<number, { step: number; metrics: Record<string, number> }> | null
  readonly #goalNames: ReadonlySet<string>
  #lastJudgedStep = -1
  #isLate = false
  #current: { step: number; metrics: Record<string, number> } | null = null
  #best: ReportedRow | null = null

  /**
   * @param earlier null for programs that begin at the beginning
   * @param inAnyOrder whoever gives rows has each metric once for each step, and steps of other metrics than the first goal may fall
   */
  constructor(
    goals: readonly Goal[],
    value: 'best' | 'last',
    earlier: EarlierReports | null = null,
    inAnyOrder = false,
  ) {
    this.#goalRows = inAnyOrder ? new Map() : null
    this.#goalNames = new Set(goals.map(({ metric }) => metric))
    this.#goal = goals[0]
    this.#value = value
    this.#earlier = earlier
  }

  /** Names of all metrics so far. */
  get names(): readonly string[] {
    return [...this.#names]
  }

  /** Values of the first goal came after those of later steps, and were left out. */
  get isLate(): boolean {
    return this.#isLate
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
   * @throws AppError `training.invalid` for a step that is no whole number from 0 on, or that is missing where a program goes on
   */
  take({ step, metrics }: MetricRow): ReportedRow | null {
    const at = step ?? this.#nextStep()
    if (!Number.isInteger(at) || at < 0 || at > LARGEST_STEP) {
      const rule = msg('rule.wholeBetween', { low: 0, high: LARGEST_STEP })
      throw new AppError('training.invalid', { field: 'step', value: String(at), rule })
    }
    if (at <= this.#startStep) return null
    if (this.#goalRows !== null) return this.#takeInAnyOrder(this.#goalRows, at, metrics)
    if (this.#current !== null && at < this.#current.step) return null
    if (this.#current === null) this.#countEarlier(at)
    if (this.#current?.step !== at) this.#current = { step: at, metrics: {} }
    const stepMetrics = this.#current.metrics
    const fresh = Object.entries(metrics).filter(([name]) => !Object.hasOwn(stepMetrics, name))
    if (fresh.length === 0) return null
    for (const [name, value] of fresh) {
      setOwnValue(stepMetrics, name, value)
      this.#names.add(name)
      if (this.#names.size > MAX_METRICS) throw tooManyMetrics(this.#names.size)
      if (name === this.#goal?.metric) this.#judge(value, this.#current)
    }
    return { step: at, metrics: Object.fromEntries(fresh) }
  }

  #takeInAnyOrder(
    goalRows: Map<number, { step: number; metrics: Record<string, number> }>,
    at: number,
    metrics: Readonly<Record<string, number>>,
  ): ReportedRow | null {
    if (this.#names.size === 0) this.#countEarlier(at)
    const goal = this.#goal?.metric
    const isLate = goal !== undefined && Object.hasOwn(metrics, goal) && at <= this.#lastJudgedStep
    if (isLate) this.#isLate = true
    const fresh = Object.entries(metrics).filter(([name]) => !isLate || name !== goal)
    if (fresh.length === 0) return null
    const row = goalRows.get(at) ?? { step: at, metrics: {} }
    for (const [name, value] of fresh) {
      this.#names.add(name)
      if (!this.#goalNames.has(name)) continue
      setOwnValue(row.metrics, name, value)
      goalRows.set(at, row)
      if (name !== goal) continue
      this.#lastJudgedStep = at
      this.#current = row
      this.#judge(value, row)
    }
    this.#current ??= row
    return { step: at, metrics: Object.fromEntries(fresh) }
  }

  /** Below all steps where nothing is inherited: a first step of 0 counts. */
  get #startStep(): number {
    const step = this.#earlier?.startStep ?? 0
    return step === 0 ? -1 : step
  }

  #nextStep(): number {
    if (this.#earlier === null) return this.#current === null ? 1 : this.#current.step + 1
    const rule = msg('rule.resumesStep')
    throw new AppError('training.invalid', { field: 'step', value: null, rule })
  }

  #countEarlier(before: number): void {
    if (this.#earlier === null) return
    for (const row of rowsOf(this.#earlier.columns)) {
      const value = ownValue(row.metrics, this.#goal?.metric ?? '')
      if (row.step < before && value !== undefined) this.#judge(value, row)
    }
  }

  #judge(value: number, row: ReportedRow): void {
    const goal = this.#goal
    if (goal === undefined) return
    const before = ownValue(this.#best?.metrics, goal.metric)
    if (before === undefined || isBetter(value, before, goal.direction)) this.#best = row
  }
}

/** By rising step; of a step that stands twice the first value of each metric. */
function rowsOf(columns: readonly MetricColumns[]): ReportedRow[] {
  const rows = new Map<number, Record<string, number>>()
  for (const { names, steps, values } of columns) {
    steps.forEach((step, row) => {
      const metrics = rows.get(step) ?? {}
      rows.set(step, metrics)
      names.forEach((name, column) => {
        if (Object.hasOwn(metrics, name)) return
        setOwnValue(metrics, name, values[row * names.length + column] ?? Number.NaN)
      })
    })
  }
  return [...rows].map(([step, metrics]) => ({ step, metrics })).sort((a, b) => a.step - b.step)
}

function tooManyMetrics(count: number): AppError {
  const rule = msg('rule.metricCount', { limit: MAX_METRICS })
  return new AppError('training.invalid', { field: 'metrics', value: String(count), rule })
}
