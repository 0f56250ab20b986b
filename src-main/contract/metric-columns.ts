import type { MetricColumns } from './trainer-protocol.ts'

const MAX_NAMES = 1_000
const MAX_ROWS = 1_000_000

/**
 * What is wrong with metric columns that came from another process, as one sentence; null if
 * nothing. Steps must be whole, not negative and rising within the message.
 */
export function metricColumnsFault(columns: MetricColumns): string | null {
  const { names, steps, values } = columns
  if (!Array.isArray(names) || names.length === 0 || names.length > MAX_NAMES) {
    return `names must be a list of 1 to ${MAX_NAMES} texts`
  }
  if (names.some(name => typeof name !== 'string' || name === '' || name.length > 200)) {
    return 'every name must be a text of 1 to 200 characters'
  }
  if (new Set(names).size !== names.length) return 'names must differ'
  if (!(steps instanceof Int32Array) || steps.length > MAX_ROWS) {
    return `steps must be an Int32Array of at most ${MAX_ROWS} numbers`
  }
  if (!(values instanceof Float64Array) || values.length !== steps.length * names.length) {
    return 'values must be a Float64Array of steps × names numbers'
  }
  if (steps.some((step, index) => step < 0 || (index > 0 && step <= (steps[index - 1] ?? 0)))) {
    return 'steps must be ≥ 0 and rise'
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
