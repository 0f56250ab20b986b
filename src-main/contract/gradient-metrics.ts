import type { MetricColumns } from './trainer-protocol.ts'
import type { ParameterGradient } from './trial.ts'

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
  const found = new Map<number, ParameterGradient>()
  if (!names.some(name => gradientParameter(name) !== null)) return found
  steps.forEach((step, row) => {
    const metrics = Object.fromEntries(
      names.map((name, column) => [name, values[row * names.length + column] ?? Number.NaN]),
    )
    const gradient = gradientAmong(metrics)
    if (gradient !== null) found.set(step, gradient)
  })
  return found
}

/** Ways to a gradient, numbered from 1 in the metric `gradientMode`. */
export const gradientModes = ['forward', 'reverse', 'implicit', 'online', 'none'] as const
export type GradientMode = (typeof gradientModes)[number]

/** The way that a value of `gradientMode` stands for; null for none of them. */
export function gradientModeOf(value: number): GradientMode | null {
  return gradientModes[value - 1] ?? null
}

/** What is told about a gradient beside its derivatives. */
const gradientFacts: readonly string[] = ['gradientNorm', 'gradientMode', 'selfTestError']

/** Metrics of a trial's gradient, which is shown as a whole and not as curves. */
export function isGradientMetric(metric: string): boolean {
  return gradientParameter(metric) !== null || gradientFacts.includes(metric)
}

/** The loss that a descent goes down, and that of rows which it never sees: drawn together, they show overfitting. */
export const descentLosses = ['validationLoss', 'holdoutLoss'] as const

/** Whether trials of a study report both. */
export function hasDescentLosses(metrics: readonly string[]): boolean {
  return metrics.includes('gradientMode') && descentLosses.every(name => metrics.includes(name))
}
