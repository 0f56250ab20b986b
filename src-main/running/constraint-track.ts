import { type Constraint, constraintMetric, constraintValue } from '../contract/constraints.ts'
import { isCostMetric } from '../contract/cost-metrics.ts'
import { columnOf } from '../contract/metric-columns.ts'
import type { MetricColumns } from '../contract/trainer-protocol.ts'

/**
 * The values of a study's constraints at every step that one attempt has reported. A trial is judged at
 * the step that gave its value (the best step of the first goal), which is known only at its end; its costs
 * are those of the whole attempt.
 */
export class ConstraintTrack {
  readonly #constraints: readonly Constraint[]
  readonly #steps = new Map<number, number[]>()
  /** By position. */
  readonly #costs = new Map<number, number>()

  constructor(constraints: readonly Constraint[]) {
    this.#constraints = constraints
  }

  take(columns: MetricColumns): void {
    this.#constraints.forEach((constraint, position) => {
      const metric = constraintMetric(constraint)
      for (const { step, value } of columnOf(columns, metric)) {
        const counted = constraintValue(constraint, value)
        if (isCostMetric(metric)) this.#costs.set(position, counted)
        else this.#row(step)[position] = counted
      }
    })
  }

  /** One per constraint; NaN, which is not allowed, for a metric that was not reported at that step. */
  at(step: number): readonly number[] {
    const row = this.#steps.get(step) ?? this.#unknown()
    return row.map((value, position) => this.#costs.get(position) ?? value)
  }

  #row(step: number): number[] {
    let row = this.#steps.get(step)
    if (row === undefined) {
      row = this.#unknown()
      this.#steps.set(step, row)
    }
    return row
  }

  #unknown(): number[] {
    return this.#constraints.map(() => Number.NaN)
  }
}
