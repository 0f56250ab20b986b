import { t } from '../../composables/localize.ts'
import type { TreeRow } from './condition-tree.ts'
import type { Condition } from './space-rows.ts'
import { textOf } from './value-list.ts'

/** Rows of a tree that follow each other and have the same conditions. */
export interface ConditionGroup {
  /** What all of them need; null: each says its own. */
  readonly conditions: readonly Condition[] | null
  readonly depth: number
  readonly rows: readonly TreeRow[]
}

/** Rows with the same conditions below the same parents stand together, under one head where they are several. */
export function conditionGroups(tree: readonly TreeRow[]): readonly ConditionGroup[] {
  const groups: { key: string; rows: TreeRow[]; readonly depth: number }[] = []
  for (const treeRow of together(tree)) {
    const { row, depth } = treeRow
    const key = depth === 0 ? '' : JSON.stringify(row.when)
    const last = groups.at(-1)
    // Rows below one of the group stand within it.
    if (last !== undefined && last.key !== '' && (depth > last.depth || last.key === key))
      last.rows.push(treeRow)
    else groups.push({ key, rows: [treeRow], depth })
  }
  return groups.map(({ key, rows, depth }) => {
    const same = rows.filter(({ row }) => JSON.stringify(row.when) === key)
    const [first] = same
    // A family of models has a head of its own, whatever number of parameters it has.
    const isFamily = first?.row.when.length === 1 && first.row.when[0]?.parent === 'family'
    const isShared = key !== '' && (same.length > 1 || isFamily)
    return { conditions: isShared ? (first?.row.when ?? null) : null, depth, rows }
  })
}

/** Those of equal conditions, each with what is below it, follow the first of them. */
function together(tree: readonly TreeRow[]): readonly TreeRow[] {
  const blocks: TreeRow[][] = []
  const ordered: TreeRow[] = []
  const flush = (): void => {
    const keys = [...new Set(blocks.map(([head]) => JSON.stringify(head?.row.when)))]
    for (const key of keys)
      ordered.push(...blocks.filter(([head]) => JSON.stringify(head?.row.when) === key).flat())
    blocks.length = 0
  }
  for (const treeRow of tree) {
    if (treeRow.depth === 0) {
      flush()
      ordered.push(treeRow)
    } else if (treeRow.depth === 1 || blocks.length === 0) blocks.push([treeRow])
    else blocks.at(-1)?.push(treeRow)
  }
  flush()
  return ordered
}

/** Conditions as the head of a group says them: a family of models by its name alone. */
export function conditionText(conditions: readonly Condition[]): string {
  const [first] = conditions
  if (conditions.length === 1 && first?.parent === 'family') {
    const names = first.values.map(value => {
      const key = `newStudy.families.${textOf(value)}`
      return t.has(key) ? t(key) : textOf(value)
    })
    return names.join(' / ')
  }
  return conditionSentence(conditions)
}

/** `only if optimizer is sgd and if layers is 1 / 2`. */
export function conditionSentence(conditions: readonly Condition[]): string {
  return conditions
    .map(({ parent, values }, index) =>
      [
        t(index === 0 ? 'planning.onlyIf' : 'planning.andIf'),
        parent,
        t('planning.isOneOf'),
        values.map(textOf).join(' / '),
      ].join(' '),
    )
    .join(' ')
}
