import { msg } from '../../core/errors/message.ts'
import type { Portion } from '../../core/data/data-settings.ts'
import type { DatasetManifest } from '../../core/data/dataset.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { dataInvalid } from './dataset-schema.ts'
import type { Split, SplitPortions } from './split.ts'

/** @throws AppError `data.invalid` if there are not enough blocks of rows for the parts */
export function requireParts(
  manifest: DatasetManifest,
  field: string,
  blocks: number,
  parts: number,
): void {
  if (blocks >= parts) return
  throw dataInvalid(manifest, field, blocks, msg('rule.onePerPart', { count: parts }))
}

/** @throws AppError `data.invalid` if there are not enough groups for the parts */
export function checkGroups(manifest: DatasetManifest, groups: number, parts = 3): void {
  requireParts(manifest, 'groups', groups, parts)
}

/**
 * Takes blocks from the front of the list while that brings the part's size nearer to what was asked for, at least one.
 * @param leave blocks that stay in any case
 * @param total rows of the data, for portions below 1
 */
export function takeBlocks(
  blocks: (readonly number[])[],
  portion: Portion,
  leave: number,
  total: number,
): number[] {
  const wanted = portion < 1 ? portion * total : portion
  const rows: number[] = []
  while (blocks.length > leave) {
    const next = blocks[0] ?? []
    const nearer = Math.abs(rows.length + next.length - wanted) < Math.abs(rows.length - wanted)
    if (rows.length > 0 && !nearer) break
    rows.push(...next)
    blocks.shift()
  }
  return rows
}

/**
 * Rows of each part such that no group is in two of them (a speaker, a patient, a camera): what is
 * measured is how a model does on groups that it has never seen. Groups come in an order that the seed
 * decides; each part takes groups while that brings its size nearer to what was asked for, and at least
 * one, so sizes are met as well as whole groups allow.
 * @param groups group of every row, 0…groupCount−1; every group has rows
 * @throws AppError `data.invalid` with fewer groups than parts
 */
export function drawGroupedSplit(
  manifest: DatasetManifest,
  groups: Int32Array,
  groupCount: number,
  sizes: SplitPortions,
  seed: number,
): Split {
  const parts = sizes.test === null ? 2 : 3
  checkGroups(manifest, new Set(groups).size, parts)
  const stream = createRandomStream({ seed, number: 0, purpose: 'split by groups' })
  const order = stream.shuffled(Array.from({ length: groupCount }, (_, group) => group))
  const members = Array.from({ length: groupCount }, (): number[] => [])
  for (const [row, group] of groups.entries()) members[group]?.push(row)
  const blocks = order.map(group => members[group] ?? []).filter(rows => rows.length > 0)
  const test = sizes.test === null ? [] : takeBlocks(blocks, sizes.test, 2, groups.length)
  const validation = takeBlocks(blocks, sizes.validation, 1, groups.length)
  const remaining = blocks.flat()
  const train =
    sizes.train === undefined ? remaining : sample(remaining, sizes.train, groups.length, seed)
  return { train: sorted(train), validation: sorted(validation), test: sorted(test) }
}

/** Fewer training rows, drawn from all remaining groups alike. */
function sample(rows: readonly number[], portion: Portion, total: number, seed: number): number[] {
  const wanted = portion < 1 ? Math.max(1, Math.round(portion * total)) : portion
  const stream = createRandomStream({ seed, number: 1, purpose: 'split by groups' })
  return stream.shuffled(rows).slice(0, wanted)
}

export function sorted(rows: readonly number[]): Int32Array {
  return Int32Array.from(rows).sort()
}
