import type { JsonValue } from './json.ts'

/**
 * One broken rule in a study file: where (`path`, and `line`/`column` once the text is known, both
 * 1-based), what stood there (`value`) and which rule it breaks (`rule`, one sentence).
 */
export interface Problem {
  readonly path: readonly (string | number)[]
  readonly value: JsonValue
  readonly rule: string
  readonly line?: number
  readonly column?: number
}

/** `space.learningRate.float[0]`: the path as people write it. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('')
}

/** Makes any value printable in a problem: what JSON cannot hold becomes text. */
export function problemValue(value: unknown): JsonValue {
  if (value === undefined) return null
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') {
    return String(value)
  }
  return JSON.parse(JSON.stringify(value)) as JsonValue
}
