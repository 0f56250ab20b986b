import type { ColumnFormat } from '../core/data/column-format.ts'
import type { ValueCounts } from '../core/data/table-preview.ts'
import { cellReader } from './read-cell.ts'

const MAX_INTERVALS = 16
const MAX_CATEGORIES = 12
const SHOWN_CHARACTERS = 60

/**
 * How often values occur.
 * @param values trimmed, without missing ones
 */
export function countValues(values: readonly string[], format: ColumnFormat): ValueCounts {
  return format.type === 'number' || format.type === 'time'
    ? countIntervals(values, format)
    : countCategories(values)
}

function countIntervals(values: readonly string[], format: ColumnFormat): ValueCounts {
  const read = cellReader(format)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let labels = ['', '']
  const numbers: number[] = []
  for (const text of values) {
    const value = read(text)
    if (value === null || !Number.isFinite(value)) continue
    numbers.push(value)
    if (value < low) [low, labels] = [value, [text, labels[1] ?? '']]
    if (value > high) [high, labels] = [value, [labels[0] ?? '', text]]
  }
  if (numbers.length === 0) return { counts: [], labels: [], others: 0 }
  const different = new Set(numbers).size
  const intervals = Math.min(MAX_INTERVALS, different)
  const counts = Array.from({ length: intervals }, () => 0)
  for (const value of numbers) {
    const share = high === low ? 0 : value / 2 - low / 2
    const width = high === low ? 1 : (high / 2 - low / 2) / intervals
    const at = Math.min(intervals - 1, Math.floor(share / width))
    counts[at] = (counts[at] ?? 0) + 1
  }
  return { counts, labels: labels.map(shown), others: 0 }
}

function countCategories(values: readonly string[]): ValueCounts {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  // Those of equal counts stay in the order of the file.
  const sorted = [...counts].sort(([, a], [, b]) => b - a)
  const most = sorted.slice(0, MAX_CATEGORIES)
  return {
    counts: most.map(([, count]) => count),
    labels: most.map(([value]) => shown(value)),
    others: sorted.slice(MAX_CATEGORIES).reduce((sum, [, count]) => sum + count, 0),
  }
}

function shown(text: string): string {
  return text.slice(0, SHOWN_CHARACTERS)
}
