import type { Curve } from '../../../../core/trial/trial.ts'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { setOwnValue } from '../../../../core/values/named-values.ts'
import type { LoggedPoint } from '../../../../platform/metric-logs/metric-log.ts'
import { importLimitValues } from '../import-limits.ts'

const LONGEST_NAME = 200
/** Metrics of one run. */
const MAX_NAMES = 1_000
const LARGEST_STEP = 2 ** 31 - 1

/** All runs of a folder together hold more than can be read. */
export class TooManyValues extends AppError<'data.invalid'> {}

/** Counts what all runs of a folder hold together: more than that is refused, not cut off. */
export class ValueBudget {
  readonly #folder: string
  readonly #limit = importLimitValues()
  #count = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @throws AppError `data.invalid` */
  take(count: number): void {
    this.#count += count
    if (this.#count > this.#limit)
      throw new TooManyValues('data.invalid', {
        path: this.#folder,
        field: 'values',
        value: this.#count,
        rule: msg('rule.atMost', { limit: this.#limit }),
      })
  }
}

/** The metrics of one run, each once for each step, the first that is read. */
export class RunValues {
  readonly #budget: ValueBudget
  readonly #metrics = new Map<string, Map<number, number>>()
  /** Values that cannot be kept: steps that are no whole number from 0, names that are too long or too many. */
  leftOut = 0

  constructor(budget: ValueBudget) {
    this.#budget = budget
  }

  add({ name, step, value }: LoggedPoint): void {
    let values = this.#metrics.get(name)
    if (values === undefined) {
      if (name === '' || name.length > LONGEST_NAME || this.#metrics.size >= MAX_NAMES) {
        this.leftOut += 1
        return
      }
      values = new Map()
      this.#metrics.set(name, values)
    }
    const at = step ?? values.size + 1
    if (!Number.isInteger(at) || at < 0 || at > LARGEST_STEP) {
      this.leftOut += 1
      return
    }
    if (values.has(at)) return
    this.#budget.take(1)
    values.set(at, value)
  }

  /** Curves by rising step. */
  curves(): Record<string, Curve> {
    const curves: Record<string, Curve> = {}
    for (const [name, values] of this.#metrics) {
      if (values.size === 0) continue
      const sorted = [...values].sort(([a], [b]) => a - b)
      const curve = {
        steps: sorted.map(([step]) => step),
        values: sorted.map(([, value]) => value),
      }
      setOwnValue(curves, name, curve)
    }
    return curves
  }
}
