import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'

/** Metrics that measure the same thing on different splits, e.g. `trainLoss` and `validationLoss`. */
export interface MetricGroup {
  /** The measure of all of them, e.g. `loss`. */
  readonly name: string
  readonly metrics: readonly string[]
}

const splitPrefix = /^(?:train(?:ing)?|val(?:id(?:ation)?)?|test)(?=[A-Z_.-])[_.-]?/

/** Groups metric names by what they measure, in order of first appearance. */
export function groupMetrics(names: readonly string[]): MetricGroup[] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const bare = name.replace(splitPrefix, '')
    const key = bare === name ? name : bare.charAt(0).toLowerCase() + bare.slice(1)
    getOrInsertComputed(groups, key, () => []).push(name)
  }
  return Array.from(groups, ([name, metrics]) => ({ name, metrics }))
}
