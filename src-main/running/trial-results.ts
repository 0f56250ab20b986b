import { msg, type MessageDescriptor } from '../core/errors/message.ts'
import { type Constraint, constraintMetric, constraintValue } from '../core/study/constraints.ts'
import { isCostMetric } from '../core/trial/cost-metrics.ts'
import { gradientsIn, columnOf, metricColumnsFault } from '../core/trial/metric-value.ts'
import { isBetter } from '../core/trial/ranking.ts'
import type {
  Goal,
  RetrySpecification,
  StudySpecification,
} from '../core/study/study-specification.ts'
import type { AttemptOutcome, MetricColumns } from '../core/processes/trainer-protocol.ts'
import {
  accidents,
  type Failure,
  type FinishedTrialState,
  type AttemptRecord,
  type TrialValues,
  type ParameterGradient,
  type Report,
} from '../core/trial/trial.ts'
import { mean } from '../math/numbers.ts'
import { deriveSeed } from '../math/random/stream.ts'
import { median } from '../math/statistics/quantile.ts'
import type { MetricBatch } from '../platform/storage/metrics.ts'
import type { TrialFinish } from '../platform/storage/trials.ts'

/** The metrics of one training as they bear on its trial: the best value so far, constraints and gradients by step. */
export class AttemptTrack {
  readonly #specification: StudySpecification
  readonly #constraints: ConstraintTrack
  readonly #gradients = new Map<number, ParameterGradient>()
  #best: Report | null = null
  #firstNaN: number | null = null

  constructor(specification: StudySpecification) {
    this.#specification = specification
    this.#constraints = new ConstraintTrack(specification.constraints)
  }

  /** By the first goal; null before its first report. */
  get best(): Report | null {
    return this.#best
  }

  /** The first step at which the first goal was NaN after it had been a number; null: it never was. */
  get nanFrom(): number | null {
    return this.#firstNaN
  }

  gradientAt(step: number | null): ParameterGradient | undefined {
    return this.#gradients.get(step ?? Number.NaN)
  }

  take(columns: MetricColumns): void {
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
      this.#values[name] = values[last * names.length + column] as number
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

  add(trialNumber: number, columns: MetricColumns): void {
    this.#batches.push({ trialNumber, columns })
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

/** See {@link accidents}. */
export function isAccident(state: FinishedTrialState, failure: Failure | null): boolean {
  return state === 'failed' && failure !== null && accidents.includes(failure.class)
}

export type EndedOutcome = Exclude<AttemptOutcome, { readonly state: 'suspended' }>

/**
 * @param best what the trial had reported best by the first goal; null: nothing
 * @param pruneReason of a trial that was pruned
 */
export function summarizeOutcome(
  outcome: EndedOutcome,
  best: Report | null,
  pruneReason: MessageDescriptor | null,
): Pick<TrialFinish, 'state' | 'values' | 'bestStep' | 'reason' | 'failure'> {
  const { state } = outcome
  const ended = { values: [], bestStep: best?.step ?? null, reason: null, failure: null }
  switch (state) {
    case 'complete':
      return { ...ended, state, values: outcome.values, bestStep: outcome.bestStep }
    case 'pruned':
      return { ...ended, state, values: best === null ? [] : [best.value], reason: pruneReason }
    case 'canceled':
      return { ...ended, state, reason: msg('ending.canceled') }
    case 'failed':
      return { ...ended, state, reason: outcome.failure.reason, failure: outcome.failure }
  }
}

/**
 * Whether a failed attempt is repeated with the same parameters and seed: as long as fewer attempts
 * of the trial have failed in this class than the study allows. Interrupted attempts do not count;
 * they were nobody's fault.
 */
export function shouldRetry(
  policy: RetrySpecification,
  earlier: readonly Pick<AttemptRecord, 'failure'>[],
  failure: Failure,
): boolean {
  if (failure.requeued === true) return true
  const failed = earlier.filter(attempt => attempt.failure?.class === failure.class).length
  return failed < policy[failure.class]
}

/**
 * Seed of one of several trainings of a trial. The first has the trial's own, unless seeds are shared: then training k
 * has the same seed in every trial, and none has that of a trial of the same study.
 */
export function replicateSeed(
  replicate: number,
  trial: { readonly number: number; readonly seed: number },
  { seed: studySeed, replicates }: Pick<StudySpecification, 'seed' | 'replicates'>,
): number {
  if (replicates.seeds === 'shared') {
    return deriveSeed({ seed: studySeed, number: 0, purpose: `shared replicate ${replicate}` })
  }
  if (replicate === 0) return trial.seed
  return deriveSeed({ seed: studySeed, number: trial.number, purpose: `replicate ${replicate}` })
}

/** One of several trainings of a configuration. */
export interface Replicate extends TrialValues {
  readonly bestStep: number | null
}

/**
 * What a trial of several trainings ends with.
 * @param estimates its values, where it has not done all of them
 */
export function replicatedEnd(
  replicates: readonly Replicate[],
  by: StudySpecification['replicates']['value'],
  estimates?: readonly number[],
): TrialValues & Pick<TrialFinish, 'replicates' | 'replicateSteps'> {
  return {
    ...combineReplicates(replicates, by),
    ...(estimates === undefined ? {} : { values: estimates }),
    replicates: replicates.map(({ values }) => values),
    replicateSteps: replicates.map(({ bestStep }) => bestStep),
  }
}

/** @param lists one per training, one value per goal (or constraint); NaN where one training gave NaN */
export function combineValues(
  lists: readonly (readonly number[])[],
  by: StudySpecification['replicates']['value'],
): number[] {
  return (lists[0] ?? []).map((_, index) => {
    const values = lists.map(list => list[index] ?? Number.NaN)
    if (by === 'mean') return mean(values)
    return values.some(Number.isNaN) ? Number.NaN : median(values)
  })
}

/** The values of a trial whose configuration was trained several times. */
function combineReplicates(
  replicates: readonly TrialValues[],
  by: StudySpecification['replicates']['value'],
): TrialValues {
  const combine = (lists: readonly (readonly number[])[]): number[] => combineValues(lists, by)
  const values = combine(replicates.map(replicate => replicate.values))
  const constraints = replicates.flatMap(replicate => replicate.constraints ?? [])
  return constraints.length === 0
    ? { values }
    : { values, constraints: combine(replicates.map(replicate => replicate.constraints ?? [])) }
}
