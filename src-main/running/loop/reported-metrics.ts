import { msg } from '../../core/errors/message.ts'
import { type Constraint, constraintMetric, constraintValue } from '../../core/study/constraints.ts'
import { isCostMetric } from '../../core/trial/cost-metrics.ts'
import { gradientsIn, columnOf, metricColumnsFault } from '../../core/trial/metric-value.ts'
import { isBetter } from '../../core/trial/ranking.ts'
import type { Goal, StudySpecification } from '../../core/study/study-specification.ts'
import { defined } from '../../core/values/json.ts'
import { setOwnValue } from '../../core/values/named-values.ts'
import type { MetricColumns } from '../../core/processes/trainer-protocol.ts'
import type { Failure, ParameterGradient, Report, TrialValues } from '../../core/trial/trial.ts'
import type { MetricBatch } from '../../platform/storage/metrics.ts'
import type { TrialFinish } from '../../platform/storage/trials.ts'
import type { Replicate } from './replicates.ts'

/** The metrics of one training as they bear on its trial: the best value so far, constraints and gradients by step. */
export class AttemptTrack {
  readonly #specification: StudySpecification
  readonly #constraints: ConstraintTrack
  readonly #gradients = new Map<number, ParameterGradient>()
  #best: Report | null = null
  #lastStep: number | null = null
  #firstNaN: number | null = null

  constructor(specification: StudySpecification) {
    this.#specification = specification
    this.#constraints = new ConstraintTrack(specification.constraints)
  }

  /** By the first goal; null before its first report. */
  get best(): Report | null {
    return this.#best
  }

  /** The newest one of its reports; null before its first. */
  get lastStep(): number | null {
    return this.#lastStep
  }

  /** The first step at which the first goal was NaN after it had been a number; null: it never was. */
  get nanFrom(): number | null {
    return this.#firstNaN
  }

  gradientAt(step: number | null): ParameterGradient | undefined {
    return this.#gradients.get(step ?? Number.NaN)
  }

  take(columns: MetricColumns): void {
    this.#lastStep = columns.steps.at(-1) ?? this.#lastStep
    const { metric, direction } = this.#specification.goals[0] as Goal
    for (const report of columnOf(columns, metric)) {
      if (this.#best === null || isBetter(report.value, this.#best.value, direction)) {
        this.#best = report
      } else if (Number.isNaN(report.value) && !Number.isNaN(this.#best.value)) {
        this.#firstNaN ??= report.step
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

  replicateOf({ values, bestStep }: Pick<TrialFinish, 'values' | 'bestStep'>): Replicate {
    return { ...this.withConstraints(values, bestStep), bestStep }
  }
}

const NOTHING: Readonly<Record<string, number>> = {}

/** The report of a training at its latest step; the metrics of a step arrive before its judgment is asked for. */
export class LatestStep {
  #step = Number.NaN
  #values: Record<string, number> = {}

  take({ names, steps, values }: MetricColumns): void {
    const last = steps.length - 1
    if (last < 0) return
    if (steps[last] !== this.#step) this.#values = {}
    this.#step = steps[last] as number
    names.forEach((name, column) => {
      setOwnValue(this.#values, name, values[last * names.length + column] as number)
    })
  }

  /** By name of the metric; nothing if this is not the latest step. */
  at(step: number): Readonly<Record<string, number>> {
    return step === this.#step ? this.#values : NOTHING
  }
}

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
    const row = this.#steps.get(step) ?? this.#unknown()
    this.#steps.set(step, row)
    return row
  }

  #unknown(): number[] {
    return this.#constraints.map(() => Number.NaN)
  }
}

/**
 * Metrics between their arrival and the next transaction. `take` empties one trial, for the
 * transaction that finishes it; `takeAll` everything, for the regular flush.
 */
export class MetricBuffer {
  #batches: MetricBatch[] = []

  /** @param training absent where the configuration is trained once */
  add(trialNumber: number, columns: MetricColumns, training?: number): void {
    this.#batches.push({ trialNumber, columns, ...defined({ training }) })
  }

  take(trialNumber: number): readonly MetricBatch[] {
    const batches = this.#batches.filter(batch => batch.trialNumber === trialNumber)
    this.#batches = this.#batches.filter(batch => batch.trialNumber !== trialNumber)
    return batches
  }

  takeAll(): readonly MetricBatch[] {
    const batches = this.#batches
    this.#batches = []
    return batches
  }
}

/** The failure of an attempt that has reported this; null if nothing is wrong with it. */
export function malformedMetrics(columns: MetricColumns): Failure | null {
  const rule = metricColumnsFault(columns)
  return rule === null ? null : { class: 'code', reason: msg('failure.malformedMetrics', { rule }) }
}
