import { gradientsIn } from '../contract/gradient-metrics.ts'
import { isBetter } from '../contract/ranking.ts'
import { columnOf } from '../contract/metric-columns.ts'
import type { StudySpecification } from '../contract/study-specification.ts'
import type { MetricColumns } from '../contract/trainer-protocol.ts'
import type { ParameterGradient, TrialValues } from '../contract/trial.ts'
import { ConstraintTrack } from './constraint-track.ts'

/** What the metrics of one training say about its trial: the best value so far, constraints and gradients by step. */
export class AttemptTrack {
  readonly #specification: StudySpecification
  readonly #constraints: ConstraintTrack
  readonly #gradients = new Map<number, ParameterGradient>()
  #best: { readonly step: number; readonly value: number } | null = null

  constructor(specification: StudySpecification) {
    this.#specification = specification
    this.#constraints = new ConstraintTrack(specification.constraints)
  }

  /** By the first goal; null before its first report. */
  get best(): { readonly step: number; readonly value: number } | null {
    return this.#best
  }

  gradientAt(step: number | null): ParameterGradient | undefined {
    return this.#gradients.get(step ?? Number.NaN)
  }

  take(columns: MetricColumns): void {
    const goal = this.#specification.goals[0]
    for (const { step, value } of goal === undefined ? [] : columnOf(columns, goal.metric)) {
      if (goal === undefined) break
      if (this.#best === null || isBetter(value, this.#best.value, goal.direction)) {
        this.#best = { step, value }
      }
    }
    this.#constraints.take(columns)
    for (const [step, gradient] of gradientsIn(columns)) this.#gradients.set(step, gradient)
  }

  /** Constraints are judged at the step that gave the value. */
  withConstraints(values: readonly number[], bestStep: number | null): TrialValues {
    return this.#specification.constraints.length === 0 || values.length === 0
      ? { values }
      : { values, constraints: this.#constraints.at(bestStep ?? Number.NaN) }
  }
}
