import type { SpaceRow } from './space-rows.ts'
import { type Value, valuesOf } from './value-list.ts'

/** A row with its place in the tree of conditions. */
export interface TreeRow {
  readonly row: SpaceRow
  /** In the list of rows, which is the order of the file. */
  readonly index: number
  /** How many parents stand above it. */
  readonly depth: number
}

/**
 * Rows in the order of the file, except that each stands below the last of its parents. A row whose parents are unknown, or
 * that depends on itself, stands where the file has it; the check says what is wrong with it.
 */
export function treeOf(rows: readonly SpaceRow[]): TreeRow[] {
  const indexOf = new Map(rows.map(({ name }, index) => [name, index]))
  const lastParent = rows.map(({ when }, index) => {
    const parents = when.map(({ parent }) => indexOf.get(parent) ?? -1)
    return parents.includes(index) ? -1 : Math.max(-1, ...parents)
  })
  const placed = new Set<number>()
  const ordered: TreeRow[] = []
  const addRow = (index: number, depth: number): void => {
    const row = rows[index]
    if (row === undefined || placed.has(index)) return
    placed.add(index)
    ordered.push({ row, index, depth })
    lastParent.forEach((parent, child) => {
      if (parent === index) addRow(child, depth + 1)
    })
  }
  lastParent.forEach((parent, index) => {
    if (parent < 0) addRow(index, 0)
  })
  // The rows that are left depend on themselves through others.
  rows.forEach((_, index) => {
    addRow(index, 0)
  })
  return ordered
}

/** Values that a parent can be asked for; empty where they are too many to list, or there are none. */
export function listedValues({ kind, low, high, step, log, values }: SpaceRow): readonly Value[] {
  if (kind === 'choice' || kind === 'ordinal' || kind === 'fixed') return valuesOf(values)
  if (kind !== 'int' || log) return []
  const [from, to, by] = [Number(low), Number(high), step.trim() === '' ? 1 : Number(step)]
  const count = Math.floor((to - from) / by) + 1
  if (!(count > 0 && count <= 30)) return []
  return Array.from({ length: count }, (_, index) => from + index * by)
}

/** Whether a parameter can have exactly one of some values, so that others may depend on it. */
export function canBeParent({ kind, step }: SpaceRow): boolean {
  return kind !== 'normal' && kind !== 'logNormal' && (kind !== 'float' || step.trim() !== '')
}
