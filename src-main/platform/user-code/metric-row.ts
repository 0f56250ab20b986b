import { ownValue } from '../../core/values/named-values.ts'

/** Metrics that a program gave at once; step null if it named none. */
export interface MetricRow {
  readonly step: number | null
  readonly metrics: Readonly<Record<string, number>>
}

/** Finds metrics in lines of output. */
export interface MetricReader {
  read(lines: readonly string[]): MetricRow[]
}

const words: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
}

/** A number as programs print it: decimals, exponents, `nan`, `inf`; null if it is none. */
export function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return null
  const text = value.trim()
  const [, sign, word] = /^([+-]?)([a-z]+)$/i.exec(text) ?? []
  const specialValue = word === undefined ? undefined : ownValue(words, word.toLowerCase())
  if (specialValue !== undefined) return sign === '-' ? -specialValue : specialValue
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}

/** The numbers of a flat object; `step` apart, everything that is no number left out. */
export function toRow(object: Readonly<Record<string, unknown>>): MetricRow | null {
  const metrics: [string, number][] = []
  for (const [name, value] of Object.entries(object)) {
    const number = readNumber(value)
    if (name !== 'step' && name !== '' && name.length <= 200 && number !== null) {
      metrics.push([name, number])
    }
  }
  const step = readNumber(object['step'])
  if (metrics.length === 0) return null
  return { step, metrics: Object.fromEntries(metrics) }
}
