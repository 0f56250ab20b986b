import { fact } from '../../contract/fact.ts'
import type { Portion } from '../../contract/data-settings.ts'
import type { DatasetManifest } from '../../contract/dataset.ts'
import { AppError } from '../../contract/errors.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { sourceName } from './dataset-schema.ts'
import type { Split } from './split.ts'

/** Sizes of the parts; absent training rows are all that remain. */
export interface GroupedSizes {
  readonly train: Portion | undefined
  readonly validation: Portion
  readonly test: Portion
}

const PARTS = 3

/** @throws AppError `data.invalid` if there are not enough groups for three parts */
export function checkGroups(manifest: DatasetManifest, groups: number): void {
  if (groups >= PARTS) return
  throw new AppError('data.invalid', {
    path: sourceName(manifest),
    field: 'groups',
    value: groups,
    rule: fact('rule.onePerPart', { count: PARTS }),
  })
}

/**
 * Rows of each part such that no group is in two of them (a speaker, a patient, a camera): what is
 * measured is how a model does on groups that it has never seen. Groups come in an order that the seed
 * decides; each part takes groups while that brings its size nearer to what was asked for, and at least
 * one, so sizes are met as well as whole groups allow.
 * @param groups group of every row, 0…groupCount−1; every group has rows
 * @throws AppError `data.invalid` with fewer than three groups
 */
export function drawGroupedSplit(
  manifest: DatasetManifest,
  groups: Int32Array,
  groupCount: number,
  sizes: GroupedSizes,
  seed: number,
): Split {
  checkGroups(manifest, groupCount)
  const stream = createRandomStream({ seed, number: 0, purpose: 'split by groups' })
  const order = stream.shuffled(Array.from({ length: groupCount }, (_, group) => group))
  const members = Array.from({ length: groupCount }, (): number[] => [])
  for (const [row, group] of groups.entries()) members[group]?.push(row)
  const rowsOf = (group: number) => members[group] ?? []

  function take(portion: Portion, leave: number): number[] {
    const wanted = portion < 1 ? portion * groups.length : portion
    const rows: number[] = []
    while (order.length > leave) {
      const next = rowsOf(order[0] ?? 0)
      const nearer = Math.abs(rows.length + next.length - wanted) < Math.abs(rows.length - wanted)
      if (rows.length > 0 && !nearer) break
      rows.push(...next)
      order.shift()
    }
    return rows
  }

  const test = take(sizes.test, 2)
  const validation = take(sizes.validation, 1)
  const rest = order.flatMap(rowsOf)
  const train = sizes.train === undefined ? rest : sample(rest, sizes.train, groups.length, seed)
  return { train: sorted(train), validation: sorted(validation), test: sorted(test) }
}

/** Fewer training rows, drawn from all remaining groups alike. */
function sample(rows: readonly number[], portion: Portion, total: number, seed: number): number[] {
  const wanted = portion < 1 ? Math.max(1, Math.round(portion * total)) : portion
  const stream = createRandomStream({ seed, number: 1, purpose: 'split by groups' })
  return stream.shuffled(rows).slice(0, wanted)
}

function sorted(rows: readonly number[]): Int32Array {
  return Int32Array.from(rows).sort()
}
