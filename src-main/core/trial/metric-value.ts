import { z } from 'zod'
import { msg, type MessageDescriptor } from '../errors/message.ts'
import type { JsonObject } from '../values/json.ts'
import type { MetricColumns } from '../processes/trainer-protocol.ts'
import type { TrialValues, ParameterGradient } from './trial.ts'

/**
 * How a metric value is stored: SQLite and JSON have no NaN and no infinities, so the number and
 * its kind travel as two fields and nothing is lost.
 */
export type MetricKind = 'finite' | 'nan' | 'positiveInfinity' | 'negativeInfinity'

interface StoredMetric {
  /** The number when `kind` is `finite`, otherwise null. */
  readonly value: number | null
  readonly kind: MetricKind
}

export function encodeMetric(value: number): StoredMetric {
  if (Number.isFinite(value)) return { value, kind: 'finite' }
  if (Number.isNaN(value)) return { value: null, kind: 'nan' }
  return { value: null, kind: value > 0 ? 'positiveInfinity' : 'negativeInfinity' }
}

export function decodeMetric(stored: StoredMetric): number {
  if (stored.kind === 'positiveInfinity') return Number.POSITIVE_INFINITY
  if (stored.kind === 'negativeInfinity') return Number.NEGATIVE_INFINITY
  return stored.value ?? Number.NaN
}

/** A metric as JSON text keeps it: a number, or the words `NaN`, `Infinity`, `-Infinity`. */
export function metricToJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

/** The reverse of {@link metricToJson}; NaN for anything else. */
export function decodeMetricJson(value: unknown): number {
  return metricJsonSchema.safeParse(value).data ?? Number.NaN
}

/** Metrics by name as {@link metricToJson} writes them. */
export function metricsToJson(metrics: Readonly<Record<string, number>>): JsonObject {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, metricToJson(value)]),
  )
}

/** The reverse of {@link metricsToJson}. */
export function decodeMetricsJson(metrics: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, decodeMetricJson(value)]),
  )
}

/** A metric as {@link metricToJson} writes it. */
export const metricJsonSchema = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
])

/** The values of a trial's goals and constraints as JSON text keeps them. */
export function trialValuesToJson({ values, constraints }: TrialValues): {
  readonly values: readonly (number | string)[]
  readonly constraints?: readonly (number | string)[]
} {
  return {
    values: values.map(metricToJson),
    ...(constraints === undefined ? {} : { constraints: constraints.map(metricToJson) }),
  }
}

const MAX_NAMES = 1_000
const MAX_ROWS = 1_000_000

/**
 * The rule that metric columns of another process break; null if none. Steps must be whole, not negative and rising within the message.
 */
export function metricColumnsFault(columns: MetricColumns): MessageDescriptor | null {
  const { names, steps, values } = columns
  if (!Array.isArray(names) || names.length === 0 || names.length > MAX_NAMES) {
    return msg('rule.metricNames', { limit: MAX_NAMES })
  }
  if (names.some(name => typeof name !== 'string' || name === '' || name.length > 200)) {
    return msg('rule.metricName')
  }
  if (new Set(names).size !== names.length) return msg('rule.metricNamesDiffer')
  if (!(steps instanceof Int32Array) || steps.length > MAX_ROWS) {
    return msg('rule.metricSteps', { limit: MAX_ROWS })
  }
  if (!(values instanceof Float64Array) || values.length !== steps.length * names.length) {
    return msg('rule.metricValues')
  }
  if (steps.some((step, index) => step < 0 || (index > 0 && step <= (steps[index - 1] ?? 0)))) {
    return msg('rule.metricStepsRise')
  }
  return null
}

/** Columns of a single row. */
export function metricRow(step: number, metrics: Readonly<Record<string, number>>): MetricColumns {
  return {
    names: Object.keys(metrics),
    steps: Int32Array.of(step),
    values: Float64Array.from(Object.values(metrics)),
  }
}

/** The values of one metric in columns, with their steps; empty if the metric is not among them. */
export function columnOf(
  columns: MetricColumns,
  name: string,
): { readonly step: number; readonly value: number }[] {
  const column = columns.names.indexOf(name)
  if (column < 0) return []
  return Array.from(columns.steps, (step, row) => ({
    step,
    value: columns.values[row * columns.names.length + column] ?? Number.NaN,
  }))
}

/**
 * An objective that knows the gradient of its loss reports each derivative as a metric of its own, beside the value at
 * the same step: `gradient.learningRate`. Parameter names hold no dots, so no other metric is meant by it.
 */
const prefix = 'gradient.'

export function gradientMetric(parameter: string): string {
  return prefix + parameter
}

/** The parameter whose derivative a metric is; null for every other metric. */
export function gradientParameter(metric: string): string | null {
  return metric.startsWith(prefix) ? metric.slice(prefix.length) : null
}

/** The gradient among metrics of one step; null if there is none. */
function gradientAmong(metrics: Readonly<Record<string, number>>): ParameterGradient | null {
  const entries = Object.entries(metrics).flatMap(([metric, value]) => {
    const parameter = gradientParameter(metric)
    return parameter === null ? [] : [[parameter, value] as const]
  })
  return entries.length === 0 ? null : Object.fromEntries(entries)
}

/** The gradients in metric columns, by step. */
export function gradientsIn(columns: MetricColumns): Map<number, ParameterGradient> {
  const { names, steps, values } = columns
  const gradients = new Map<number, ParameterGradient>()
  if (!names.some(name => gradientParameter(name) !== null)) return gradients
  steps.forEach((step, row) => {
    const metrics = Object.fromEntries(
      names.map((name, column) => [name, values[row * names.length + column] ?? Number.NaN]),
    )
    const gradient = gradientAmong(metrics)
    if (gradient !== null) gradients.set(step, gradient)
  })
  return gradients
}

/** Ways to a gradient, numbered from 1 in the metric `gradientMode`. */
export const gradientModes = ['forward', 'reverse', 'implicit', 'online', 'none'] as const
export type GradientMode = (typeof gradientModes)[number]

/** The way that a value of `gradientMode` stands for; null for none of them. */
export function gradientModeOf(value: number): GradientMode | null {
  return gradientModes[value - 1] ?? null
}

/** Diagnostics of a gradient beside its derivatives. */
const gradientDiagnostics: readonly string[] = ['gradientNorm', 'gradientMode', 'selfTestError']

/** Metrics of a trial's gradient, which is shown as a whole and not as curves. */
export function isGradientMetric(metric: string): boolean {
  return gradientParameter(metric) !== null || gradientDiagnostics.includes(metric)
}

/** The loss that a descent goes down, and that of rows which it never sees: drawn together, they show overfitting. */
export const descentLosses = ['validationLoss', 'holdoutLoss'] as const

/** Whether trials of a study report both. */
export function hasDescentLosses(metrics: readonly string[]): boolean {
  return metrics.includes('gradientMode') && descentLosses.every(name => metrics.includes(name))
}
