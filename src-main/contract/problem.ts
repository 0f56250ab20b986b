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

/** `` space.`optimizer.lr`.float[0] ``: the path as people write it; backticks around a key that would be read as several. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      const text = /[.`[\]\s]/u.test(key) ? `\`${key.replaceAll('`', '``')}\`` : key
      return index === 0 ? text : `.${text}`
    })
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
