import { z } from 'zod'
import type { TrialValues } from './trial.ts'

/**
 * How a metric value is stored: SQLite and JSON have no NaN and no infinities, so the number and
 * its kind travel as two fields and nothing is lost.
 */
export type MetricKind = 'finite' | 'nan' | 'positiveInfinity' | 'negativeInfinity'

export interface StoredMetric {
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
  switch (stored.kind) {
    case 'finite':
      return stored.value ?? Number.NaN
    case 'nan':
      return Number.NaN
    case 'positiveInfinity':
      return Number.POSITIVE_INFINITY
    case 'negativeInfinity':
      return Number.NEGATIVE_INFINITY
  }
}

/** A metric as JSON text keeps it: a number, or the words `NaN`, `Infinity`, `-Infinity`. */
export function metricToJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

/** The reverse of {@link metricToJson}; NaN for anything else. */
export function decodeMetricJson(value: unknown): number {
  return metricJsonSchema.safeParse(value).data ?? Number.NaN
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
